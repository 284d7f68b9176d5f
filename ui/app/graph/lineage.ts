/** The lineage of one node as the page thinks of it: cards, folds and flows, free of GraphQL and of drawing. */
import type { Family, Kind, RunState } from "../url/state";

/** What a card is coloured by. Commits and environments are `code`: cards only on demand. */
export type CardFamily = Family | "code";

export type Evidence = "RECORDED" | "INFERRED" | "ASSERTED";

export interface Card {
  readonly id: string;
  readonly kind: Kind;
  readonly family: CardFamily;
  /** Its kind in words: "Dataset version". */
  readonly word: string;
  /** The short name that fits on a card. */
  readonly title: string;
  /** The whole name. */
  readonly name: string;
  /** Short name of the version, or of the run's attempt; may be empty. */
  readonly version: string;
  /** A second line: rows, size, duration. */
  readonly detail: string;
  /** ISO 8601; null when no event says. */
  readonly at: string | null;
  /** Hops from the focus: negative upstream, positive downstream. */
  readonly depth: number;
  /** Nothing upstream of it is known. */
  readonly origin: boolean;
  /** A run that serves a model and has not ended. */
  readonly serving: boolean;
  readonly state: RunState | null;
  /** Bytes that contradict each other, a writer that failed, a state without a version: shown as a warning, in words. */
  readonly warnings: readonly string[];
  /** Nodes hidden behind this card. */
  readonly more: number;
  /** Versions or runs that this card is drawn for, where the focus is a whole dataset, model or job; else 1. */
  readonly standsFor: number;
  /** Short name of the commit that ran; empty when unknown. */
  readonly commit: string;
  /** Short name of the environment; empty when unknown. */
  readonly environment: string;
}

/** Nodes drawn as one pill. */
export interface Fold {
  readonly id: string;
  readonly title: string;
  readonly count: number;
  readonly families: readonly (readonly [CardFamily, number])[];
  readonly upstream: boolean;
}

/** From what came first to what came of it, each a card or a fold. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  /** Edges of the graph that this one stands for. */
  readonly count: number;
  /** The weakest of them. */
  readonly evidence: Evidence;
  /** Both hold the same bytes, or are one state under two names; nothing made one of the other. */
  readonly same: boolean;
  /** Roles of inputs (TRAIN, TEST, …) and relations of derivations (FINE_TUNE, …). */
  readonly roles: readonly string[];
}

export interface Lineage {
  readonly focus: string;
  readonly cards: readonly Card[];
  readonly folds: readonly Fold[];
  readonly flows: readonly Flow[];
}

/** Ids reachable from `start` along flows, itself among them: `later` to what came of it, else to where it came from. */
export function reach(flows: readonly Pick<Flow, "from" | "to">[], start: string, later: boolean): ReadonlySet<string> {
  const next = new Map<string, string[]>();
  for (const { from, to } of flows) {
    const [here, there] = later ? [from, to] : [to, from];
    next.set(here, [...(next.get(here) ?? []), there]);
  }
  const reached = new Set([start]);
  for (const id of reached) for (const other of next.get(id) ?? []) reached.add(other);
  return reached;
}

/** Everything that `id` came from and everything that came of it: what a hover lights. */
export function through(flows: readonly Flow[], id: string): ReadonlySet<string> {
  return new Set([...reach(flows, id, false), ...reach(flows, id, true)]);
}
