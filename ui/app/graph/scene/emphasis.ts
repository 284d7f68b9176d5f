import type { Flow } from "../lineage";

/** What is lit while the rest steps back: the reach of a deletion, a path, what hangs together with a hovered card. */
export interface Emphasis {
  readonly lit: ReadonlySet<string>;
  /** Lit in the colour of danger: what a deletion would hit. */
  readonly danger: boolean;
  /** Where it starts. */
  readonly root: string;
}

export const isLit = (emphasis: Emphasis | null, id: string): boolean => emphasis === null || emphasis.lit.has(id);

/** A flow is lit when both its ends are. */
export const flowLit = (emphasis: Emphasis | null, { from, to }: Flow): boolean =>
  emphasis === null || (emphasis.lit.has(from) && emphasis.lit.has(to));
