import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";

import { ask, idOf, linkTo } from "../support/asking";
import { given, service } from "../support/given";
import { open, visit } from "../support/visit";

/** Pictures of README and docs, of the demo's data. Not tests: they are made by `make screenshots`. */

const MOST_BYTES = 200_000;
/** Minutes that have passed since the last event, so that "ago" is the same whenever the pictures are made. */
const LATER = 5;

const SIZE = { width: 1440, height: 820 };

const demo = service("demo");
const data = await idOf(demo, "DATASET_VERSION", "clean.csv");
const model = await idOf(demo, "MODEL_VERSION", "risk-v2");
const { events } = await ask<{ events: { edges: readonly { node: { eventTime: string } }[] } }>(demo, "{ events(first: 1) { edges { node { eventTime } } } }");
const now = new Date(Date.parse(events.edges[0]?.node.eventTime ?? "") + LATER * 60_000);

const VIEWS = [
  ["catalog", "/"],
  ["focus", linkTo(model)],
  ["impact", linkTo(data, { impact: data })],
  ["map", linkTo(model, { view: "map" })],
] as const;

describe.each(["light", "dark"] as const)("%s", (theme) => {
  test.each(VIEWS)("%s", async (name, link) => {
    await visit(demo, async ({ page }) => {
      await page.clock.setFixedTime(now);
      await open(page, link);
      await page.evaluate(() => document.fonts.ready);
      if (link.startsWith("/n")) await stepBack(page);
      const path = join(given.output ?? ".", `${name}-${theme}.png`);
      await page.screenshot({ path, animations: "disabled", caret: "hide" });
      expect((await stat(path)).size).toBeLessThan(MOST_BYTES);
    }, { theme, still: true, ...SIZE });
  });
});

/** A step back from the cards, which open at their full size: more of the story, and still to be read. */
async function stepBack(page: Page): Promise<void> {
  const out = page.getByRole("button", { name: "Zoom out" });
  if ((await out.count()) > 0) await out.click();
  await page.mouse.move(0, 0);
}
