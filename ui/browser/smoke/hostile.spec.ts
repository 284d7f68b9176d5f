import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { ask, linkTo } from "../support/asking";
import { service } from "../support/given";
import { tooWide } from "../support/looking";
import { open, visit } from "../support/visit";

const odd = service("odd");

interface Named {
  readonly find: { readonly edges: readonly { readonly node: { readonly id: string; readonly asset: { readonly name: string } } }[] };
}

const { find } = await ask<Named>(
  odd,
  '{ find(filter: { kinds: [DATASET_VERSION], namespace: "odd" }, first: 100) { edges { node { id ... on Version { asset { name } } } } } }',
);
const named = find.edges.map(({ node: { id, asset } }) => ({ id, name: asset.name }));
const hostile = named.filter(({ name }) => /[<>"'\u202e{]|\u200b/.test(name));
const idNamed = (name: RegExp): string => named.find((each) => name.test(each.name))?.id ?? "";

/** What would be there if a name had been taken for more than text. */
async function taken(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const strange = [...document.querySelectorAll("main img, main script, main b[onclick], main [onerror], a[href^='javascript:']")];
    return [...strange.map(({ outerHTML }) => outerHTML), ...(document.title.includes("taken") && !document.title.includes("<") ? ["title"] : [])];
  });
}

test("there are names to try", () => {
  expect(hostile.length).toBeGreaterThanOrEqual(5);
  expect(named.map(({ name }) => name.length)).toContain(10_000);
});

test.each(hostile)("the name $name is text on its page and in its picture", async ({ id, name }) => {
  await visit(odd, async ({ page }) => {
    await open(page, linkTo(id));
    expect(await taken(page)).toEqual([]);
    await open(page, linkTo(id, { view: "facts" }));
    expect(await taken(page)).toEqual([]);
    expect(plain(await page.locator("main").innerText())).toContain(plain(name));
  });
});

test.each(["outline", "map", "models", "events"])("hostile names are text in view %s", async (view) => {
  await visit(odd, async ({ page }) => {
    await open(page, linkTo(hostile[0]?.id ?? "", { view }));
    expect(await taken(page)).toEqual([]);
  });
});

test("hostile and very long names do not widen the catalog, the runs or a picture", async () => {
  await visit(odd, async ({ page }) => {
    for (const link of ["/", "/?kind=DATASET_VERSION", "/runs", "/events", linkTo(named[0]?.id ?? "")]) {
      await open(page, link);
      expect(await taken(page)).toEqual([]);
      expect(await tooWide(page)).toBeLessThanOrEqual(0);
    }
  });
});

test("a node with a name of 10,000 characters has a page", async () => {
  await visit(odd, async ({ page }) => {
    await open(page, linkTo(idNamed(/^long-x/), { view: "facts" }));
    await page.getByRole("heading", { level: 1, name: /^long-x/ }).waitFor();
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
  });
});

test("runs that failed, that were ended and that go on are told apart, with the reason", async () => {
  await visit(odd, async ({ page }) => {
    await open(page, "/runs");
    for (const [job, state] of [["train.large", "failed"], ["train.twice", "aborted"], ["train.still", "running"]] as const) {
      expect(await page.getByRole("row", { name: new RegExp(job) }).innerText()).toContain(state);
    }
    await page.getByRole("row", { name: /train\.large/ }).getByRole("link").first().click();
    await page.getByText("no space left on device <b>").first().waitFor();
  });
});

test("refused events are listed with their reasons, can be opened and offered again", async () => {
  await visit(odd, async ({ page }) => {
    await open(page, "/events?show=refused");
    const rows = page.locator(".refused > li");
    expect(await rows.count()).toBeGreaterThan(0);
    await rows.first().getByRole("button").first().click();
    await expect.poll(() => new URL(page.url()).searchParams.get("sel")).not.toBeNull();
    await rows.first().getByRole("button", { name: "Offer again" }).click();
    await page.getByRole("status").filter({ hasText: "refused again" }).waitFor();
  });
});

test("versions that two sources disagree about are marked", async () => {
  await visit(odd, async ({ page }) => {
    await open(page, linkTo(idNamed(/^disputed/), { view: "facts" }));
    await page.locator("main").getByText("conflict").first().waitFor();
  });
});

/** Text as one line, without what a browser does not print. */
const plain = (text: string): string => text.replace(/\s+/g, " ").trim();
