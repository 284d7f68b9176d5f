import type { Route } from "playwright-core";
import { expect, test } from "vitest";

import { idOf, linkTo } from "../support/asking";
import { service } from "../support/given";
import { away, cut, CUT, failing, forgive, incomplete, intercept, release } from "../support/routes";
import { open, settled, visitsOnOnePage } from "../support/visit";

const demo = service("demo");
const visit = visitsOnOnePage(demo);
const data = await idOf(demo, "DATASET_VERSION", "clean.csv");
const model = await idOf(demo, "MODEL_VERSION", "risk-v2");
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
  { name: "impact on the map", link: linkTo(data, { view: "map", impact: data }), asks: question("Impact"), shows: "Models to retrain" },
  { name: "path", link: linkTo(model, { path: data }), asks: question("PathBetween"), shows: "nodes shown" },
  { name: "side panel", link: linkTo(data, { sel: data }), asks: question("Selected"), shows: "nodes shown" },
  { name: "models that used this", link: linkTo(data, { view: "models" }), asks: question("Models"), shows: "risk-v2.joblib" },
  { name: "compare, what with", link: linkTo(data, { view: "compare" }), asks: question("Others"), shows: "Compare with" },
  { name: "compare, what differs", link: linkTo(data, { view: "compare" }), asks: question("Facts"), shows: "Bytes" },
  { name: "versions", link: linkTo(asset, { view: "versions" }), asks: question("Versions"), shows: "written by" },
  { name: "runs of a node", link: linkTo(asset, { view: "runs" }), asks: question("RunsOfVersions"), shows: "risk.clean" },
  { name: "events of a node", link: linkTo(data, { view: "events" }), asks: question("Events"), shows: "COMPLETE" },
];

test.each(CASES)("$name: loading, an error, too large, service gone, a part missing, and then what is there", async ({ link, asks, shows }) => {
  await visit(async ({ page, troubles }) => {
    const main = page.locator("main");
    const tryAgain = (): Promise<void> => main.getByRole("button", { name: "Try again" }).first().click();
    const instead = async (act: (route: Route) => Promise<void>): Promise<void> => {
      await release(page);
      await intercept(page, act, asks);
    };

    let fail = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      fail = resolve;
    });
    const wrong = failing("INTERNAL", "The answer went wrong.", "Tell whoever runs it.");
    await intercept(page, (route) => held.then(() => wrong(route)), asks);
    await page.goto(link);
    await main.getByText(/…$/).first().waitFor({ state: "attached" });
    expect(await main.getByRole("alert").count()).toBe(0);

    fail();
    await main.getByText("The answer went wrong.").first().waitFor();
    expect(await main.getByRole("alert").first().innerText()).toContain("Tell whoever runs it.");

    await instead(failing("TOO_COSTLY", "That would take more than 20,000 nodes.", "Ask for fewer hops."));
    await tryAgain();
    await main.getByText("That would take more than 20,000 nodes.").first().waitFor();
    expect(await main.getByRole("alert").first().innerText()).toContain("Ask for fewer hops.");

    await instead(away);
    await tryAgain();
    await main.getByText("The service does not answer.").first().waitFor();

    await instead(incomplete);
    await tryAgain();
    await main.getByText("The store did not answer in time.").first().waitFor();
    await page.getByText(shows).first().waitFor();

    await release(page);
    await tryAgain();
    await main.getByRole("alert").waitFor({ state: "detached" });
    await page.getByText(shows).first().waitFor();
    forgive(troubles.errors);
  });
});

test.each(["focus", "map", "models"])("an answer that was cut says so in view %s", async (view) => {
  await visit(async ({ page }) => {
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
  [linkTo(data, { view: "compare", with: "nobody-knows-this" }), "Nothing is known as nobody-knows-this."],
  ["/n", "The link names nothing"],
])("%s has nothing to show and says so", async (link, says) => {
  await visit(async ({ page }) => {
    await open(page, link);
    await page.locator("main").getByText(says).first().waitFor();
  });
});

test("what nothing came of says so where models are asked for", async () => {
  const report = await idOf(demo, "ARTIFACT_VERSION", "risk-v2.json");
  await visit(async ({ page }) => {
    await open(page, linkTo(report, { view: "models" }));
    await page.getByText("No model is known to have used this.").waitFor();
    await settled(page);
  });
});
