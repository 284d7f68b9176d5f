/** What the URL asks of the service. */
import type { Family, Kind, NodeUrl } from "../../url/state";

const FAMILIES_OF: Readonly<Record<Exclude<Kind, "CONTENT">, readonly Family[]>> = {
  DATASET: ["data"],
  DATASET_VERSION: ["data"],
  MODEL: ["model", "base"],
  MODEL_VERSION: ["model", "base"],
  ARTIFACT: ["artifact"],
  ARTIFACT_VERSION: ["artifact"],
  JOB: ["run"],
  RUN: ["run"],
  COMMIT: [],
  ENVIRONMENT: [],
};

/**
 * The kinds to ask for: all but those of which every family is hidden, so that the budget is spent on what is seen.
 * Null when that is all. What shares a kind with something shown is left to the page to hide.
 */
export function kindsAsked(hidden: readonly Family[]): Kind[] | null {
  const kinds = Object.entries(FAMILIES_OF) as [Kind, readonly Family[]][];
  const shown = kinds.filter(([, families]) => families.length === 0 || families.some((family) => !hidden.includes(family)));
  return shown.length === kinds.length ? null : shown.map(([kind]) => kind);
}

/** Whether deployments are asked for apart from other runs: null when both are shown, or both hidden. */
function servicesAsked(hidden: readonly Family[]): boolean | null {
  const shown = !hidden.includes("deployment");
  return shown === !hidden.includes("run") ? null : shown;
}

/** Variables of the question for a focus view, as of an instant of the URL or, with `now`, as of now. */
export function focusVariables(url: NodeUrl, now = false) {
  const asOf = now || !url.asof ? null : url.asof;
  return {
    ref: url.id,
    view: { asOf, up: Math.min(url.up, 100), down: Math.min(url.down, 100), open: url.open.slice(0, 100), kinds: kindsAsked(url.kinds), services: servicesAsked(url.kinds), code: url.code },
  };
}

/** Nodes of one walk, and of one map: the most that the service takes. */
const MOST_WALKED = 10_000;
export const MOST_MAPPED = 20_000;

export const impactVariables = (ref: string, url: NodeUrl) => ({ ref, walk: { asOf: url.asof || null, maxNodes: MOST_WALKED } });
