/** The service's map as columns for drawing. Pure. */
import type { CardFamily } from "../../../graph/lineage";
import { FAILED, MAP_FAMILIES, RUNNING, type Columns } from "../../../graph/map/columns";
import type { Kind } from "../../../url/state";
import type { MapAnswer } from "../questions";

/** Bits of the `flags` column, as the schema says. */
const SERVICE = 1;
const ONLY_FAILED = 2;
const BASE = 16;

/** Columns come as the scalars TextColumn and IntColumn: arrays, whatever their type says. */
const texts = (column: unknown): readonly string[] => (Array.isArray(column) ? (column as string[]) : []);
const numbers = (column: unknown): readonly (number | null)[] => (Array.isArray(column) ? (column as (number | null)[]) : []);

export function columnsOf(answer: MapAnswer): Columns {
  const ids = texts(answer.ids);
  const kinds = numbers(answer.kinds).map((place) => answer.kindTable[place ?? -1] ?? "RUN");
  const flags = numbers(answer.flags).map((each) => each ?? 0);
  const states = numbers(answer.states).map((place) => answer.stateTable[place ?? -1]);
  const lane = Int16Array.from(numbers(answer.lanes), (place) => place ?? -1);
  const families = kinds.map((kind, node) => familyOf(kind, flags[node] ?? 0));
  return {
    ids,
    names: texts(answer.names),
    family: Uint8Array.from(families, (family) => MAP_FAMILIES.indexOf(family)),
    lane,
    at: Float64Array.from(numbers(answer.at), (time) => time ?? Number.NaN),
    until: Float64Array.from(numbers(answer.until), (time) => time ?? Number.NaN),
    condition: Uint8Array.from(ids, (_, node) => conditionOf(states[node], flags[node] ?? 0)),
    // The service's edges lead from the dependent to what it depends on; flows run the other way.
    from: Int32Array.from(numbers(answer.targets), (place) => place ?? 0),
    to: Int32Array.from(numbers(answer.sources), (place) => place ?? 0),
    lanes: answer.laneTable.map(({ name, nodes }, place) => ({ name: name || "no known job", nodes, families: mixOf(place, lane, families) })),
    hubs: answer.shared,
  };
}

function familyOf(kind: Kind, flags: number): (typeof MAP_FAMILIES)[number] {
  switch (kind) {
    case "RUN":
      return flags & SERVICE ? "deployment" : "run";
    case "MODEL":
    case "MODEL_VERSION":
      return flags & BASE ? "base" : "model";
    case "ARTIFACT":
    case "ARTIFACT_VERSION":
      return "artifact";
    case "COMMIT":
    case "ENVIRONMENT":
      return "code";
    default:
      return "data";
  }
}

const conditionOf = (state: string | undefined, flags: number): number =>
  state === "FAIL" || state === "ABORT" || flags & ONLY_FAILED ? FAILED : state === "RUNNING" ? RUNNING : 0;

function mixOf(lane: number, lanes: Int16Array, families: readonly CardFamily[]): Partial<Record<CardFamily, number>> {
  const mix: Partial<Record<CardFamily, number>> = {};
  lanes.forEach((each, node) => {
    if (each !== lane) return;
    const family = families[node]!;
    mix[family] = (mix[family] ?? 0) + 1;
  });
  return mix;
}
