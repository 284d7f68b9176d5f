import { describe, expect, test } from "vitest";

import { violations } from "../support/axe";
import { service } from "../support/given";
import { viewsOf } from "../support/views";
import { open, visit, type Looks } from "../support/visit";

const demo = service("demo");
const views = await viewsOf(demo);

/** 200 % zoom is half the window in CSS pixels (WCAG 2.2, success criterion 1.4.4), on a screen twice as dense. */
const LOOKS: readonly (readonly [string, Looks])[] = [
  ["360 px, light", { width: 360, height: 740, theme: "light" }],
  ["360 px, dark", { width: 360, height: 740, theme: "dark" }],
  ["768 px, light", { width: 768, height: 1024, theme: "light" }],
  ["768 px, dark", { width: 768, height: 1024, theme: "dark" }],
  ["1728 px, light", { width: 1728, height: 1000, theme: "light" }],
  ["1728 px, dark", { width: 1728, height: 1000, theme: "dark" }],
  ["reduced motion", { still: true }],
  ["forced colours", { forced: true }],
  ["forced colours, dark", { forced: true, theme: "dark" }],
  ["200 % zoom", { width: 720, height: 450, density: 2 }],
];

describe.each(LOOKS)("%s", (_look, looks) => {
  test.each(views)("$name: nothing is wider than the window, axe-core finds nothing, every control can be reached", async ({ link }) => {
    await visit(demo, async ({ page }) => {
      await open(page, link);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(coveredControls)).toEqual([]);
    }, looks);
  });
});

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

/** Buttons and links in the window of which the middle can't be clicked because something else lies over it. Runs in the page. */
function coveredControls(): string[] {
  const covered: string[] = [];
  for (const control of document.querySelectorAll<HTMLElement>("header a, header button, .toolbar button, .toolbar summary, .tabs a, .foot input")) {
    const { left, top, width, height } = control.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    if (!control.checkVisibility() || width === 0 || x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
    const over = document.elementFromPoint(x, y);
    const scrolledAway = control.closest(".tabs, .filters, [data-scrolls]") !== null && over !== null && !control.contains(over);
    if (over && !control.contains(over) && !over.contains(control) && !scrolledAway) covered.push(`${control.outerHTML.slice(0, 90)} below ${over.outerHTML.slice(0, 90)}`);
  }
  return covered;
}
