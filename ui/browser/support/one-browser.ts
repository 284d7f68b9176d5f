import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";

import { given } from "./given";

declare module "vitest" {
  interface ProvidedContext {
    /** The address at which workers reach the browser. */
    readonly browser: string;
  }
}

/** Starts one browser, in an empty user data folder of its own, for all workers. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await chromium.launchServer({ executablePath: given.chromium.path, args: [...given.chromium.flags] });
  project.provide("browser", server.wsEndpoint());
  return () => server.close();
}
