/** What two nodes differ in, from their facts. Pure. */
import type { ResultOf } from "../../api/document";
import { bytes, count, duration, lasted, metric, spoken, versionName } from "../../parts/format";
import { fields } from "../node/facets";
import type { facts } from "../node/questions";

export type Known = NonNullable<ResultOf<typeof facts>["node"]>;

/** One thing that is compared: its value on each side, null where that side says nothing of it. */
export type Row = { readonly name: string; readonly a: string | null; readonly b: string | null };

/** Rows of one kind; those that differ, and those that are the same on both sides. */
export type Aspect = { readonly title: string; readonly differing: readonly Row[]; readonly same: readonly Row[] };

type Values = readonly (readonly [name: string, value: string | null])[];
type Run = Extract<Known, { params: unknown }> | Extract<Known, { generatedBy: unknown }>["generatedBy"][number];

/** What differs first: aspects with the most differences in the order of causes, then those that are all the same. */
export function aspects(a: Known, b: Known): readonly Aspect[] {
  const [left, right] = [valuesOf(a), valuesOf(b)];
  const compared = left.map(([title, values], place) => aspect(title, values, right[place]![1])).filter(({ differing, same }) => differing.length + same.length > 0);
  return [...compared.filter(({ differing }) => differing.length > 0), ...compared.filter(({ differing }) => differing.length === 0)];
}

function aspect(title: string, a: Values, b: Values): Aspect {
  const [left, right] = [new Map(a), new Map(b)];
  const rows = [...new Set([...left.keys(), ...right.keys()])]
    .map((name): Row => ({ name, a: left.get(name) ?? null, b: right.get(name) ?? null }))
    .filter((row) => row.a !== null || row.b !== null);
  return { title, differing: rows.filter((row) => row.a !== row.b), same: rows.filter((row) => row.a === row.b) };
}

function valuesOf(node: Known): readonly (readonly [title: string, values: Values])[] {
  const run: Run | undefined = "generatedBy" in node ? node.generatedBy[0] : "params" in node ? node : undefined;
  const environment = run?.environment;
  const metrics = [...("metrics" in node ? node.metrics : []), ...(run?.metrics ?? [])];
  return [
    ["Bytes", "digests" in node ? node.digests.map(({ algorithm, value }) => [algorithm, value]) : []],
    ["Size", "rows" in node ? [["Rows", node.rows === null ? null : count(node.rows)], ["Size", node.bytes === null ? null : bytes(node.bytes)]] : []],
    ["Schema", fields(node.facets).map(({ name, type }) => [name, type || "no type"])],
    ["Commit", run?.commit ? [["Repository", run.commit.repository], ["Commit", run.commit.sha], ["Changed since", run.commit.dirty === null ? null : run.commit.dirty ? "yes" : "no"]] : []],
    ["Inputs", run?.inputs.map(({ version, role }) => [version.asset.name, [versionName(version.version, version.label), role && spoken(role)].filter(Boolean).join(" · ")]) ?? []],
    ["Parameters", run?.params.map(({ name, value }) => [name, value]) ?? []],
    ["Seeds", flat(run?.seeds)],
    ["Environment", environment ? [["Python", environment.python], ["Image", environment.image], ["Accelerator", environment.accelerator], ["Lock file", environment.lockDigest], ...flat(environment.packages)] : []],
    ["Metrics", metrics.map(({ name, value, text }) => [name, metric(value, text)])],
    ["Run", run ? [["Job", run.job.name], ["State", run.state.toLowerCase()], ["Took", tookOf(run)], ["Error", run.error]] : []],
  ];
}

function tookOf({ startedAt, endedAt }: Run): string | null {
  const time = endedAt ? lasted(startedAt, endedAt, 0) : null;
  return time === null ? null : duration(time);
}

/** The leaves of a value of the scalar JSON, by their paths. */
function flat(value: unknown, path = ""): Values {
  if (typeof value !== "object" || value === null) return value === undefined || value === null ? [] : [[path || "value", String(value)]];
  return Object.entries(value).flatMap(([name, each]) => flat(each, path ? `${path}.${name}` : name));
}
