import type { Link } from "./types";

/** How often ranks are pulled towards consumers; more passes than this changed nothing on real lineage. */
const PULLS = 3;

/**
 * The column of each node of an acyclic graph: as far left as its inputs allow, then pulled right next to its
 * consumers if it has at least as many of them as inputs. So a side input stands beside the run that reads it.
 */
export function ranks(count: number, links: readonly Link[]): number[] {
  const sources: number[][] = Array.from({ length: count }, () => []);
  const targets: number[][] = Array.from({ length: count }, () => []);
  for (const { source, target } of links) {
    if (source === target) continue;
    sources[target]!.push(source);
    targets[source]!.push(target);
  }
  const sorted = topological(sources, targets);
  const rank = new Array<number>(count).fill(0);
  for (const node of sorted) {
    for (const target of targets[node]!) rank[target] = Math.max(rank[target]!, rank[node]! + 1);
  }
  for (let pull = 0; pull < PULLS; pull++) pullRight(sorted, sources, targets, rank);
  const least = rank.reduce((low, value) => Math.min(low, value), Infinity);
  return rank.map((value) => value - least);
}

function topological(sources: readonly number[][], targets: readonly number[][]): number[] {
  const waiting = sources.map((list) => list.length);
  const sorted: number[] = [];
  waiting.forEach((left, node) => {
    if (left === 0) sorted.push(node);
  });
  for (let done = 0; done < sorted.length; done++) {
    for (const target of targets[sorted[done]!]!) {
      if (--waiting[target]! === 0) sorted.push(target);
    }
  }
  return sorted;
}

function pullRight(
  sorted: readonly number[],
  sources: readonly number[][],
  targets: readonly number[][],
  rank: number[],
): void {
  for (let place = sorted.length - 1; place >= 0; place--) {
    const node = sorted[place]!;
    const consumers = targets[node]!;
    if (consumers.length === 0 || consumers.length < sources[node]!.length) continue;
    const nearest = Math.min(...consumers.map((consumer) => rank[consumer]!));
    rank[node] = Math.max(rank[node]!, nearest - 1);
  }
}
