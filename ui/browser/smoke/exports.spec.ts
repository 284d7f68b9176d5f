import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { ask, idOf, linkTo } from "../support/asking";
import { exported, opened } from "../support/files";
import { given, service } from "../support/given";
import { open, visit } from "../support/visit";

const demo = service("demo");
const data = await idOf(demo, "DATASET_VERSION", "clean.csv");

const asked = (page: Page): Promise<number> => page.getByRole("treeitem").count();

interface Shown {
  readonly focus: { readonly cards: readonly { readonly id: string }[]; readonly edges: readonly { source: string; target: string }[] };
}

test("SVG: the file opens, and has the edges and the cards of the picture and of the answer", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(data));
    const { name, bytes } = await exported(page, /SVG/);
    expect(name).toMatch(/\.svg$/);
    const { focus } = await ask<Shown>(demo, "query ($ref: String!) { focus(ref: $ref, view: {}) { cards { id } edges { source target } } }", { ref: data });
    expect(focus.edges.length).toBeGreaterThan(5);
    const cards = await asked(page);
    await opened(page, bytes);
    const edges = await page.evaluate(() =>
      [...document.querySelectorAll(".edges [data-from]")].map((edge) => ({ source: edge.getAttribute("data-to"), target: edge.getAttribute("data-from") })),
    );
    const key = ({ source, target }: { source: string | null; target: string | null }): string => `${source} ${target}`;
    expect([...new Set(edges.map(key))].sort()).toEqual(focus.edges.map(key).sort());
    expect(focus.cards.length).toBe(cards);
    expect(await page.evaluate(() => document.querySelectorAll("script, foreignObject, image, a").length)).toBe(0);
  });
});

test("PNG: a picture as large as the SVG, and not empty", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(data));
    const { bytes } = await exported(page, /PNG/);
    expect(bytes.subarray(1, 4).toString()).toBe("PNG");
    expect(bytes.readUInt32BE(16)).toBeGreaterThan(600);
    expect(bytes.length).toBeGreaterThan(10_000);
  });
});

test("CSV, JSON and the audit export have what is shown", async () => {
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(data));
    const cards = await asked(page);
    const rows = (await exported(page, /shown, CSV/)).bytes.toString().trimEnd().split("\r\n");
    expect(rows.length - 1).toBe(cards);
    const answer = JSON.parse((await exported(page, /shown, JSON/)).bytes.toString()) as { cards: unknown[]; seq: number };
    expect(answer.cards.length).toBe(cards);
    const audit = JSON.parse((await exported(page, /audit/)).bytes.toString()) as object;
    expect(Object.keys(audit).length).toBeGreaterThan(0);
  });
});

test("impact: the list, the panel's total and the export agree with the service", async () => {
  interface Impact {
    readonly impact: { readonly total: number; readonly subgraph: { readonly nodes: readonly { readonly id: string }[] } };
  }
  const { impact } = await ask<Impact>(demo, "query ($ref: String!) { impact(ref: $ref) { total subgraph { nodes { id } } } }", { ref: data });
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(data, { impact: data }));
    const panel = page.getByRole("complementary", { name: "Impact" });
    await panel.locator(".toll b").waitFor();
    expect(await panel.locator(".toll b").innerText()).toBe(String(impact.total));
    const rows = (await exported(page, /hit, CSV/)).bytes.toString().trimEnd().split("\r\n").slice(1);
    const hit = impact.subgraph.nodes.map(({ id }) => id).filter((id) => id !== data);
    for (const id of hit) expect(rows.some((row) => row.startsWith(id) || row.startsWith(`"${id}`))).toBe(true);
    await panel.getByRole("link", { name: /as a list/ }).click();
    await page.getByRole("table").waitFor();
    const listed = await page.getByRole("row").count();
    expect(listed - 1).toBe(hit.length);
  });
});

test("impact: of the folds those are lit that hold something it hits, and no others", async () => {
  interface Answer {
    readonly focus: { readonly cards: readonly { readonly id: string; readonly depth: number }[]; readonly folds: readonly { readonly id: string; readonly members: readonly string[] }[] };
  }
  interface Impact {
    readonly impact: { readonly subgraph: { readonly nodes: readonly { readonly id: string }[] } };
  }
  const [large, middle] = [service("large"), given.largeFocus ?? ""];
  const { focus } = await ask<Answer>(large, "query ($ref: String!) { focus(ref: $ref) { cards { id depth } folds { id members } } }", { ref: middle });
  const source = focus.cards.find(({ id, depth }) => depth <= -2 && id.startsWith("version/"))?.id ?? "";
  const { impact } = await ask<Impact>(large, "query ($ref: String!) { impact(ref: $ref, walk: { maxNodes: 10000 }) { subgraph { nodes { id } } } }", { ref: source });
  const hit = new Set(impact.subgraph.nodes.map(({ id }) => id));
  const holding = focus.folds.filter(({ members }) => members.some((id) => hit.has(id))).map(({ id }) => id);
  expect(focus.folds.length).toBeGreaterThan(holding.length);
  await visit(large, async ({ page }) => {
    await open(page, linkTo(middle, { impact: source }));
    await page.locator(".piece.hit").first().waitFor();
    const lit = () => page.locator(".piece.fold.hit").evaluateAll((pieces) => pieces.map((piece) => (piece as HTMLElement).dataset.id ?? "").sort());
    await expect.poll(lit).toEqual(holding.sort());
  });
});

test("copy link gives the address of what is shown", async () => {
  await visit(demo, async ({ page }) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: demo });
    await open(page, linkTo(data, { kinds: "-artifact" }));
    await page.getByRole("button", { name: /copy (the )?link/i }).first().click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
  });
});
