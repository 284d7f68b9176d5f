import type { Layered } from "./layered";

/** The items of each rank from top to bottom, and where each stands in its rank. */
export interface Ordering {
  readonly layers: number[][];
  readonly position: Int32Array;
}

export function ordering(layers: readonly (readonly number[])[], items: number): Ordering {
  const result = { layers: layers.map((layer) => [...layer]), position: new Int32Array(items) };
  result.layers.forEach((layer) => renumber(layer, result.position));
  return result;
}

export function renumber(layer: readonly number[], position: Int32Array): void {
  layer.forEach((item, place) => {
    position[item] = place;
  });
}

export const ascending = (a: number, b: number): number => a - b;

/** Crossings between all neighbouring ranks; O(links · log width). */
export function countCrossings(graph: Layered, { layers, position }: Ordering): number {
  let total = 0;
  for (let rank = 0; rank + 1 < layers.length; rank++) {
    total += inversions(
      layers[rank]!.map((item) => graph.after[item]!.map((next) => position[next]!).sort(ascending)),
      layers[rank + 1]!.length,
    );
  }
  return total;
}

/** Pairs of links that cross, each link given by where it ends, in groups of where it starts: a Fenwick tree. */
function inversions(groups: readonly (readonly number[])[], width: number): number {
  const tree = new Int32Array(width + 1);
  let seen = 0;
  let crossed = 0;
  for (const ends of groups) {
    for (const end of ends) {
      let notBelow = 0;
      for (let node = end + 1; node > 0; node -= node & -node) notBelow += tree[node]!;
      crossed += seen - notBelow;
    }
    for (const end of ends) {
      for (let node = end + 1; node <= width; node += node & -node) tree[node]!++;
      seen++;
    }
  }
  return crossed;
}

/** Crossings more with `upper` above `lower` than the other way round; both stand in one rank. */
export function crossingsSaved(
  graph: Layered,
  position: Int32Array,
  upper: number,
  lower: number,
): number {
  return (
    balance(graph.before[upper]!, graph.before[lower]!, position) +
    balance(graph.after[upper]!, graph.after[lower]!, position)
  );
}

function balance(upper: readonly number[], lower: readonly number[], position: Int32Array): number {
  let more = 0;
  for (const a of upper) {
    for (const b of lower) more += Math.sign(position[a]! - position[b]!);
  }
  return more;
}
