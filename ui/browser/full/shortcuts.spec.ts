import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { idOf, linkTo } from "../support/asking";
import { given, service } from "../support/given";
import { open, settled, visit } from "../support/visit";

const demo = service("demo");
const data = await idOf(demo, "DATASET_VERSION", "clean.csv");

const param = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(name);
const card = (page: Page, name: RegExp) => page.getByRole("treeitem", { name }).first();

test("/ leads to the search, Esc leaves it", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, "/runs");
    await page.keyboard.press("/");
    const search = page.getByRole("combobox", { name: /search/i });
    expect(await search.evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.press("Escape");
    expect(await search.evaluate((field) => field === document.activeElement)).toBe(false);
  });
});

test("? lists the keys, and each listed key is one that a test here presses", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, "/");
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog", { name: "Keys" });
    await dialog.waitFor();
    const listed = await dialog.locator("dt").allInnerTexts();
    expect(listed.map((keys) => keys.replace(/\s+/g, " ").trim())).toEqual(
      ["/", "?", "g c", "g r", "g e", "Esc", "← →", "↑ ↓", "Enter", "Space", "+ −", "f", "1 2 3", "i"],
    );
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  });
});

test.each([["g c", "/"], ["g r", "/runs"], ["g e", "/events"]])("%s goes to %s", async (keys, path) => {
  await visit(demo, async ({ page }) => {
    await open(page, path === "/" ? "/runs" : "/");
    for (const key of keys.split(" ")) await page.keyboard.press(key);
    await expect.poll(() => new URL(page.url()).pathname).toBe(path);
  });
});

test("no key does anything while one types", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, "/");
    await page.getByRole("combobox", { name: /search/i }).fill("");
    await page.keyboard.type("gr?1i/");
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(new URL(page.url()).pathname).toBe("/");
  });
});

test("1, 2 and 3 are Focus, Map and Outline", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(data));
    for (const [key, view] of [["2", "map"], ["3", "outline"], ["1", null]] as const) {
      await page.keyboard.press(key);
      await expect.poll(() => param(page, "view")).toBe(view);
      await settled(page);
    }
  });
});

test("i shows the impact, Esc takes it back", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(data));
    await page.keyboard.press("i");
    await page.getByRole("complementary", { name: "Impact" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("complementary", { name: "Impact" }).waitFor({ state: "detached" });
  });
});

test("arrows walk, Home goes back to the focus, Space selects, Enter makes it the focus", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(data));
    const named = (): Promise<string | null> => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? null);
    await card(page, /^Dataset version clean\.csv/).focus();
    await page.keyboard.press("ArrowLeft");
    await expect.poll(named).toMatch(/^Run risk\.clean/);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const first = await named();
    expect(first).toMatch(/^Dataset version/);
    await page.keyboard.press("ArrowDown");
    const second = await named();
    await page.keyboard.press("ArrowUp");
    if (second !== first) expect(await named()).toBe(first);
    await page.keyboard.press("Home");
    await expect.poll(named).toMatch(/^Dataset version clean\.csv/);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Space");
    await expect.poll(() => param(page, "sel")).toMatch(/^run\//);
    await page.keyboard.press("Enter");
    await expect.poll(() => param(page, "id")).toMatch(/^run\//);
  });
});

test("+ opens what is folded, - folds it again", async () => {
  await visit(service("large"), async ({ page }) => {
    await open(page, linkTo(given.largeFocus ?? ""));
    const folded = page.locator("[role=treeitem][aria-expanded=false]").first();
    await folded.focus();
    const before = await page.getByRole("treeitem").count();
    await page.keyboard.press("+");
    await expect.poll(() => param(page, "open")).not.toBeNull();
    await expect.poll(() => page.getByRole("treeitem").count()).toBeGreaterThan(before);
    await page.getByRole("treeitem").first().focus();
    await page.keyboard.press("-");
    await expect.poll(() => param(page, "open")).toBeNull();
    await expect.poll(() => page.getByRole("treeitem").count()).toBe(before);
  });
});

test("f fits the picture into the window", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(data));
    await card(page, /^Dataset version clean\.csv/).focus();
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.getByRole("button", { name: "Zoom in" }).click();
    await card(page, /^Dataset version clean\.csv/).focus();
    await page.keyboard.press("f");
    await expect.poll(() => outside(page)).toBe(0);
  }, { still: true });
});

/** Cards that lie outside of the window. */
const outside = (page: Page): Promise<number> =>
  page.getByRole("treeitem").evaluateAll((cards) =>
    cards.filter((card) => {
      const { left, right, top, bottom } = card.getBoundingClientRect();
      return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight;
    }).length,
  );
