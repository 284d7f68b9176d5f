import type { Page, Route } from "playwright-core";

/** Answers the questions of a page in the place of its service. `only`: the names of the questions that are meant; all without it. */
export async function intercept(page: Page, act: (route: Route) => Promise<void>, only?: RegExp): Promise<void> {
  await page.route("**/graphql", async (route) => {
    const { query } = route.request().postDataJSON() as { query: string };
    if (only && !only.test(query)) await route.continue();
    else await act(route);
  });
}

/** The service again answers itself. */
export const release = (page: Page): Promise<void> => page.unrouteAll({ behavior: "ignoreErrors" });

/** The failure of a question, as GraphQL tells it. */
export const failing = (code: string, message: string, hint: string) => async (route: Route): Promise<void> =>
  route.fulfill({ json: { data: null, errors: [{ message, extensions: { code, hint } }] } });

export const away = async (route: Route): Promise<void> => route.abort("connectionrefused");

/** The true answer, with a failure of a part of it beside it. */
export async function incomplete(route: Route): Promise<void> {
  const answer = (await (await route.fetch()).json()) as object;
  await route.fulfill({ json: { ...answer, errors: [{ message: "The store did not answer in time.", extensions: { code: "STORE_UNAVAILABLE" } }] } });
}

/** The true answer, with the completeness of an answer that was cut. */
export async function cut(route: Route): Promise<void> {
  const text = await (await route.fetch()).text();
  const answer = JSON.parse(text, (key: string, value: unknown) =>
    key === "completeness" ? { ...(value as object), complete: false, cutBy: ["NODES"], sentence: CUT } : value,
  ) as object;
  await route.fulfill({ json: answer });
}

export const CUT = "Cut after 1,000 nodes: at least 4,711 more remain.";

/** Takes from a visit's troubles what the browser itself says when a request fails: that was the point. */
export function forgive(errors: string[]): void {
  const others = errors.filter((error) => !error.startsWith("Failed to load resource"));
  errors.splice(0, errors.length, ...others);
}
