/**
 * A layered drawing from left to right, after Sugiyama, Tagawa and Toda (1981): cycles are broken, nodes are
 * ranked, long links get bends, ranks are ordered for few crossings, and coordinates are fitted exactly.
 *
 * Pure and deterministic: the same nodes and links give the same picture, so that a link to it shows what was seen.
 */
import { columns } from "./columns";
import { acyclic, reversed } from "./cycles";
import { layered } from "./layered";
import { order } from "./order";
import { ranks } from "./ranks";
import { rows, separation } from "./rows";
import { straighten } from "./straighten";
import { DEFAULTS } from "./types";
import type { Box, Layout, Link, Options, Point, Size } from "./types";

export type { Box, Layout, Link, Options, Point, Size } from "./types";

/**
 * Lay out `nodes` along `links`.
 *
 * A link that closes a cycle runs from right to left, a link from a node to itself has two equal points.
 *
 * @throws RangeError when a link names a node that there is not
 */
export function layout(
  nodes: readonly Size[],
  links: readonly Link[],
  options: Partial<Options> = {},
): Layout {
  const chosen = { ...DEFAULTS, ...options };
  for (const { source, target } of links) {
    if (!(source in nodes) || !(target in nodes)) {
      throw new RangeError(`a link names node ${source} or ${target}, but there are ${nodes.length} nodes`);
    }
  }
  const turned = reversed(nodes.length, links);
  const forward = acyclic(links, turned);
  const rank = ranks(nodes.length, forward);
  const graph = layered(nodes, forward, rank, chosen.longestBent);
  const { layers, crossings } = order(graph);
  const apart = separation(graph, chosen.rowGap);
  const middles = rows(graph, layers, apart);
  straighten(graph, layers, apart, middles);

  const column = columns(graph, chosen);
  const top = nodes.reduce((least, { height }, node) => Math.min(least, middles[node]! - height / 2), Infinity);
  const boxes = nodes.map(
    ({ width, height }, node): Box => ({
      x: column[rank[node]!]!.x,
      y: middles[node]! - height / 2 - top,
      width,
      height,
    }),
  );
  const routes = forward.map((link, index) => {
    const points: Point[] = [exit(boxes[link.source]!)];
    for (const bend of graph.bends[index]!) {
      const { x, width } = column[graph.rank[bend]!]!;
      const y = middles[bend]! - top;
      points.push({ x, y }, { x: x + width, y });
    }
    points.push(entry(boxes[link.target]!));
    return turned[index] ? points.reverse() : points;
  });
  return { boxes, ranks: rank, routes, crossings, ...extent(boxes) };
}

const exit = ({ x, y, width, height }: Box): Point => ({ x: x + width, y: y + height / 2 });
const entry = ({ x, y, height }: Box): Point => ({ x, y: y + height / 2 });

function extent(boxes: readonly Box[]): Size {
  return boxes.reduce<Size>(
    (most, box) => ({
      width: Math.max(most.width, box.x + box.width),
      height: Math.max(most.height, box.y + box.height),
    }),
    { width: 0, height: 0 },
  );
}
