import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { idOf, linkTo, sha256Of } from "../support/asking";
import { service } from "../support/given";
import { open, settled, visit } from "../support/visit";

const demo = service("demo");
const data = await idOf(demo, "DATASET_VERSION", "clean.csv");
const model = await idOf(demo, "MODEL_VERSION", "risk-v2");

/** Where a page is: path and query. */
const at = (page: Page): string => page.url().slice(demo.length);

const search = (page: Page) => page.getByRole("combobox", { name: /search/i });

/** What the main part says, without times that pass. */
const words = async (page: Page): Promise<string> => {
  await settled(page);
  return (await page.locator("main").innerText()).replace(/\d+ (s|min|h)\b( \d+ (s|min))?( ago)?|just now/g, "…");
};

test("from a file's digest to the models that used it, to the proof in Focus, and back", async () => {
  const digest = await sha256Of(demo, data);
  await visit(demo, async ({ page }) => {
    await open(page, "/");
    await search(page).fill(digest);
    await page.getByRole("option", { name: /clean\.csv/ }).first().waitFor();
    await page.getByRole("option", { name: /clean\.csv/ }).first().click();
    await page.getByRole("heading", { level: 1, name: /clean\.csv/ }).waitFor();
    await page.getByRole("link", { name: "Models that used this" }).click();
    await page.locator("main").getByRole("link", { name: /risk-v2\.joblib/ }).first().waitFor();
    const models = at(page);
    await page.getByRole("link", { name: "Open in Focus" }).first().click();
    await page.getByRole("complementary", { name: "Path" }).waitFor();
    expect(await page.getByRole("treeitem", { name: /clean\.csv/ }).count()).toBeGreaterThan(0);
    await page.goBack();
    await settled(page);
    expect(at(page)).toBe(models);
    await page.goBack();
    await page.goBack();
    await page.getByRole("heading", { name: "Latest models" }).waitFor();
    expect(at(page)).toBe("/");
  });
});

test.each([
  ["focus", linkTo(model, { sel: data, kinds: "-artifact", up: "3" })],
  ["impact", linkTo(data, { impact: data })],
  ["outline", linkTo(model, { view: "outline" })],
  ["versions", linkTo(await idOf(demo, "DATASET", "clean.csv"), { view: "versions" })],
  ["models", linkTo(data, { view: "models" })],
  ["search", "/?q=clean&kind=DATASET_VERSION"],
  ["runs", "/runs?q=risk&state=COMPLETE"],
])("%s: a reload, and Back after another view, show the same again", async (_name, link) => {
  await visit(demo, async ({ page }) => {
    await open(page, link);
    const [address, shown] = [at(page), await words(page)];
    await page.reload();
    await settled(page);
    await expect.poll(() => words(page)).toBe(shown);
    await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Events" }).click();
    await page.getByRole("heading", { level: 1, name: "Events" }).waitFor();
    await page.goBack();
    await expect.poll(() => at(page)).toBe(address);
    await expect.poll(() => words(page)).toBe(shown);
  });
});

test("each step through a lineage is an entry of the history", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(data));
    const seen = [at(page)];
    const step = async (act: () => Promise<void>): Promise<void> => {
      await act();
      await expect.poll(() => at(page)).not.toBe(seen.at(-1));
      seen.push(at(page));
    };
    await step(() => page.getByRole("group", { name: "View of the lineage" }).getByRole("button", { name: "Outline" }).click());
    await step(() => page.getByRole("group", { name: "View of the lineage" }).getByRole("button", { name: "Map" }).click());
    await step(() => page.getByRole("group", { name: "View of the lineage" }).getByRole("button", { name: "Focus" }).click());
    await step(() => page.getByRole("treeitem", { name: /risk\.split/ }).first().dblclick());
    for (const address of seen.slice(0, -1).reverse()) {
      await page.goBack();
      // A selection on the way replaces its entry, so what counts is the view.
      await expect.poll(() => new URL(page.url()).searchParams.get("view")).toBe(new URLSearchParams(address.split("?")[1]).get("view"));
    }
  });
});

test("by keyboard alone: which models used this dataset", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, "/");
    await page.keyboard.press("/");
    await page.keyboard.type("clean.csv");
    await page.getByRole("option", { name: /clean\.csv/ }).first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: /clean\.csv/ }).waitFor();
    await tabTo(page, /^Models that used this/);
    await page.keyboard.press("Enter");
    await page.locator("main").getByRole("link", { name: /risk-v2\.joblib/ }).first().waitFor();
    await tabTo(page, /risk-v2\.joblib/);
  });
});

test("by keyboard alone: along the lineage from the data to what serves it", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(data));
    await tabTo(page, /^Dataset version clean\.csv/);
    await walk(page, ["ArrowRight"], /^Run risk\.split/);
    await walk(page, ["ArrowRight", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowDown"], /^Dataset version new\.csv/);
    await walk(page, ["ArrowRight", "ArrowUp", "ArrowDown"], /^Run risk\.finetune/);
    await walk(page, ["ArrowRight"], /^Model version risk-v2\.joblib/);
    await walk(page, ["ArrowRight", "ArrowUp", "ArrowDown", "ArrowDown"], /^Deployment risk\.serve/);
    await page.keyboard.press("Space");
    await expect.poll(() => new URL(page.url()).searchParams.get("sel")).toMatch(/^run\//);
    await page.getByRole("treeitem", { selected: true }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => new URL(page.url()).searchParams.get("sel")).toBeNull();
  });
});

/** How the focused element is called: its label, else its text. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => (document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "").trim());

/** Presses these keys, one after another, until something so called has the focus. */
async function walk(page: Page, keys: readonly string[], name: RegExp): Promise<void> {
  for (const key of keys) {
    if (name.test(await focused(page))) return;
    await page.keyboard.press(key);
  }
  expect(await focused(page)).toMatch(name);
}

/** Presses Tab until something so called has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    if (name.test(await focused(page))) return;
  }
  throw new Error(`80 presses of Tab did not lead to ${name}`);
}
