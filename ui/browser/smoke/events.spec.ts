import { expect, test } from "vitest";

import { violations } from "../support/axe";
import { ask } from "../support/asking";
import { service } from "../support/given";
import { open, visit } from "../support/visit";

interface Log {
  readonly events: { readonly totalCount: number; readonly edges: readonly { readonly node: { readonly seq: number; readonly eventTime: string } }[] };
}

test("a link to one event opens it, also where the list does not come to it; days choose among events and are in the link", async () => {
  const { events } = await ask<Log>(service("demo"), "{ events(first: 1) { totalCount edges { node { seq eventTime } } } }");
  const day = events.edges[0]!.node.eventTime.slice(0, 10);
  await visit(service("demo"), async ({ page }) => {
    await open(page, "/events?since=2100-01-01&sel=1");
    const alone = page.getByRole("region", { name: "Event 1" });
    await expect.poll(() => alone.innerText()).toContain('"runId"');
    expect(await page.getByText("No event.").isVisible()).toBe(true);
    expect(await violations(page)).toEqual([]);

    await page.getByLabel("From").fill(day);
    await page.getByLabel("to", { exact: true }).fill(day);
    await expect.poll(() => page.url()).toContain(`since=${day}&until=${day}`);
    await expect.poll(() => page.getByRole("row").count()).toBe(1 + events.totalCount);
    await page.getByRole("link", { name: "All days" }).click();
    await expect.poll(() => page.url()).toMatch(/\/events$/);
  });
});

test("a position that the log has not come to is told so", async () => {
  await visit(service("demo"), async ({ page }) => {
    await open(page, "/events?sel=999999");
    await page.getByText("The log has no event 999999.").waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    await expect.poll(() => page.url()).toMatch(/\/events$/);
  });
});
