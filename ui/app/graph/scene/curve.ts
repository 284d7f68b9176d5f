import type { Point } from "../layout";

/** A cubic Bézier, or a straight line when `c1` and `c2` lie on it. */
export interface Piece {
  readonly c1: Point;
  readonly c2: Point;
  readonly to: Point;
}

/** A line that leaves and arrives horizontally. */
export interface Curve {
  readonly from: Point;
  readonly pieces: readonly Piece[];
}

const SAME_LEVEL = 0.5;

/**
 * A route as a curve with horizontal tangents at every point; level stretches, which pass other cards, stay straight.
 *
 * @throws RangeError when the route has no point
 */
export function curve(route: readonly Point[]): Curve {
  const [from, ...rest] = route;
  if (from === undefined) throw new RangeError("a curve needs a point to start from");
  let last = from;
  const pieces = rest.map((to) => {
    const reach = (to.x - last.x) / 2;
    const level = Math.abs(to.y - last.y) < SAME_LEVEL;
    const piece = {
      c1: { x: last.x + reach, y: last.y },
      c2: { x: to.x - reach, y: level ? last.y : to.y },
      to,
    };
    last = to;
    return piece;
  });
  return { from, pieces };
}

export const end = ({ from, pieces }: Curve): Point => pieces.at(-1)?.to ?? from;

/** The three corners of the arrow at a curve's end, which always points the way that the curve arrives. */
export function arrow(line: Curve, length = 6.5, half = 3.4): readonly [Point, Point, Point] {
  const tip = end(line);
  const before = line.pieces.at(-1)?.c2 ?? line.from;
  const back = before.x <= tip.x ? -length : length;
  return [tip, { x: tip.x + back, y: tip.y - half }, { x: tip.x + back, y: tip.y + half }];
}

/** Anything that draws paths: a canvas context, `Path2D`. */
export interface Pen {
  moveTo(x: number, y: number): void;
  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void;
}

export function trace(pen: Pen, { from, pieces }: Curve): void {
  pen.moveTo(from.x, from.y);
  for (const { c1, c2, to } of pieces) pen.bezierCurveTo(c1.x, c1.y, c2.x, c2.y, to.x, to.y);
}
