import type { Layered } from "./layered";
import type { Options } from "./types";

export interface Column {
  readonly x: number;
  readonly width: number;
}

/** One column a rank, as wide as its widest card; the gap to the next grows with the links that have to fan out in it. */
export function columns(graph: Layered, options: Options): Column[] {
  const widths = new Array<number>(graph.ranks).fill(0);
  const leaving = new Array<number>(graph.ranks).fill(0);
  graph.rank.forEach((rank, item) => {
    widths[rank] = Math.max(widths[rank]!, graph.sizes[item]!.width);
    leaving[rank]! += graph.after[item]!.length;
  });
  let x = 0;
  return widths.map((width, rank) => {
    const column = { x, width };
    x += width + Math.min(2 * options.columnGap, options.columnGap + leaving[rank]! * options.fanOut);
    return column;
  });
}
