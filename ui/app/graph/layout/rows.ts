import { isotonic } from "./isotonic";
import { isBend } from "./layered";
import type { Layered } from "./layered";

const SWEEPS = 24;
const SWEEPS_LARGE = 8;
const LARGE = 20_000;
/** The last sweeps look at both sides, so that neither end of a link has the final word. */
const BOTH_SIDES = 4;
/** Links lie closer to each other, and to cards, than cards do. */
const BESIDE_BEND = 12;
const BETWEEN_BENDS = 8;

/** Least distance between the middles of two items of one rank, the first above the second. */
export type Separation = (upper: number, lower: number) => number;

export function separation(graph: Layered, rowGap: number): Separation {
  return (upper, lower) => {
    const bends = Number(isBend(graph, upper)) + Number(isBend(graph, lower));
    const gap = bends === 2 ? BETWEEN_BENDS : bends === 1 ? BESIDE_BEND : rowGap;
    return (graph.sizes[upper]!.height + graph.sizes[lower]!.height) / 2 + Math.min(gap, rowGap);
  };
}

/** The middle of every item on the y axis: each near its neighbours, in the order of `layers`, nothing overlapping. */
export function rows(graph: Layered, layers: readonly (readonly number[])[], apart: Separation): Float64Array {
  const y = new Float64Array(graph.rank.length);
  for (const layer of layers) stack(layer, apart, y);
  const sweeps = graph.rank.length > LARGE ? SWEEPS_LARGE : SWEEPS;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const rightwards = sweep % 2 === 0;
    const both = sweep >= sweeps - BOTH_SIDES;
    for (let step = 0; step < layers.length; step++) {
      const layer = layers[rightwards ? step : layers.length - 1 - step]!;
      place(graph, layer, apart, y, rightwards || both, !rightwards || both);
    }
  }
  return y;
}

function stack(layer: readonly number[], apart: Separation, y: Float64Array): void {
  let depth = 0;
  layer.forEach((item, place) => {
    if (place > 0) depth += apart(layer[place - 1]!, item);
    y[item] = depth;
  });
  for (const item of layer) y[item]! -= depth / 2;
}

function place(
  graph: Layered,
  layer: readonly number[],
  apart: Separation,
  y: Float64Array,
  towardsLeft: boolean,
  towardsRight: boolean,
): void {
  const wishes: number[] = [];
  const weights: number[] = [];
  const offsets: number[] = [];
  let offset = 0;
  layer.forEach((item, index) => {
    if (index > 0) offset += apart(layer[index - 1]!, item);
    let sum = 0;
    let weight = 0;
    const pull = (neighbour: number, strength: number): void => {
      sum += y[neighbour]! * strength;
      weight += strength;
    };
    if (towardsLeft) for (const left of graph.before[item]!) pull(left, strength(graph, left, item));
    if (towardsRight) for (const right of graph.after[item]!) pull(right, strength(graph, item, right));
    wishes.push((weight > 0 ? sum / weight : y[item]!) - offset);
    weights.push(weight > 0 ? weight : UNTIED);
    offsets.push(offset);
  });
  isotonic(wishes, weights).forEach((value, index) => {
    y[layer[index]!] = value + offsets[index]!;
  });
}

/** An item without neighbours on the side looked at gives way to those that have some. */
const UNTIED = 0.1;

/** How much a hop wants to be straight: long links most, chains of one input and one output next. */
function strength(graph: Layered, left: number, right: number): number {
  const bends = Number(isBend(graph, left)) + Number(isBend(graph, right));
  if (bends === 2) return 10;
  if (bends === 1) return 3;
  return graph.after[left]!.length === 1 && graph.before[right]!.length === 1 ? 4 : 1;
}
