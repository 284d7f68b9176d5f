import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { given, service } from "../support/given";
import { withOwnService } from "../support/own-service";
import { forgive } from "../support/routes";
import { open, settled, visit } from "../support/visit";

const shell = promisify(execFile);

test("an empty store shows how to send the first event; that line works; a service that stops and comes back is noticed", async () => {
  await withOwnService(async (own) => {
    await visit(own.url, async ({ page, troubles }) => {
      await open(page, "/");
      await page.getByRole("heading", { name: "No events yet: send the first" }).waitFor();
      const line = await page.locator("main").getByText(/^curl -s /).first().innerText();
      expect(line).toContain(own.url);
      await shell("sh", ["-c", line], { env: { ...process.env, NO_PROXY: "*" } });
      await page.locator("main").getByText("out.csv").first().waitFor();

      await own.stop();
      await page.getByText("The service does not answer").first().waitFor({ timeout: 20_000 });
      expect(await page.locator("main").innerText()).toContain("out.csv");
      await own.start();
      await page.getByRole("alert").waitFor({ state: "detached", timeout: 20_000 });
      forgive(troubles.errors);
    });
  });
}, 90_000);

test("a service with keys asks for one, once, keeps it for the session, and shows nothing without it", async () => {
  const keyed = service("keyed");
  await visit(keyed, async ({ page, troubles }) => {
    await page.goto("/");
    const dialog = page.getByRole("dialog", { name: "This service asks for a key" });
    await dialog.waitFor();
    expect(await page.locator("main").innerText()).not.toContain("risk-v2");
    await dialog.getByLabel("Key").fill("no-such-key");
    await dialog.getByRole("button", { name: "Use it" }).click();
    await dialog.getByText("It does not take the key").waitFor();
    await dialog.getByLabel("Key").fill(given.key ?? "");
    await dialog.getByRole("button", { name: "Use it" }).click();
    await page.getByText("risk-v2.joblib").first().waitFor();
    await open(page, "/runs");
    expect(await dialog.count()).toBe(0);
    expect(await page.locator("main").innerText()).toContain("risk.finetune");
    expect(page.url()).not.toContain(given.key);
    expect(await page.context().storageState()).toEqual({ cookies: [], origins: [] });
    forgive(troubles.errors);
  });
});

test("who declines to give a key is told so and may give it later", async () => {
  await visit(service("keyed"), async ({ page, troubles }) => {
    await page.goto("/");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    const button = page.getByRole("button", { name: "Enter a key" });
    await button.first().waitFor();
    await button.first().click();
    await page.getByRole("dialog").getByLabel("Key").fill(given.key ?? "");
    await page.keyboard.press("Enter");
    await page.getByText("risk-v2.joblib").first().waitFor();
    forgive(troubles.errors);
    await settled(page);
  });
});
