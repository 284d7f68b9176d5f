/** What a link of the page can say. Every view is one; the grammar is in ui/README.md. */

export const VIEWS = ["facts", "lineage", "versions", "runs", "events", "models", "compare"] as const;
/** A tab of a node's page. */
export type View = (typeof VIEWS)[number];

export const MODES = ["focus", "outline", "map"] as const;
/** How lineage is shown. */
export type Mode = (typeof MODES)[number];

export const FAMILIES = ["data", "run", "base", "model", "artifact", "deployment"] as const;
/** What cards are filtered by, coloured by, and counted as. */
export type Family = (typeof FAMILIES)[number];

export const RUN_STATES = ["RUNNING", "COMPLETE", "FAIL", "ABORT", "UNKNOWN"] as const;
export type RunState = (typeof RUN_STATES)[number];

export const KINDS = [
  "DATASET", "DATASET_VERSION", "MODEL", "MODEL_VERSION", "ARTIFACT", "ARTIFACT_VERSION", "CONTENT", "JOB", "RUN", "COMMIT", "ENVIRONMENT",
] as const;
export type Kind = (typeof KINDS)[number];

/** Hops in a direction that are shown when the link does not say. */
export const HOPS = 5;

/** `/`: search and what there is. */
export type CatalogUrl = {
  readonly page: "catalog";
  /** What is searched for. */
  readonly q: string;
  /** Only this kind. */
  readonly kind: Kind | null;
};

/** `/n?id=…`: one node. */
export type NodeUrl = {
  readonly page: "node";
  /** A uid, or anything that the service resolves: a digest, a unique name. */
  readonly id: string;
  readonly view: View;
  /** Of the lineage view. */
  readonly mode: Mode;
  /** Hops upstream, 0 to 200. */
  readonly up: number;
  /** Hops downstream, 0 to 200. */
  readonly down: number;
  /** Folds and badges that are open: `f12ab`, `all:f12ab`, or the uid of a card. */
  readonly open: readonly string[];
  /** Families that are hidden; in the link `kinds=-artifact,-run`. */
  readonly kinds: readonly Family[];
  /** The instant at which the graph is looked at, as given; empty for now. */
  readonly asof: string;
  /** The node whose deletion is tried; empty for none. */
  readonly impact: string;
  /** What is selected: a node in lineage, a version, an event by its position. */
  readonly sel: string;
  /** The far end of a path from this node; empty for none. */
  readonly path: string;
  /** What it is compared with; empty for the one before it. */
  readonly with: string;
  /** Commits and environments are nodes, not lines on cards. */
  readonly code: boolean;
};

/** `/runs`: runs, the newest first. */
export type RunsUrl = { readonly page: "runs"; readonly q: string; readonly state: RunState | null };

/** `/events`: the log, or with `refused` what was not taken in. */
export type EventsUrl = {
  readonly page: "events";
  readonly refused: boolean;
  /** The event that is open: a position in the log, or the number of a refused event. */
  readonly sel: string;
  /** Days, YYYY-MM-DD UTC: only what happened from the first to the last, both of them included; empty for no limit. */
  readonly since: string;
  readonly until: string;
};

/** Anything else. */
export type NowhereUrl = { readonly page: "nowhere"; readonly path: string };

export type Url = CatalogUrl | NodeUrl | RunsUrl | EventsUrl | NowhereUrl;

export const catalogUrl = (over: Partial<CatalogUrl> = {}): CatalogUrl => ({ page: "catalog", q: "", kind: null, ...over });
export const runsUrl = (over: Partial<RunsUrl> = {}): RunsUrl => ({ page: "runs", q: "", state: null, ...over });
export const eventsUrl = (over: Partial<EventsUrl> = {}): EventsUrl => ({ page: "events", refused: false, sel: "", since: "", until: "", ...over });
export const nodeUrl = (id: string, over: Partial<NodeUrl> = {}): NodeUrl => ({
  page: "node", id, view: "lineage", mode: "focus", up: HOPS, down: HOPS, open: [], kinds: [], asof: "", impact: "", sel: "", path: "", with: "", code: false, ...over,
});

/** Another node in the middle, looked at in the same way: what belonged to the old middle is gone. */
export const refocused = (url: NodeUrl, id: string): NodeUrl => ({ ...url, id, sel: "", open: [], path: "" });
