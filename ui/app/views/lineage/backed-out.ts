import type { NodeUrl } from "../../url/state";

/** One layer less: the path, the impact, the selection, the instant; null when nothing is left. */
export function backedOut(url: NodeUrl): NodeUrl | null {
  if (url.path) return { ...url, path: "" };
  if (url.impact) return { ...url, impact: "" };
  if (url.sel) return { ...url, sel: "" };
  return url.asof ? { ...url, asof: "" } : null;
}
