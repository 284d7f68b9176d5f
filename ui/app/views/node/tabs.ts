import type { View } from "../../url/state";
import type { Head } from "./questions";

/** A tab of a node's page; its count where the head of the page knows one. */
export type Tab = { readonly view: View; readonly word: string; readonly count: number | null; readonly exact: boolean };

const tab = (view: View, word: string, count: number | null = null, exact = true): Tab => ({ view, word, count, exact });

/** Which views a node has: only what can have something to show. */
export function tabsOf(node: Head): readonly Tab[] {
  const { totalCount, totalExact } = node.events;
  const events = tab("events", "Events", totalCount, totalExact);
  const base = [tab("facts", "Facts"), tab("lineage", "Lineage")];
  switch (node.kind) {
    case "DATASET":
    case "MODEL":
    case "ARTIFACT":
      return [...base, tab("versions", "Versions", "versionCount" in node ? node.versionCount : null), tab("runs", "Runs"), events, tab("models", "Models that used this")];
    case "DATASET_VERSION":
    case "MODEL_VERSION":
    case "ARTIFACT_VERSION":
      return [...base, tab("versions", "Versions"), tab("runs", "Runs"), events, tab("models", "Models that used this"), tab("compare", "Compare")];
    case "CONTENT":
      return [...base, events, tab("models", "Models that used this")];
    case "JOB":
      return [tab("facts", "Facts"), tab("runs", "Runs", "runCount" in node ? node.runCount : null), events];
    case "RUN":
      return [...base, tab("runs", "Runs"), events, tab("compare", "Compare")];
    case "COMMIT":
    case "ENVIRONMENT":
      return [...base, tab("runs", "Runs"), events];
  }
}
