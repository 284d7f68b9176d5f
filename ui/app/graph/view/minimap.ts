import type { Box, Point, Size } from "../layout";
import { fitted, seen, toScreen, toWorld } from "./transform";
import type { Transform } from "./transform";

export interface Minimap {
  /** From the world to the minimap. */
  readonly view: Transform;
  /** The window, on the minimap, cut to its edges. */
  readonly frame: Box;
}

const MARGIN = 8;

/** The whole picture in `size`, and the window's frame in it. */
export function minimap(content: Size, main: Transform, window: Size, size: Size): Minimap {
  const margin = { top: MARGIN, right: MARGIN, bottom: MARGIN, left: MARGIN };
  const view = fitted({ x: 0, y: 0, ...content }, size, margin);
  const visible = seen(main, window);
  const a = toScreen(view, visible);
  const b = toScreen(view, { x: visible.x + visible.width, y: visible.y + visible.height });
  const within = (value: number, most: number): number => Math.min(most - 1, Math.max(1, value));
  const [left, top] = [within(a.x, size.width), within(a.y, size.height)];
  return {
    view,
    frame: { x: left, y: top, width: within(b.x, size.width) - left, height: within(b.y, size.height) - top },
  };
}

/** The main view with what is under `point` of the minimap in its middle. */
export function movedTo(map: Minimap, point: Point, main: Transform, window: Size): Transform {
  const world = toWorld(map.view, point);
  return {
    scale: main.scale,
    x: window.width / 2 - world.x * main.scale,
    y: window.height / 2 - world.y * main.scale,
  };
}
