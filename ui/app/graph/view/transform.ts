/** Where the window stands over the picture: `screen = world · scale + (x, y)`, in CSS pixels. */
import type { Box, Point, Size } from "../layout";

export interface Transform {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** Room at the window's edges that floats cover. */
export interface Padding {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export const LEAST_SCALE = 0.05;
export const MOST_SCALE = 3;
/** Below this the names on cards are too small to read: open at 100 % around the focus instead. */
export const READABLE = 0.75;

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

export const toScreen = ({ x, y, scale }: Transform, point: Point): Point => ({ x: point.x * scale + x, y: point.y * scale + y });
export const toWorld = ({ x, y, scale }: Transform, point: Point): Point => ({ x: (point.x - x) / scale, y: (point.y - y) / scale });

export const panned = (view: Transform, dx: number, dy: number): Transform => ({ ...view, x: view.x + dx, y: view.y + dy });

/** Zoom by a factor and keep what is under `point` (on the screen) where it is. */
export function zoomed(view: Transform, factor: number, point: Point): Transform {
  const scale = clamp(view.scale * factor, LEAST_SCALE, MOST_SCALE);
  const world = toWorld(view, point);
  return { scale, x: point.x - world.x * scale, y: point.y - world.y * scale };
}

/** All of `content` between the paddings, in the middle, never larger than life. */
export function fitted(content: Box, window: Size, padding: Padding): Transform {
  const width = Math.max(1, window.width - padding.left - padding.right);
  const height = Math.max(1, window.height - padding.top - padding.bottom);
  const scale = clamp(Math.min(1, width / Math.max(1, content.width), height / Math.max(1, content.height)), LEAST_SCALE, 1);
  return {
    scale,
    x: padding.left + (width - content.width * scale) / 2 - content.x * scale,
    y: padding.top + (height - content.height * scale) / 2 - content.y * scale,
  };
}

/** `box` in the middle of what the paddings leave. */
export function centred(box: Box, window: Size, padding: Padding, scale: number): Transform {
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  return {
    scale,
    x: padding.left + (window.width - padding.left - padding.right) / 2 - middle.x * scale,
    y: padding.top + (window.height - padding.top - padding.bottom) / 2 - middle.y * scale,
  };
}

/** How a picture opens: whole if that is readable, else at 100 % around the focus. */
export function opening(content: Box, focus: Box | undefined, window: Size, padding: Padding): Transform {
  const whole = fitted(content, window, padding);
  return whole.scale >= READABLE || !focus ? whole : centred(focus, window, padding, 1);
}

/** The least movement that brings `box` wholly into the window, paddings kept. */
export function revealing(view: Transform, box: Box, window: Size, padding: Padding): Transform {
  const shift = (from: number, to: number, least: number, most: number): number => {
    if (from < least) return least - from;
    return to > most ? Math.max(most - to, least - from) : 0;
  };
  const a = toScreen(view, box);
  const b = toScreen(view, { x: box.x + box.width, y: box.y + box.height });
  return panned(
    view,
    shift(a.x, b.x, padding.left, window.width - padding.right),
    shift(a.y, b.y, padding.top, window.height - padding.bottom),
  );
}

/** What the window shows of the world. */
export function seen(view: Transform, window: Size): Box {
  const { x, y } = toWorld(view, { x: 0, y: 0 });
  return { x, y, width: window.width / view.scale, height: window.height / view.scale };
}

export const meets = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Between two views, for a tween: `part` 0 is `from`, 1 is `to`. Scales are mixed by their logarithm. */
export function between(from: Transform, to: Transform, part: number): Transform {
  const mix = (a: number, b: number): number => a + (b - a) * part;
  return { x: mix(from.x, to.x), y: mix(from.y, to.y), scale: Math.exp(mix(Math.log(from.scale), Math.log(to.scale))) };
}
