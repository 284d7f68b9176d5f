import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

import type { Point } from "../../../graph/layout";

/** What a hand on a mouse, a wheel, a trackpad or a screen wants of a view. */
export interface Gestures {
  pan(dx: number, dy: number): void;
  /** Zoom by a factor around a point of the element. */
  zoom(factor: number, point: Point): void;
}

/** Pixels that a pressed pointer may tremble before it drags. */
const TREMBLE = 4;
const LINE = 16;
const WHEEL_ZOOM = 0.0085;

/** Drag pans, wheel pans, Ctrl and wheel or a pinch zooms at the pointer. A drag is no click on what lies below. */
export function useGestures(ref: RefObject<HTMLElement | null>, gestures: Gestures): void {
  const latest = useRef(gestures);
  latest.current = gestures;

  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const stop = new AbortController();
    const pointers = new Map<number, Point>();
    let dragged = false;
    let pressed: Point | null = null;
    const within = (event: MouseEvent): Point => {
      const { left, top } = element.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    const on = <Name extends keyof HTMLElementEventMap>(name: Name, handler: (event: HTMLElementEventMap[Name]) => void, more = {}): void =>
      element.addEventListener(name, handler, { signal: stop.signal, ...more });

    on("wheel", (event) => {
      if (event.target instanceof Element && event.target.closest("[data-scrolls]")) return;
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
      if (event.ctrlKey || event.metaKey) latest.current.zoom(Math.exp(-event.deltaY * unit * WHEEL_ZOOM), within(event));
      else if (event.shiftKey && event.deltaX === 0) latest.current.pan(-event.deltaY * unit, 0);
      else latest.current.pan(-event.deltaX * unit, -event.deltaY * unit);
    }, { passive: false });

    on("pointerdown", (event) => {
      if (event.button !== 0 || (event.target instanceof Element && event.target.closest(".float"))) return;
      pointers.set(event.pointerId, within(event));
      pressed = within(event);
      if (pointers.size === 1) dragged = false;
    });

    on("pointermove", (event) => {
      const last = pointers.get(event.pointerId);
      if (!last || !pressed) return;
      const here = within(event);
      if (!dragged && Math.hypot(here.x - pressed.x, here.y - pressed.y) < TREMBLE) return;
      if (!dragged) element.setPointerCapture(event.pointerId);
      dragged = true;
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      pointers.set(event.pointerId, here);
      if (!other) {
        latest.current.pan(here.x - last.x, here.y - last.y);
        return;
      }
      const apart = (point: Point): number => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
      latest.current.zoom(apart(here) / apart(last), { x: (here.x + other.x) / 2, y: (here.y + other.y) / 2 });
    });

    const release = (event: PointerEvent): void => void pointers.delete(event.pointerId);
    on("pointerup", release);
    on("pointercancel", release);
    on("click", (event) => {
      if (!dragged) return;
      dragged = false;
      event.stopPropagation();
      event.preventDefault();
    }, { capture: true });
    return () => stop.abort();
  }, []);
}
