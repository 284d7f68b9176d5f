import { expect, test } from "vitest";

import { violations } from "../support/axe";
import { ask, idOf, linkTo } from "../support/asking";
import { service } from "../support/given";
import { open, visit } from "../support/visit";

const demo = service("demo");

interface Digests {
  readonly node: { readonly digests: readonly { readonly algorithm: string; readonly value: string }[] };
}

test("two versions side by side: what differs comes first and is what the service says; c compares the selected with the focus", async () => {
  const [newer, older] = [await idOf(demo, "MODEL_VERSION", "risk-v2"), await idOf(demo, "MODEL_VERSION", "risk-v1")];
  const digest = async (id: string): Promise<string> => {
    const { node } = await ask<Digests>(demo, "query ($id: ID!) { node(id: $id) { ... on Version { digests { algorithm value } } } }", { id });
    return node.digests.find(({ algorithm }) => algorithm === "sha256")?.value ?? "";
  };
  const values = [await digest(newer), await digest(older)];
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(newer, { sel: older }));
    await page.keyboard.press("c");
    const row = page.getByRole("region", { name: "Bytes" }).getByRole("row").filter({ hasText: "sha256" });
    await expect.poll(() => row.getByRole("cell").allInnerTexts()).toEqual(values);
    expect(decodeURIComponent(page.url())).toContain("view=compare");
    await page.getByText(/^\d+ differences? in bytes/).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goBack();
    await page.getByRole("treeitem").first().waitFor();
  });
});

test("a run is compared with the one before it, and with another that is chosen", async () => {
  interface Runs {
    readonly find: { readonly edges: readonly { readonly node: { readonly id: string; readonly job: { readonly id: string } } }[] };
  }
  const { find } = await ask<Runs>(demo, "{ find(filter: { kinds: [RUN] }, first: 100) { edges { node { id ... on Run { job { id } } } } } }");
  const runs = find.edges.map(({ node }) => node);
  const newest = runs.find(({ id, job }) => runs.some((other) => other.id !== id && other.job.id === job.id))!;
  const before = runs.find(({ id, job }) => id !== newest.id && job.id === newest.job.id)!;
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(newest.id, { view: "compare" }));
    const choice = page.getByLabel("Compare with");
    expect(await choice.inputValue()).toBe(before.id);
    await page.getByRole("region", { name: "Run" }).waitFor();
  });
});
