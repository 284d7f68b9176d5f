/** The whole map, small, and where the window stands in it. Lengths are CSS pixels. */
import type { Box, Point, Size } from "../layout";
import { timeOf, xOf, type Axis } from "./axis";
import type { Lanes } from "./lanes";

/** The window: the time it shows, its lanes as they are scrolled, and how high it is. */
export interface Window {
  readonly axis: Axis;
  readonly lanes: Lanes;
  readonly height: number;
}

/** Sides of a frame that can still be seen. */
const LEAST = 4;

const across = (whole: Axis, { width }: Size): Axis => ({ ...whole, left: 0, width });

/** The window's frame on a small map of `size` that shows the time `whole` and all lanes, cut to its edges. */
export function frameOf(whole: Axis, { axis, lanes, height }: Window, size: Size): Box {
  const scale = size.height / Math.max(1, lanes.count * lanes.height);
  const [x, width] = cut(xOf(across(whole, size), axis.since), xOf(across(whole, size), axis.until), size.width);
  const [y, high] = cut(-lanes.top * scale, (height - lanes.top) * scale, size.height);
  return { x, y, width, height: high };
}

function cut(from: number, to: number, most: number): readonly [start: number, length: number] {
  const start = Math.min(most - LEAST, Math.max(0, from));
  return [start, Math.max(LEAST, Math.min(most, to) - start)];
}

/** The window with what is under a point of the small map in its middle: its time, and how far its lanes are scrolled. */
export function movedTo(whole: Axis, { axis, lanes, height }: Window, size: Size, point: Point): { readonly axis: Axis; readonly top: number } {
  const middle = timeOf(across(whole, size), point.x);
  const half = (axis.until - axis.since) / 2;
  return {
    axis: { ...axis, since: middle - half, until: middle + half },
    top: height / 2 - (point.y / size.height) * lanes.count * lanes.height,
  };
}
