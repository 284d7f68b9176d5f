import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";

import { violations } from "./axe";
import type { View } from "./views";
import { open, visit, type Looks } from "./visit";

/** Looks at every view in each of these looks: nothing is wider than the window, axe-core finds nothing, no control is covered. */
export function lookAt(url: string, views: readonly View[], looks: readonly (readonly [name: string, looks: Looks])[]): void {
  describe.each(looks)("%s", (_name, look) => {
    test.each(views)("$name: nothing is wider than the window, axe-core finds nothing, every control can be reached", async ({ link }) => {
      await visit(url, async ({ page }) => {
        await open(page, link);
        expect(await tooWide(page)).toBeLessThanOrEqual(0);
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate(coveredControls)).toEqual([]);
      }, look);
    });
  });
}

/** CSS pixels by which a page is wider than its window. */
export const tooWide = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

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
