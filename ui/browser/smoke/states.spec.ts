import { describe, expect, test } from "vitest";

import { idOf, linkTo } from "../support/asking";
import { service } from "../support/given";
import { away, cut, CUT, failing, forgive, incomplete, intercept, release } from "../support/routes";
import { open, settled, visit } from "../support/visit";

const demo = service("demo");
const data = await idOf(demo, "DATASET_VERSION", "clean.csv");
const asset = await idOf(demo, "DATASET", "clean.csv");

/** A view, the names of the questions that it asks itself, and what it shows when they are answered. */
interface Case {
  readonly name: string;
  readonly link: string;
  readonly asks: RegExp;
  readonly shows: string;
}

const question = (names: string): RegExp => new RegExp(`query (${names})\\b`);

const CASES: readonly Case[] = [
  { name: "catalog", link: "/", asks: question("Overview"), shows: "Latest models" },
  { name: "search", link: "/?q=clean", asks: question("Search"), shows: "clean.csv" },
  { name: "runs", link: "/runs", asks: question("Runs"), shows: "risk.finetune" },
  { name: "events", link: "/events", asks: question("Events"), shows: "risk.serve" },
  { name: "refused events", link: "/events?show=refused", asks: question("Rejected"), shows: "Nothing was refused" },
  { name: "a node's head", link: linkTo(data, { view: "facts" }), asks: question("NodeOf"), shows: "clean.csv" },
  { name: "facts", link: linkTo(data, { view: "facts" }), asks: question("Facts"), shows: "Identity" },
  { name: "focus", link: linkTo(data), asks: question("Focus"), shows: "nodes shown" },
  { name: "outline", link: linkTo(data, { view: "outline" }), asks: question("Focus"), shows: "nodes shown" },
  { name: "map", link: linkTo(data, { view: "map" }), asks: question("LineageMap"), shows: "edges" },
  { name: "impact", link: linkTo(data, { impact: data }), asks: question("Impact"), shows: "Models to retrain" },
  { name: "path", link: linkTo(data, { path: asset.replace("asset/", "") && asset }), asks: question("PathBetween"), shows: "nodes shown" },
  { name: "side panel", link: linkTo(data, { sel: data }), asks: question("Selected"), shows: "nodes shown" },
  { name: "models that used this", link: linkTo(data, { view: "models" }), asks: question("Models"), shows: "risk-v2.joblib" },
  { name: "versions", link: linkTo(asset, { view: "versions" }), asks: question("Versions"), shows: "written by" },
  { name: "runs of a node", link: linkTo(asset, { view: "runs" }), asks: question("RunsOfVersions"), shows: "risk.clean" },
  { name: "events of a node", link: linkTo(data, { view: "events" }), asks: question("Events"), shows: "COMPLETE" },
];

describe.each(CASES)("$name", ({ link, asks, shows }) => {
  test("says that it loads, then shows what came", async () => {
    await visit(demo, async ({ page }) => {
      const held: (() => void)[] = [];
      await intercept(page, (route) => new Promise((resolve) => held.push(() => resolve(route.continue()))), asks);
      await page.goto(link);
      await page.locator("main [role=status]", { hasText: "…" }).first().waitFor({ state: "attached" });
      await expect.poll(() => held.length).toBeGreaterThan(0);
      await release(page);
      held.forEach((go) => go());
      await page.getByText(shows).first().waitFor();
    });
  });

  test("tells an error and a service that is gone apart, and goes on by itself", async () => {
    await visit(demo, async ({ page, troubles }) => {
      await intercept(page, failing("INTERNAL", "The answer went wrong.", "Tell whoever runs it."), asks);
      await page.goto(link);
      const alert = page.locator("main").getByRole("alert").first();
      await alert.getByText("The answer went wrong.").waitFor();
      expect(await alert.innerText()).toContain("Tell whoever runs it.");
      await release(page);
      await intercept(page, away, asks);
      await alert.getByRole("button", { name: "Try again" }).click();
      await page.locator("main").getByText("The service does not answer.").first().waitFor();
      await release(page);
      await page.locator("main").getByRole("alert").first().waitFor({ state: "detached" });
      await page.getByText(shows).first().waitFor();
      forgive(troubles.errors);
    });
  });

  test("says when the answer is too large, and when a part of it is missing", async () => {
    await visit(demo, async ({ page }) => {
      await intercept(page, failing("TOO_COSTLY", "That would take more than 20,000 nodes.", "Ask for fewer hops."), asks);
      await page.goto(link);
      const main = page.locator("main");
      await main.getByText("That would take more than 20,000 nodes.").first().waitFor();
      expect(await main.getByRole("alert").first().innerText()).toContain("Ask for fewer hops.");
      await release(page);
      await intercept(page, incomplete, asks);
      await main.getByRole("button", { name: "Try again" }).first().click();
      await main.getByText("The store did not answer in time.").first().waitFor();
      await page.getByText(shows).first().waitFor();
    });
  });
});

test.each(["focus", "map", "models"])("an answer that was cut says so in view %s", async (view) => {
  await visit(demo, async ({ page }) => {
    await intercept(page, cut);
    await open(page, linkTo(data, { view }));
    await page.getByText(CUT).first().waitFor();
  });
});

test.each([
  ["/?q=no-such-thing", "Nothing fits."],
  ["/runs?state=ABORT", "No run fits."],
  ["/events?show=refused", "Nothing was refused."],
  [linkTo("nobody-knows-this"), "Nothing is known as nobody-knows-this."],
  ["/n", "The link names nothing"],
])("%s has nothing to show and says so", async (link, says) => {
  await visit(demo, async ({ page }) => {
    await open(page, link);
    await page.locator("main").getByText(says).first().waitFor();
  });
});

test("what nothing came of says so where models are asked for", async () => {
  const report = await idOf(demo, "ARTIFACT_VERSION", "risk-v2.json");
  await visit(demo, async ({ page }) => {
    await open(page, linkTo(report, { view: "models" }));
    await page.getByText("No model is known to have used this.").waitFor();
    await settled(page);
  });
});
