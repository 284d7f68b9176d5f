import { describe, expect, test } from "vitest";

import { COLOURS, violations } from "../support/axe";
import { service } from "../support/given";
import { viewsOf } from "../support/views";
import { open, visitsOnOnePage } from "../support/visit";

const demo = service("demo");
const visit = visitsOnOnePage(demo, { still: true });
const views = await viewsOf(demo);

describe.each(views)("$name", ({ link }) => {
  test("is shown without a complaint, and axe-core has none in either theme", async () => {
    await visit(async ({ page }) => {
      await open(page, link);
      expect(await violations(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
      expect(await violations(page, COLOURS)).toEqual([]);
    });
  });
});
