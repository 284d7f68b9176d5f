import { buffer } from "node:stream/consumers";
import type { Page } from "playwright-core";

/** The file that an entry of the menu makes. */
export async function exported(page: Page, entry: RegExp): Promise<{ name: string; bytes: Buffer }> {
  await page.getByText("Export", { exact: true }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: entry }).click()]);
  return { name: download.suggestedFilename(), bytes: await buffer(await download.createReadStream()) };
}

/** Opens an SVG file as people do: by itself. */
export async function opened(page: Page, svg: Buffer): Promise<void> {
  await page.goto(`data:image/svg+xml;base64,${svg.toString("base64")}`);
}
