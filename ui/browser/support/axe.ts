import axe, { type AxeResults, type RunOptions } from "axe-core";
import type { Page } from "playwright-core";

interface WithAxe {
  readonly axe: { run(options: RunOptions): Promise<AxeResults> };
}

/** Of a page that was looked at whole in one theme, what can be wrong in another. */
export const COLOURS: RunOptions = { runOnly: ["color-contrast", "link-in-text-block"] };

/** What is right is not described: that takes half of the time. */
const ONLY_WRONG: RunOptions = { resultTypes: ["violations"] };

/** What axe-core finds wrong with what is shown, one line each: the rule, the element, and what to do. */
export async function violations(page: Page, options: RunOptions = {}): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate((given) => (globalThis as unknown as WithAxe).axe.run(given), { ...options, ...ONLY_WRONG });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${(failureSummary ?? "").replace(/\s+/g, " ").slice(0, 220)}`),
  );
}
