import { expect, test } from "vitest";

import { violations } from "../support/axe";
import { ask, linkTo } from "../support/asking";
import { given, service } from "../support/given";
import { open, visit } from "../support/visit";

const large = service("large");
const focus = given.largeFocus ?? "";

test("Focus of a large graph shows few cards, none over another, and says how much it folds", async () => {
  await visit(large, async ({ page }) => {
    await open(page, linkTo(focus));
    const boxes = await page.getByRole("treeitem").evaluateAll((cards) =>
      cards.map((card) => card.getBoundingClientRect()).map(({ left, right, top, bottom }) => ({ left, right, top, bottom })),
    );
    expect(boxes.length).toBeGreaterThan(5);
    expect(boxes.length).toBeLessThanOrEqual(60);
    const over = boxes.flatMap((a, place) => boxes.slice(place + 1).filter((b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1));
    expect(over).toEqual([]);
    expect(await page.locator(".foot").innerText()).toMatch(/\d+ of [\d,]+ nodes shown/);
    expect(await violations(page)).toEqual([]);
  }, { still: true });
});

test("Map shows all of a graph of 10,000 nodes, and says how many", async () => {
  const { map } = await ask<{ map: { total: number; edgeTotal: number } }>(large, "{ map(view: { maxNodes: 20000 }) { total edgeTotal } }");
  expect(map.total).toBeGreaterThanOrEqual(8000);
  await visit(large, async ({ page }) => {
    await open(page, linkTo(focus, { view: "map" }));
    const count = new Intl.NumberFormat("en").format(map.total);
    expect((await page.locator(".foot").innerText()).replace(/[\u202f\u00a0 ]/g, ",")).toContain(count);
    expect(await violations(page)).toEqual([]);
  });
});

test("Outline of everything that a deletion hits is given in pages", async () => {
  await visit(large, async ({ page }) => {
    const { provenance } = await ask<{ provenance: { nodes: { id: string }[] } }>(large, "query ($r: String!) { provenance(ref: $r, walk: { maxNodes: 10000 }) { nodes { id } } }", { r: focus });
    const source = provenance.nodes.map(({ id }) => id).filter((id) => id.startsWith("version/")).at(-1) ?? focus;
    await open(page, linkTo(source, { view: "outline", impact: source }));
    expect(await page.getByRole("row").count()).toBeGreaterThan(1);
    expect(await page.getByRole("row").count()).toBeLessThanOrEqual(501);
  });
});
