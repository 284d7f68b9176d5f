import type { Layered } from "./layered";
import type { Separation } from "./rows";

const PASSES = 2;

/** Give all bends of a link one y where the free room of their ranks overlaps. Changes `y`. */
export function straighten(
  graph: Layered,
  layers: readonly (readonly number[])[],
  apart: Separation,
  y: Float64Array,
): void {
  const place = new Int32Array(graph.rank.length);
  for (const layer of layers) {
    layer.forEach((item, index) => {
      place[item] = index;
    });
  }
  for (let pass = 0; pass < PASSES; pass++) {
    for (const chain of graph.bends) {
      if (chain.length < 2) continue;
      let top = -Infinity;
      let bottom = Infinity;
      let sum = 0;
      for (const bend of chain) {
        const layer = layers[graph.rank[bend]!]!;
        const above = layer[place[bend]! - 1];
        const below = layer[place[bend]! + 1];
        if (above !== undefined) top = Math.max(top, y[above]! + apart(above, bend));
        if (below !== undefined) bottom = Math.min(bottom, y[below]! - apart(bend, below));
        sum += y[bend]!;
      }
      if (top > bottom) continue;
      const level = Math.min(bottom, Math.max(top, sum / chain.length));
      for (const bend of chain) y[bend] = level;
    }
  }
}
