import { describe, expect, it } from "vitest";

import { FAILED, MAP_FAMILIES, neighbours, RUNNING } from "../../../graph/map/columns";
import { indexRows } from "../../../graph/map/marks";
import type { MapAnswer } from "../questions";
import { columnsOf } from "./map-answer";
import { step } from "./steps";

const ANSWER = {
  ids: ["serve", "model", "train", "data", "env", "base"],
  names: ["serve", "m@1", "train", "d@1", "Python", "b@1"],
  kinds: [0, 1, 0, 2, 3, 1],
  lanes: [0, 0, 0, 0, -1, 0],
  at: [400, 300, 200, 100, null, 250],
  until: [null, null, 290, null, null, null],
  states: [0, -1, 1, -1, -1, -1],
  flags: [1, 0, 0, 2, 0, 16],
  sources: [0, 1, 2, 2],
  targets: [1, 2, 3, 4],
  edgeTypes: [0, 0, 0, 0],
  kindTable: ["RUN", "MODEL_VERSION", "DATASET_VERSION", "ENVIRONMENT"],
  stateTable: ["RUNNING", "COMPLETE"],
  laneTable: [{ name: "", namespace: "n", nodes: 5 }],
  shared: [{ node: 4, uses: 1 }],
} as unknown as MapAnswer;

describe("the map's columns", () => {
  const columns = columnsOf(ANSWER);

  it("tell families, conditions and times that are unknown", () => {
    expect([...columns.family].map((code) => MAP_FAMILIES[code])).toEqual(["deployment", "model", "run", "data", "code", "base"]);
    expect([...columns.condition]).toEqual([RUNNING, 0, 0, FAILED, 0, 0]);
    expect(columns.at[4]).toBeNaN();
    expect(columns.lanes[0]).toMatchObject({ name: "no known job", families: { deployment: 1, model: 1, run: 1, data: 1, base: 1 } });
  });

  it("turn edges from the dependent into flows, along which the arrow keys walk", () => {
    expect([...columns.from]).toEqual([1, 2, 3, 4]);
    const index = indexRows(columns);
    const before = neighbours(6, columns.to, columns.from);
    const after = neighbours(6, columns.from, columns.to);
    const go = (from: number, direction: Parameters<typeof step>[1]): number | null => step(from, direction, columns, index, before, after);
    expect(go(1, "before")).toBe(2);
    expect(go(2, "before")).toBe(3);
    expect(go(0, "after")).toBeNull();
    expect(go(1, "earlier")).toBe(5);
    expect(go(5, "later")).toBe(1);
    expect(go(3, "earlier")).toBeNull();
    expect(go(-1, "after")).toBe(0);
  });

  it("are empty for an answer that holds no arrays", () => {
    expect(columnsOf({ ...ANSWER, ids: null, names: "x", kinds: null, lanes: null, at: null, until: null, states: null, flags: null, sources: null, targets: null } as unknown as MapAnswer).ids).toEqual([]);
  });
});
