import { crossingsSaved, renumber } from "./crossings";
import type { Ordering } from "./crossings";
import type { Layered } from "./layered";

/**
 * Move each item to the place in its rank where it crosses least, the others keeping their order.
 *
 * Matuszewski, Schönfeld, Molitor, "Using sifting for k-layer straightline crossing minimization" (1999).
 */
export function sift(graph: Layered, { layers, position }: Ordering): void {
  for (const layer of layers) {
    for (const item of [...layer]) {
      const from = position[item]!;
      const to = bestPlace(graph, layer, position, item);
      if (to === from) continue;
      layer.splice(from, 1);
      layer.splice(to, 0, item);
      renumber(layer, position);
    }
  }
}

function bestPlace(graph: Layered, layer: readonly number[], position: Int32Array, item: number): number {
  const from = position[item]!;
  let best = from;
  let most = 0;
  let saved = 0;
  for (let place = from - 1; place >= 0; place--) {
    saved += crossingsSaved(graph, position, layer[place]!, item);
    if (saved > most) [most, best] = [saved, place];
  }
  saved = 0;
  for (let place = from + 1; place < layer.length; place++) {
    saved += crossingsSaved(graph, position, item, layer[place]!);
    if (saved > most) [most, best] = [saved, place];
  }
  return best;
}
