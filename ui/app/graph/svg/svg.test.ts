import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shapesOf } from "../../../icons";
import { aCard, aFlow, storyLineage } from "../lineage.fixture";
import { reach } from "../lineage";
import { scene } from "../scene/scene";
import { escaped } from "./escape";
import type { Palette } from "./palette";
import { svg } from "./picture";
import { clipped, estimate } from "./text";

const COLOUR = { ink: "#0a6aa6", tile: "#e6f1f9" };
const PALETTE: Palette = {
  bg: "#faf9f6", surface: "#ffffff", raise: "#ffffff", line: "#e6e3dc", line2: "#d3cfc5", edge: "#b9b5ab", ink: "#1d1c1a", ink2: "#57544d", ink3: "#736f66",
  accent: "#3b4fd8", danger: "#c02626", dangerTile: "#fdeaea", edgeOpacity: 0.5,
  families: { data: COLOUR, run: COLOUR, base: COLOUR, model: COLOUR, artifact: COLOUR, deployment: COLOUR, code: COLOUR },
};
/** Any UTF-16, halves of surrogate pairs and control characters included. */
const anyText = fc.array(fc.oneof(fc.integer({ min: 0, max: 127 }), fc.integer({ min: 0, max: 0xffff })), { maxLength: 30 }).map((units) => String.fromCharCode(...units));
const draw = (lineage = storyLineage()): string => svg(scene(lineage), { palette: PALETTE, shapesOf, title: "Lineage", footer: "Complete." });
const times = (text: string, part: RegExp): number => text.match(part)?.length ?? 0;

describe("SVG", () => {
  it("holds every edge, card and fold of its scene, and the completeness line", () => {
    const lineage = storyLineage();
    const picture = draw();
    expect(times(picture, /class="edge"/g)).toBe(lineage.flows.length);
    expect(times(picture, /class="card"/g)).toBe(lineage.cards.length);
    expect(times(picture, /class="fold"/g)).toBe(lineage.folds.length);
    expect(picture).toContain("Complete.");
  });

  it("is the same file every time, as in the golden picture", async () => {
    expect(draw()).toBe(draw());
    await expect(draw()).toMatchFileSnapshot("./story.golden.svg");
  });

  it("dims what a deletion does not reach", () => {
    const lineage = storyLineage();
    const lit = reach(lineage.flows, "model", true);
    const picture = svg(scene(lineage), { palette: PALETTE, shapesOf, title: "", footer: "", emphasis: { lit, danger: true, root: "model" } });
    const dimmed = lineage.cards.length + lineage.folds.length - lit.size;
    expect(times(picture, /<g class="(card|fold)"[^>]*opacity="0.32"/g)).toBe(dimmed);
  });

  it("lets no name become markup", () => {
    fc.assert(
      fc.property(anyText, (name) => {
        const text = escaped(name);
        expect(text).not.toMatch(/[<>"']/);
        expect(text).not.toMatch(/[\u0000-\u0008\uFFFE\uFFFF]/);
        expect(text.replace(/&(amp|lt|gt|quot|#39);/g, "")).not.toContain("&");
      }),
    );
    const hostile = `"><script>alert(1)</script><image href="//x"/>\u0000`;
    const picture = draw({ focus: hostile, cards: [aCard(hostile), aCard("b")], folds: [], flows: [aFlow(hostile, "b")] });
    expect(picture).not.toContain("<script");
    expect(picture).not.toContain("<image");
    expect(picture).not.toContain("\u0000");
  });

  it("draws a lineage without any flow", () => {
    expect(draw({ focus: "a", cards: [aCard("a")], folds: [], flows: [] })).toContain('class="card"');
  });
});

describe("clipping a text", () => {
  it("never exceeds its room, and cuts nothing that fits", () => {
    const font = { size: 13, weight: 400, mono: false };
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.integer({ min: 20, max: 300 }), (text, room) => {
        const cut = clipped(text, room, font, estimate);
        expect(estimate(cut, font)).toBeLessThanOrEqual(room);
        if (estimate(text, font) <= room) expect(cut).toBe(text);
      }),
    );
  });
});
