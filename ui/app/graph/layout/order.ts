import { ascending, countCrossings, crossingsSaved, ordering, renumber } from "./crossings";
import type { Ordering } from "./crossings";
import type { Layered } from "./layered";
import { sift } from "./sift";

/** One way to search for an order. None is best on every graph, so small ones try all. */
interface Attempt {
  readonly fromSinks: boolean;
  readonly mean: boolean;
  readonly swaps: boolean;
}

const ATTEMPTS: readonly Attempt[] = [false, true].flatMap((fromSinks) => [
  { fromSinks, mean: false, swaps: true },
  { fromSinks, mean: true, swaps: false },
  { fromSinks, mean: true, swaps: true },
]);
const QUICK: readonly Attempt[] = [{ fromSinks: false, mean: false, swaps: false }];

/** Above this many items one quick attempt has to do; above `SIFTED` none is sifted. */
const LARGE = 8_000;
const SIFTED = 3_000;
const SWEEPS = 24;
const SWEEPS_LARGE = 10;
/** Sweeps without gain after which an attempt is given up. */
const STALE = 8;
const SIFTS = 6;
const SWAP_ROUNDS = 8;

/** The order of the items of each rank with few crossings: median and mean sweeps, swaps, then sifting. */
export function order(graph: Layered): { layers: number[][]; crossings: number } {
  const items = graph.rank.length;
  const large = items > LARGE;
  let layers: number[][] = [];
  let least = Infinity;
  const keep = (current: Ordering): boolean => {
    const crossings = countCrossings(graph, current);
    if (crossings >= least) return false;
    least = crossings;
    layers = current.layers.map((layer) => [...layer]);
    return true;
  };
  for (const attempt of large ? QUICK : ATTEMPTS) {
    const current = ordering(depthFirst(graph, attempt.fromSinks), items);
    keep(current);
    let stale = 0;
    for (let sweep = 0; sweep < (large ? SWEEPS_LARGE : SWEEPS); sweep++) {
      if (least === 0 || stale >= STALE) break;
      improve(graph, current, attempt, sweep);
      stale = keep(current) ? 0 : stale + 1;
    }
  }
  const best = ordering(layers, items);
  for (let round = 0; items < SIFTED && least > 0 && round < SIFTS; round++) {
    sift(graph, best);
    if (!keep(best)) break;
  }
  return { layers, crossings: layers.length > 0 ? least : 0 };
}

/** A first order that keeps chains together. */
function depthFirst(graph: Layered, fromSinks: boolean): number[][] {
  const layers: number[][] = Array.from({ length: graph.ranks }, () => []);
  const seen = new Uint8Array(graph.rank.length);
  const sign = fromSinks ? -1 : 1;
  const roots = Array.from({ length: graph.real }, (_, node) => node).sort(
    (a, b) => sign * (graph.rank[a]! - graph.rank[b]!) || a - b,
  );
  for (const root of roots) {
    if (seen[root]) continue;
    const stack = [root];
    seen[root] = 1;
    while (stack.length > 0) {
      const item = stack.pop()!;
      layers[graph.rank[item]!]!.push(item);
      const sides = [graph.before[item]!, graph.after[item]!];
      for (const side of fromSinks ? sides.reverse() : sides) {
        for (const next of [...side].reverse()) {
          if (seen[next]) continue;
          seen[next] = 1;
          stack.push(next);
        }
      }
    }
  }
  return layers;
}

function improve(graph: Layered, current: Ordering, attempt: Attempt, sweep: number): void {
  const last = current.layers.length - 1;
  const flipTies = sweep % 4 >= 2;
  if (sweep % 2 === 0) {
    for (let rank = 1; rank <= last; rank++) settle(graph.before, current, rank, attempt.mean, flipTies);
  } else {
    for (let rank = last - 1; rank >= 0; rank--) settle(graph.after, current, rank, attempt.mean, flipTies);
  }
  if (!attempt.swaps) return;
  swapNeighbours(graph, current, flipTies);
  for (let round = 0; round < SWAP_ROUNDS && swapNeighbours(graph, current, false); round++);
}

/** Sort one rank by where its items' neighbours stand; items without neighbours keep their place. */
function settle(
  neighbours: Layered["before"],
  { layers, position }: Ordering,
  rank: number,
  mean: boolean,
  flipTies: boolean,
): void {
  const layer = layers[rank]!;
  const wish = new Map<number, number>();
  for (const item of layer) {
    const places = neighbours[item]!.map((neighbour) => position[neighbour]!).sort(ascending);
    if (places.length > 0) wish.set(item, mean ? average(places) : median(places));
  }
  const tie = flipTies ? -1 : 1;
  const moving = layer
    .filter((item) => wish.has(item))
    .sort((a, b) => wish.get(a)! - wish.get(b)! || tie * (position[a]! - position[b]!));
  let next = 0;
  layers[rank] = layer.map((item) => (wish.has(item) ? moving[next++]! : item));
  renumber(layers[rank]!, position);
}

const average = (sorted: readonly number[]): number =>
  sorted.reduce((sum, value) => sum + value, 0) / sorted.length;

/** The weighted median of Gansner et al., "A technique for drawing directed graphs" (1993): it leans to the denser side. */
function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle]!;
  if (sorted.length % 2 === 1) return upper;
  const lower = sorted[middle - 1]!;
  const left = lower - sorted[0]!;
  const right = sorted[sorted.length - 1]! - upper;
  return left + right > 0 ? (lower * right + upper * left) / (left + right) : (lower + upper) / 2;
}

/** Swap neighbours where that saves crossings, or where it costs none if `evenTies`. True if one was saved. */
function swapNeighbours(graph: Layered, { layers, position }: Ordering, evenTies: boolean): boolean {
  let gained = false;
  for (const layer of layers) {
    for (let place = 0; place + 1 < layer.length; place++) {
      const upper = layer[place]!;
      const lower = layer[place + 1]!;
      const saved = crossingsSaved(graph, position, upper, lower);
      if (saved < 0 || (saved === 0 && !evenTies)) continue;
      layer[place] = lower;
      layer[place + 1] = upper;
      position[lower] = place;
      position[upper] = place + 1;
      gained ||= saved > 0;
    }
  }
  return gained;
}
