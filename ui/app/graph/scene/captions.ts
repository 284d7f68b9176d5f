import type { Point } from "../layout";
import type { Scene } from "./scene";

/** Where "Upstream" ends and "Downstream" begins: just above the highest card that each caption would meet. */
export interface Captions {
  readonly upstream: Point;
  readonly downstream: Point;
}

const BESIDE = 22;
const ABOVE = 14;

/** Places for two captions of `width` pixels beside the focus, the first ending at its point, the second beginning there. */
export function captions(picture: Scene, width: number): Captions | null {
  const focus = picture.items.find(({ id }) => id === picture.focus)?.box;
  if (!focus) return null;
  const left = focus.x - BESIDE;
  const right = focus.x + focus.width + BESIDE;
  return {
    upstream: { x: left, y: highest(picture, left - width, left) - ABOVE },
    downstream: { x: right, y: highest(picture, right, right + width) - ABOVE },
  };
}

/** The least y of a card or a flow between two x. */
function highest({ items, strands, focus }: Scene, left: number, right: number): number {
  const tops = items.filter(({ box }) => box.x < right && box.x + box.width > left).map(({ box }) => box.y);
  const points = strands
    .flatMap(({ curve }) => [curve.from, ...curve.pieces.map(({ to }) => to)])
    .filter(({ x }) => x >= left && x <= right)
    .map(({ y }) => y);
  const own = items.find(({ id }) => id === focus)?.box.y ?? 0;
  return Math.min(own, ...tops, ...points);
}
