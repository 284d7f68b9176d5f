import { expect, test } from "vitest";

import { service } from "../support/given";
import { lookAt } from "../support/looking";
import { viewsOf } from "../support/views";
import { open, visit } from "../support/visit";

const demo = service("demo");
const views = await viewsOf(demo);

lookAt(demo, views, [
  ["reduced motion", { still: true }],
  ["forced colours", { forced: true }],
  ["forced colours, dark", { forced: true, theme: "dark" }],
  // Half the window in CSS pixels on a screen twice as dense (WCAG 2.2, success criterion 1.4.4).
  ["200 % zoom", { width: 720, height: 450, density: 2 }],
]);

test("forced colours: cards, lines of text and the focus are drawn in the colours of the system", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, views.find(({ name }) => name === "focus")?.link ?? "/");
    const edges = await page.getByRole("treeitem").evaluateAll((cards) => cards.map((card) => getComputedStyle(card).borderTopStyle + getComputedStyle(card).outlineStyle));
    expect(edges.length).toBeGreaterThan(3);
    expect(edges.filter((style) => style === "nonenone")).toEqual([]);
  }, { forced: true });
});

test("reduced motion: nothing moves by itself, and the picture jumps instead of sliding", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, views.find(({ name }) => name === "focus")?.link ?? "/");
    const moving = (): Promise<number> => page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === "running").length);
    expect(await moving()).toBe(0);
    await page.getByRole("button", { name: /^Fit/ }).click();
    expect(await moving()).toBe(0);
  }, { still: true });
});
