import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, expect, inject } from "vitest";

/** Milliseconds that a thing may take to appear. Long, because tests share two cores with others. */
const PATIENCE = 15_000;

export const DESKTOP = { width: 1440, height: 900 } as const;

export interface Looks {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: "light" | "dark";
  readonly still?: boolean;
  readonly forced?: boolean;
  /** Pixels of the screen for one of CSS: 2 for pictures that stay sharp. */
  readonly density?: number;
}

/** What a visit saw that no visit should see. */
export interface Troubles {
  /** Errors on the console, violations of the Content-Security-Policy among them, and exceptions. */
  readonly errors: string[];
  /** Requests to anything but the service. */
  readonly elsewhere: string[];
}

export interface Visit {
  readonly page: Page;
  readonly troubles: Troubles;
}

let connected: Promise<Browser> | undefined;

export const browser = (): Promise<Browser> => (connected ??= chromium.connect(inject("browser")));

/** Does something with a page of a service in a context of its own; fails if the page complained or asked elsewhere. */
export async function visit(url: string, act: (visit: Visit) => Promise<void>, looks: Looks = {}): Promise<void> {
  const visit = await arrived(url, looks);
  try {
    await watched(visit, act);
  } finally {
    await visit.page.context().close();
  }
}

/** A page in a context of its own, watched for troubles. */
async function arrived(url: string, looks: Looks): Promise<Visit> {
  const context = await (await browser()).newContext(optionsOf(url, looks));
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  return { page, troubles: watch(page, new URL(url).origin) };
}

/**
 * Visits as `visit` does them, but for all tests of a file with one page, which is quicker. For tests that open a link first:
 * what a page keeps in memory is gone then, answers in the place of the service and the theme are put back here.
 */
export function visitsOnOnePage(url: string, looks: Looks = {}): (act: (visit: Visit) => Promise<void>) => Promise<void> {
  let kept: Visit | undefined;
  afterAll(() => kept?.page.context().close());
  return async (act) => {
    kept ??= await arrived(url, looks);
    await kept.page.unrouteAll({ behavior: "ignoreErrors" });
    await kept.page.goto("about:blank");
    await kept.page.emulateMedia({ colorScheme: looks.theme ?? "light" });
    for (const seen of Object.values(kept.troubles)) seen.length = 0;
    await watched(kept, act);
  };
}

async function watched(visit: Visit, act: (visit: Visit) => Promise<void>): Promise<void> {
  const { page, troubles } = visit;
  try {
    await act(visit);
  } catch (error) {
    if (error instanceof Error) error.message += await shownOn(page, troubles);
    throw error;
  }
  expect(troubles).toEqual({ errors: [], elsewhere: [] });
}

function optionsOf(url: string, { width, height, theme, still, forced, density }: Looks): BrowserContextOptions {
  return {
    baseURL: url,
    viewport: { width: width ?? DESKTOP.width, height: height ?? DESKTOP.height },
    colorScheme: theme ?? "light",
    reducedMotion: still ? "reduce" : "no-preference",
    forcedColors: forced ? "active" : "none",
    deviceScaleFactor: density ?? 1,
    locale: "en-GB",
    timezoneId: "UTC",
  };
}

function watch(page: Page, origin: string): Troubles {
  const troubles: Troubles = { errors: [], elsewhere: [] };
  page.on("console", (message) => {
    if (message.type() === "error") troubles.errors.push(message.text());
  });
  page.on("pageerror", (error) => troubles.errors.push(String(error)));
  page.on("request", (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (asked !== origin && protocol !== "data:" && protocol !== "blob:") troubles.elsewhere.push(request.url());
  });
  return troubles;
}

/** For a failure's message: where the page was, and what it said. */
async function shownOn(page: Page, troubles: Troubles): Promise<string> {
  const text = await page.locator("body").innerText({ timeout: 1000 }).catch(() => "(no text)");
  return `\n  at ${page.url()}\n  troubles ${JSON.stringify(troubles)}\n  shown: ${text.replace(/\s+/g, " ").slice(0, 700)}`;
}

/** Waits until the view is there: nothing loads any more, no count is awaited ("…"), and what is below the top bar says something. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const main = document.querySelector("main");
    return main !== null && main.innerText.trim() !== "" && main.querySelector(".skeleton") === null && !/(Loading|Asking|Searching)[^.]* …|(^|\s)…(\s|$)/.test(main.innerText);
  });
}

/** Opens a link of the page and waits for its view. */
export async function open(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await settled(page);
}
