import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { aCard, aFold, aFlow } from "../../graph/lineage.fixture";
import { binned, bucketFor, instants, placeOf } from "./bits/history";
import { csv, fileName, lineageCsv } from "./export";
import { rowsOf, sorted } from "./outline-rows";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const LINEAGE = {
  focus: "b",
  cards: [aCard("b", { depth: 0, at: "2026-02-01T00:00:00Z" }), aCard("a", { depth: -1, more: 2 }), aCard("c10", { depth: 1, at: "2026-01-01T00:00:00Z" }), aCard("c9", { depth: 1 })],
  folds: [aFold("f", { upstream: false, count: 7 })],
  flows: [aFlow("a", "b")],
};

describe("the outline", () => {
  it("lists every card and fold of the picture", () => {
    expect(rowsOf(LINEAGE).map(({ id }) => id)).toEqual(["b", "a", "c10", "c9", "f"]);
  });

  it("sorts by hops with folds at the far end of their side, numbers in names as numbers, what is unknown last", () => {
    const ids = (...how: [Parameters<typeof sorted>[1], boolean]): string[] => sorted(rowsOf(LINEAGE), ...how).map(({ id }) => id);
    expect(ids("hops", false)).toEqual(["a", "b", "c9", "c10", "f"]);
    expect(ids("hops", true)).toEqual(["f", "c9", "c10", "b", "a"]);
    expect(ids("name", false).slice(2)).toEqual(["b", "c9", "c10"]);
    expect(ids("at", false).slice(0, 2)).toEqual(["c10", "b"]);
    expect(ids("at", true).slice(0, 2)).toEqual(["b", "c10"]);
  });
});

describe("exported tables", () => {
  it("add up to every node that the answer speaks of", () => {
    const lines = lineageCsv(LINEAGE).trim().split("\r\n").slice(1);
    const counts = lines.map((line) => Number(line.split(",").at(-1)));
    expect(counts.reduce((sum, many) => sum + many, 0)).toBe(4 + 2 + 7);
  });

  it("quote as RFC 4180 says and let no name become a formula", () => {
    expect(csv([["a,b", 'say "x"', "two\nlines", null, 3]])).toBe('"a,b","say ""x""","two\nlines",,3\r\n');
    for (const name of ["=1+1", "+1", "-1", "@x", "\tx"]) expect(csv([[name]])[0]).toMatch(/['"]/);
  });

  it("get names that every system takes", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 120 }).map((units) => String.fromCharCode(...units)), (title) => {
        expect(fileName(title, "csv")).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*\.csv$/);
        expect(fileName(title, "csv").length).toBeLessThan(90);
      }),
    );
  });
});

describe("the history below the slider", () => {
  it("reaches to now over days, and to a little after the last instant when all is close together", () => {
    expect(instants([10 * DAY, 40 * DAY], 60 * DAY).until).toBe(60 * DAY);
    const close = instants([10 * DAY, 10 * DAY + HOUR], 60 * DAY);
    expect(close.since).toBeLessThan(10 * DAY);
    expect(close.until).toBe(10 * DAY + 1.1 * HOUR);
    expect(instants([], DAY)).toMatchObject({ until: expect.any(Number) as number });
  });

  it("asks for buckets that fit its length", () => {
    expect([HOUR, 3 * DAY, 90 * DAY, 2000 * DAY].map((until) => bucketFor({ since: 0, until }))).toEqual([null, "HOUR", "DAY", "WEEK"]);
  });

  it("counts every event of the range in one bar", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -10, max: 1100 }), { maxLength: 40 }), (times) => {
        const bars = binned({ since: 0, until: 1000 }, 12, times.map((time) => [time, 2] as const));
        expect(bars.reduce((sum, many) => sum + many, 0)).toBe(2 * times.filter((time) => time >= 0 && time <= 1000).length);
      }),
    );
  });

  it("finds the bar of an instant, and takes anything else for now", () => {
    const range = { since: 0, until: 100 * DAY };
    expect(placeOf(range, 10, new Date(50 * DAY).toISOString())).toBe(5);
    expect(placeOf(range, 10, "")).toBe(10);
    expect(placeOf(range, 10, "<b>")).toBe(10);
    expect(placeOf(range, 10, "1900-01-01")).toBe(0);
  });
});
