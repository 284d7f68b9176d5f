import type { Link, Size } from "./types";

/**
 * The graph with every link cut into hops of one rank. Items `0 … real-1` are the nodes; the rest are bends,
 * points without width that keep a long link's way clear through each column.
 */
export interface Layered {
  readonly real: number;
  readonly rank: readonly number[];
  readonly sizes: readonly Size[];
  /** Neighbours one rank to the left, and to the right. */
  readonly before: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
  /** The bends of each link, from left to right. */
  readonly bends: readonly (readonly number[])[];
  readonly ranks: number;
}

const BEND: Size = { width: 0, height: 2 };

/** Cut acyclic, ranked links into hops. Links over more than `longestBent` ranks stay whole and take no room. */
export function layered(
  nodes: readonly Size[],
  links: readonly Link[],
  ranks: readonly number[],
  longestBent: number,
): Layered {
  const rank = [...ranks];
  const sizes = [...nodes];
  const before: number[][] = nodes.map(() => []);
  const after: number[][] = nodes.map(() => []);
  const join = (left: number, right: number): void => {
    after[left]!.push(right);
    before[right]!.push(left);
  };
  const bends = links.map(({ source, target }) => {
    const first = ranks[source]!;
    const span = ranks[target]! - first;
    const chain: number[] = [];
    if (span < 1 || span > longestBent) return chain;
    let last = source;
    for (let hop = 1; hop < span; hop++) {
      const bend = rank.length;
      rank.push(first + hop);
      sizes.push(BEND);
      before.push([]);
      after.push([]);
      join(last, bend);
      chain.push(bend);
      last = bend;
    }
    join(last, target);
    return chain;
  });
  const count = rank.reduce((most, value) => Math.max(most, value + 1), 0);
  return { real: nodes.length, rank, sizes, before, after, bends, ranks: count };
}

export const isBend = (graph: Layered, item: number): boolean => item >= graph.real;
