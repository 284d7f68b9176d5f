import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aCard, aFlow, anyLineage, storyLineage } from "../lineage.fixture";
import { captions } from "./captions";
import { arrow, curve, end } from "./curve";
import { linesOf, scene } from "./scene";

describe("scene", () => {
  it("places every card and fold of a lineage once, and draws flows between them only", () => {
    fc.assert(
      fc.property(anyLineage, (lineage) => {
        const picture = scene(lineage);
        const ids = picture.items.map(({ id }) => id);
        expect(ids).toEqual([...lineage.cards, ...lineage.folds].map(({ id }) => id));
        for (const { flow } of picture.strands) expect(ids).toContain(flow.from);
        expect(picture.items.every(({ box }) => [box.x, box.y].every(Number.isFinite))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it("fills a window with room to spare and never spreads rows further than the tokens say", () => {
    const tight = scene(storyLineage());
    const roomy = scene(storyLineage(), { width: 3000, height: 2000 });
    expect(roomy.height).toBeGreaterThan(tight.height);
    expect(roomy.height).toBeLessThan(tight.height * 1.6);
    expect(roomy.width).toBe(tight.width);
    expect(roomy.crossings).toBe(tight.crossings);
  });

  it("colours flows by the thing that flows and draws evidence apart", () => {
    const picture = scene({
      focus: "m",
      cards: [
        aCard("d"), aCard("r", { family: "run" }), aCard("m", { family: "model" }), aCard("copy", { family: "model" }),
      ],
      folds: [],
      flows: [
        aFlow("d", "r", { evidence: "INFERRED" }), aFlow("r", "m"),
        aFlow("m", "copy", { same: true }), aFlow("copy", "m", { same: true }),
      ],
    });
    expect(picture.strands.map(({ family, line }) => [family, line])).toEqual([
      ["data", "inferred"], ["model", "recorded"], ["model", "same"],
    ]);
    expect(linesOf(picture)).toEqual(["recorded", "inferred", "same"]);
  });

  it("puts captions above the cards beside the focus, not above the whole picture", () => {
    const picture = scene(storyLineage());
    const focus = picture.items.find(({ id }) => id === "model")!.box;
    const { upstream, downstream } = captions(picture, 180)!;
    for (const [from, to, y] of [[upstream.x - 180, upstream.x, upstream.y], [downstream.x, downstream.x + 180, downstream.y]] as const) {
      const met = picture.items.filter(({ box }) => box.x < to && box.x + box.width > from);
      expect(met.every(({ box }) => y < box.y)).toBe(true);
    }
    expect(upstream.x).toBeLessThan(focus.x);
    expect(captions({ ...picture, focus: "nowhere" }, 180)).toBeNull();
  });
});

describe("curve", () => {
  it("leaves and arrives horizontally and keeps level stretches level", () => {
    const line = curve([{ x: 0, y: 0 }, { x: 10, y: 20 }, { x: 30, y: 20 }]);
    expect(line.pieces[0]).toEqual({ c1: { x: 5, y: 0 }, c2: { x: 5, y: 20 }, to: { x: 10, y: 20 } });
    expect(line.pieces[1]!.c1.y).toBe(20);
    expect(end(line)).toEqual({ x: 30, y: 20 });
  });

  it("points its arrow the way it arrives", () => {
    expect(arrow(curve([{ x: 0, y: 0 }, { x: 10, y: 0 }]))[1].x).toBeLessThan(10);
    expect(arrow(curve([{ x: 10, y: 0 }, { x: 0, y: 5 }]))[1].x).toBeGreaterThan(0);
    expect(() => curve([])).toThrow(RangeError);
  });
});
