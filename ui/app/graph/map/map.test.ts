import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slid, spanning, stretched, ticks, timeOf, xOf } from "./axis";
import type { Axis } from "./axis";
import { lineageOf, MAP_FAMILIES, neighbours } from "./columns";
import type { Columns } from "./columns";
import { lanesBetween, lanesIn, LEAST_LANE, laneTop, MOST_LANE, rowMiddle } from "./lanes";
import { CELL, indexRows, markAt, marksIn } from "./marks";

const DAY = 86_400_000;
const ALL: ReadonlySet<number> = new Set();

interface Node {
  readonly family: number;
  readonly lane: number;
  readonly at: number;
}

function columnsOf(nodes: readonly Node[], lanes: number, edges: readonly (readonly [number, number])[] = []): Columns {
  return {
    ids: nodes.map((_, place) => `n${place}`),
    names: nodes.map((_, place) => `n${place}`),
    family: Uint8Array.from(nodes, ({ family }) => family),
    lane: Int16Array.from(nodes, ({ lane }) => lane),
    at: Float64Array.from(nodes, ({ at }) => at),
    until: new Float64Array(nodes.length).fill(Number.NaN),
    condition: new Uint8Array(nodes.length),
    from: Int32Array.from(edges, ([from]) => from),
    to: Int32Array.from(edges, ([, to]) => to),
    lanes: Array.from({ length: lanes }, (_, place) => ({ name: `lane ${place}`, families: {}, nodes: 0 })),
    hubs: [],
  };
}

const anAxis = fc
  .record({ since: fc.integer({ min: 0, max: 20 * DAY }), length: fc.integer({ min: 60_000, max: 900 * DAY }), width: fc.integer({ min: 200, max: 2000 }) })
  .map(({ since, length, width }): Axis => ({ since, until: since + length, left: 200, width }));

const someNodes = fc.array(
  fc.record({ family: fc.nat({ max: MAP_FAMILIES.length - 1 }), lane: fc.integer({ min: -1, max: 3 }), at: fc.integer({ min: 0, max: 20 * DAY }) }),
  { maxLength: 80 },
);

describe("the axis", () => {
  it("goes from time to pixels and back, and keeps what is under the pointer when zoomed", () => {
    fc.assert(
      fc.property(anAxis, fc.integer({ min: 0, max: 2000 }), fc.double({ min: 0.2, max: 5, noNaN: true }), (axis, x, factor) => {
        expect(xOf(axis, timeOf(axis, x))).toBeCloseTo(x, 3);
        const nearer = stretched(axis, factor, x);
        expect(xOf(nearer, timeOf(axis, x))).toBeCloseTo(x, 2);
        expect(xOf(slid(axis, 40), timeOf(axis, x))).toBeCloseTo(x + 40, 3);
      }),
    );
  });

  it("spans all instants, one instant, and none", () => {
    const axis = spanning(Float64Array.of(5 * DAY, Number.NaN, 9 * DAY), 0, 100, 0);
    expect(axis.since).toBeLessThan(5 * DAY);
    expect(axis.until).toBeGreaterThan(9 * DAY);
    expect(spanning(Float64Array.of(DAY), 0, 100, 0)).toMatchObject({ since: DAY / 2, until: 1.5 * DAY });
    expect(spanning(new Float64Array(), 0, 100, 7 * DAY).until).toBeGreaterThanOrEqual(7 * DAY);
  });

  it("has round ticks that stand apart, at every zoom", () => {
    fc.assert(
      fc.property(anAxis, (axis) => {
        const places = ticks(axis, 80).map(({ time }) => xOf(axis, time));
        places.forEach((x, place) => {
          expect(x).toBeGreaterThanOrEqual(axis.left - 1e-6);
          expect(x).toBeLessThanOrEqual(axis.left + axis.width + 1e-6);
          if (place > 0) expect(x - places[place - 1]!).toBeGreaterThan(70);
        });
      }),
    );
    const year = { since: Date.UTC(2025, 11, 15), until: Date.UTC(2026, 5, 1), left: 0, width: 900 };
    expect(ticks(year, 80).map(({ label }) => label)).toEqual(["2026", "Feb", "Mar", "Apr", "May", "Jun"]);
  });
});

describe("lanes", () => {
  it("share the room within their limits, and find themselves again by height", () => {
    expect(lanesIn(600, 6, 10).height).toBe(100);
    expect(lanesIn(600, 60, 10).height).toBe(LEAST_LANE);
    expect(lanesIn(600, 1, 10).height).toBe(MOST_LANE);
    const lanes = lanesIn(600, 6, 10);
    expect(lanesBetween(lanes, laneTop(lanes, 2) + 1, laneTop(lanes, 4) - 1)).toEqual([2, 3]);
    expect(rowMiddle(lanes, 1, 0)).toBeGreaterThan(laneTop(lanes, 1));
    expect(rowMiddle(lanes, 1, 4)).toBeLessThan(laneTop(lanes, 2));
  });
});

describe("marks", () => {
  it("stand for every node of the window once, at its time and in its lane", () => {
    fc.assert(
      fc.property(someNodes, (nodes) => {
        const columns = columnsOf(nodes, 4);
        const axis = { since: -DAY, until: 21 * DAY, left: 200, width: 1000 };
        const marks = marksIn(indexRows(columns), columns, axis, lanesIn(400, 4, 0), 400, null, ALL);
        const counted = marks.reduce((sum, { count }) => sum + count, 0);
        expect(counted).toBe(nodes.filter(({ lane }) => lane >= 0).length);
        for (const { x, node } of marks) expect(Math.abs(x - xOf(axis, nodes[node]!.at))).toBeLessThanOrEqual(CELL);
      }),
    );
  });

  it("do not come closer than a cell allows, and never depend on where the window stands", () => {
    fc.assert(
      fc.property(someNodes, fc.integer({ min: -300, max: 300 }), (nodes, by) => {
        const columns = columnsOf(nodes, 4);
        const index = indexRows(columns);
        const axis = { since: -400 * DAY, until: 400 * DAY, left: 0, width: 800 };
        const counts = (at: Axis): number[] => marksIn(index, columns, at, lanesIn(400, 4, 0), 400, null, ALL).map(({ count }) => count);
        expect(counts(slid(axis, by))).toEqual(counts(axis));
      }),
    );
  });

  it("leave out what the window does not show, and families that are hidden", () => {
    const columns = columnsOf([{ family: 0, lane: 0, at: 0 }, { family: 1, lane: 0, at: 5 * DAY }, { family: 0, lane: 1, at: 5 * DAY }], 2);
    const axis = { since: 4 * DAY, until: 6 * DAY, left: 0, width: 500 };
    const shown = (hidden: ReadonlySet<number>, height = 200): number[] =>
      marksIn(indexRows(columns), columns, axis, lanesIn(200, 2, 0), height, null, hidden).map(({ node }) => node);
    expect(shown(ALL)).toEqual([1, 2]);
    expect(shown(new Set([1]))).toEqual([2]);
    expect(shown(ALL, 40)).toEqual([1]);
  });

  it("put nodes without a time where time begins", () => {
    const columns = columnsOf([{ family: 0, lane: 0, at: Number.NaN }, { family: 0, lane: 0, at: DAY }], 1);
    expect([...indexRows(columns).time]).toEqual([DAY, DAY]);
  });

  it("are found under a pointer, lit ones first", () => {
    const columns = columnsOf([{ family: 0, lane: 0, at: DAY }, { family: 0, lane: 0, at: 1.02 * DAY }], 1);
    const axis = { since: 0, until: 2 * DAY, left: 0, width: 1000 };
    const marks = marksIn(indexRows(columns), columns, axis, lanesIn(100, 1, 0), 100, new Set([1]), ALL);
    expect(markAt(marks, marks[0]!.x + 5, marks[0]!.y)?.node).toBe(1);
    expect(markAt(marks, 0, 0)).toBeNull();
  });
});

describe("lineage on the map", () => {
  it("walks both ways, and not on through what everything uses", () => {
    const edges = [[0, 1], [1, 2], [3, 1], [3, 4]] as const;
    const columns = columnsOf(Array.from({ length: 5 }, () => ({ family: 0, lane: 0, at: 0 })), 1, edges);
    const after = neighbours(5, columns.from, columns.to);
    const before = neighbours(5, columns.to, columns.from);
    const lit = lineageOf(1, before, after, new Set([3]));
    expect([...lit.nodes].sort()).toEqual([0, 1, 2, 3]);
    expect([...lit.edges].sort()).toEqual([0, 1, 2]);
    expect([lit.upstream, lit.downstream]).toEqual([2, 1]);
    expect(lineageOf(3, before, after, new Set([3])).downstream).toBe(3);
  });
});
