import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { ask, idOf, linkTo } from "../support/asking";
import { exported, opened } from "../support/files";
import { service } from "../support/given";
import { open, visit } from "../support/visit";

const demo = service("demo");
const data = await idOf(demo, "DATASET_VERSION", "clean.csv");

interface Mapped {
  readonly ids: readonly string[];
  readonly names: readonly string[];
  readonly lanes: readonly number[];
  readonly sources: readonly number[];
  readonly targets: readonly number[];
}

const { map } = await ask<{ map: Mapped }>(demo, "{ map { ids names lanes sources targets } }");
const shared = new Set(map.ids.filter((_, node) => map.lanes[node] === -1));

/** What stands in a lane; flows among that, from what came first. */
const placed = map.ids.filter((id) => !shared.has(id));
const flows = map.sources
  .map((source, edge) => [map.ids[map.targets[edge]!]!, map.ids[source]!] as const)
  .filter((ends) => !ends.some((id) => shared.has(id)));

const inFile = (page: Page, selector: string, names: readonly string[]): Promise<string[]> =>
  page.evaluate(([where, keys]) => [...document.querySelectorAll(where)].map((each) => keys.map((key) => each.getAttribute(key)).join(" ")).sort(), [selector, names] as const);

test("SVG of the map: the file opens and has every run, every version and every flow of the answer", async () => {
  expect(flows.length).toBeGreaterThan(20);
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(data, { view: "map" }));
    const { name, bytes } = await exported(page, /SVG/);
    expect(name).toBe("map.svg");
    await opened(page, bytes);
    expect(await inFile(page, "svg [data-id]", ["data-id"])).toEqual([...map.ids].sort());
    expect(await inFile(page, ".edges [data-from]", ["data-from", "data-to"])).toEqual(flows.map((ends) => ends.join(" ")).sort());
    expect(await page.evaluate(() => document.documentElement.textContent)).toContain(`${map.ids.length} nodes on the map`);
    expect(await page.evaluate(() => document.querySelectorAll("script, foreignObject, image, a").length)).toBe(0);
  });
});

test("PNG of the map: as wide as it is shown, and not empty", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(data, { view: "map" }));
    const { bytes } = await exported(page, /PNG/);
    expect(bytes.subarray(1, 4).toString()).toBe("PNG");
    expect(bytes.readUInt32BE(16)).toBeGreaterThan(1200);
    expect(bytes.length).toBeGreaterThan(10_000);
  });
});

test("impact on the map: its total is the service's, and what it hits is lit, no more and no less", async () => {
  interface Impact {
    readonly impact: { readonly total: number; readonly subgraph: { readonly roots: readonly string[]; readonly nodes: readonly { readonly id: string }[] } };
  }
  const { impact } = await ask<Impact>(demo, "query ($ref: String!) { impact(ref: $ref) { total subgraph { roots nodes { id } } } }", { ref: data });
  const hit = new Set([...impact.subgraph.roots, ...impact.subgraph.nodes.map(({ id }) => id)]);
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(data, { view: "map" }));
    await page.keyboard.press("i");
    const panel = page.getByRole("complementary", { name: "Impact" });
    await expect.poll(() => panel.locator(".toll b").innerText()).toBe(String(impact.total));
    expect(page.url()).toContain("view=map");
    const { bytes } = await exported(page, /SVG/);
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    await opened(page, bytes);
    expect(await inFile(page, ".lit[data-id]", ["data-id"])).toEqual(placed.filter((id) => hit.has(id)).sort());
    expect(await inFile(page, ".lit[data-from]", ["data-from", "data-to"])).toEqual(flows.filter((ends) => ends.every((id) => hit.has(id))).map((ends) => ends.join(" ")).sort());
  });
});

test("the minimap's frame is what the window shows: a click and a drag move there, and keys move it without", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(data, { view: "map" }));
    const small = page.locator(".minimap");
    const box = (await small.boundingBox())!;
    const middle = async (): Promise<number> => {
      const { x, width } = (await small.locator("i").boundingBox())!;
      return x + width / 2;
    };
    const width = async (): Promise<number> => (await small.locator("i").boundingBox())!.width;
    const whole = await width();
    expect(whole).toBeGreaterThan(box.width * 0.9);
    await page.locator(".plot").focus();
    for (let presses = 0; presses < 4; presses++) await page.keyboard.press("+");
    await expect.poll(width).toBeLessThan(whole / 4);

    const at = box.x + box.width * 0.3;
    await page.mouse.click(at, box.y + 20);
    await expect.poll(async () => Math.abs((await middle()) - at)).toBeLessThan(3);
    await page.mouse.move(at, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(at + 60, box.y + 20, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => Math.abs((await middle()) - at - 60)).toBeLessThan(3);

    await page.locator(".plot").focus();
    const before = await middle();
    await page.keyboard.press("Shift+ArrowLeft");
    await expect.poll(middle).toBeLessThan(before - 4);
    await page.keyboard.press("Shift+ArrowRight");
    await expect.poll(async () => Math.abs((await middle()) - before)).toBeLessThan(2);
    await page.keyboard.press("f");
    await expect.poll(width).toBe(whole);
  });
});
