import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Palette } from "../svg/palette";
import type { Axis } from "./axis";
import { FAILED, reachOf, type Columns } from "./columns";
import type { Ground } from "./ground";
import { lanesIn } from "./lanes";
import { indexRows } from "./marks";
import { frameOf, movedTo } from "./overview";
import { mapSvg } from "./picture";

const COLOUR = { ink: "#0a6aa6", tile: "#e6f1f9" };
const PALETTE: Palette = {
  bg: "#faf9f6", surface: "#ffffff", raise: "#ffffff", line: "#e6e3dc", line2: "#d3cfc5", edge: "#b9b5ab", ink: "#1d1c1a", ink2: "#57544d", ink3: "#736f66",
  accent: "#3b4fd8", danger: "#c02626", dangerTile: "#fdeaea", edgeOpacity: 0.5,
  families: { data: COLOUR, run: COLOUR, base: COLOUR, model: COLOUR, artifact: COLOUR, deployment: COLOUR, code: COLOUR },
};

/** Data, a run that failed, a model, what serves it, and an environment that is shared; the data has a name that would be markup. */
const COLUMNS: Columns = {
  ids: ["data", "run", "model", "serve", "env"],
  names: ["<b>&", "run", "model", "serve", "env"],
  family: Uint8Array.of(0, 1, 2, 4, 6),
  lane: Int16Array.of(0, 0, 0, 0, -1),
  at: Float64Array.of(100, 200, 300, 400, Number.NaN),
  until: Float64Array.of(Number.NaN, 250, Number.NaN, Number.NaN, Number.NaN),
  condition: Uint8Array.of(0, FAILED, 0, 0, 0),
  from: Int32Array.of(0, 1, 2, 4),
  to: Int32Array.of(1, 2, 3, 1),
  lanes: [{ name: "lane", families: {}, nodes: 4 }],
  hubs: [{ node: 4, uses: 1 }],
};

const ground = (over: Partial<Ground> = {}): Ground => ({
  columns: COLUMNS, index: indexRows(COLUMNS), axis: { since: 0, until: 500, left: 0, width: 1000 }, lanes: lanesIn(100, 1, -40), palette: PALETTE,
  hidden: new Set(), now: 450, danger: false, ...over,
});
const draw = (shown: Ground, lit: Parameters<typeof mapSvg>[1] = null): string => mapSvg(shown, lit, { palette: PALETTE, title: "Map", footer: "Complete." });
const named = (picture: string, attribute: string): string[] => [...picture.matchAll(new RegExp(`${attribute}="([^"]*)"`, "g"))].map(([, id]) => id!).sort();

describe("the picture of a map", () => {
  it("has every node, every flow between places, and the completeness line; no name becomes markup", () => {
    const picture = draw(ground());
    expect(named(picture, "data-id")).toEqual(["data", "env", "model", "run", "serve"]);
    expect(named(picture, "data-from")).toEqual(["data", "model", "run"]);
    expect(picture).toContain("Complete.");
    expect(picture).toContain("&lt;b&gt;&amp;");
    expect(picture).not.toContain("<b>");
  });

  it("shows the stretch of time that the window shows: what served on into it, and no mark outside it", () => {
    expect(named(draw(ground({ axis: { since: 250, until: 350, left: 0, width: 1000 } })), "data-id")).toEqual(["env", "model"]);
    expect(named(draw(ground({ axis: { since: 420, until: 500, left: 0, width: 1000 } })), "data-id")).toEqual(["env", "serve"]);
  });

  it("leaves out families that are hidden, with their flows", () => {
    const picture = draw(ground({ hidden: new Set([1]) }));
    expect(named(picture, "data-id")).toEqual(["data", "env", "model", "serve"]);
    expect(named(picture, "data-from")).toEqual(["model"]);
  });

  it("lights what a deletion hits in the colour of danger, and dims the rest", () => {
    const hit = reachOf(["model", "serve", "not on the map"], COLUMNS);
    expect([[...hit.nodes], [...hit.edges]]).toEqual([[2, 3], [2]]);
    const picture = draw(ground({ danger: true }), hit);
    expect(picture.match(/<g class="lit" data-id="(model|serve)" fill="#c02626">/g)).toHaveLength(2);
    expect(picture.match(/<path class="lit"[^>]*stroke="#c02626"/g)).toHaveLength(1);
    expect(picture.match(/opacity="0.32"/g)).toHaveLength(2);
  });
});

describe("the minimap", () => {
  const SIZE = { width: 196, height: 62 };
  const whole: Axis = { since: 0, until: 1000, left: 0, width: 1 };

  it("frames what the window shows, never outside itself and never too small to see", () => {
    fc.assert(
      fc.property(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: 1, max: 3000 }), fc.integer({ min: -5000, max: 500 }), fc.integer({ min: 0, max: 200 }), (since, length, top, count) => {
        const { x, y, width, height } = frameOf(whole, { axis: { since, until: since + length, left: 0, width: 900 }, lanes: lanesIn(500, count, top), height: 500 }, SIZE);
        expect(Math.min(width, height)).toBeGreaterThanOrEqual(4);
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
        expect(x + width).toBeLessThanOrEqual(SIZE.width + 1e-9);
        expect(y + height).toBeLessThanOrEqual(SIZE.height + 1e-9);
      }),
    );
    const all = { axis: { ...whole, width: 900 }, lanes: lanesIn(500, 40, 0), height: 40 * 34 };
    expect(frameOf(whole, all, SIZE)).toEqual({ x: 0, y: 0, ...SIZE });
  });

  it("moves the middle of the window to a point, with the time it shows as long as before", () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 160 }), fc.integer({ min: 25, max: 40 }), (x, y) => {
        const window = { axis: { since: 400, until: 500, left: 0, width: 900 }, lanes: lanesIn(500, 60, 0), height: 500 };
        const { axis, top } = movedTo(whole, window, SIZE, { x, y });
        expect(axis.until - axis.since).toBeCloseTo(100);
        const frame = frameOf(whole, { ...window, axis, lanes: lanesIn(500, 60, top) }, SIZE);
        expect(frame.x + frame.width / 2).toBeCloseTo(x);
        expect(frame.y + frame.height / 2).toBeCloseTo(y);
      }),
    );
  });
});
