import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";

import { between, type Transform } from "../../../graph/view/transform";

/** Milliseconds of a move that eyes can follow. */
const TWEEN = 160;

export const still = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

const easeOut = (part: number): number => 1 - (1 - part) ** 3;

/** A value that changes every frame, apart from the components that draw it: they need not render for that. */
export class Watched<Value> {
  #value: Value;
  readonly #listeners = new Set<() => void>();

  constructor(value: Value) {
    this.#value = value;
  }

  get value(): Value {
    return this.#value;
  }

  set(next: Value): void {
    this.#value = next;
    for (const listener of this.#listeners) listener();
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Where the window stands over a picture. */
export class Camera extends Watched<Transform> {
  #frame = 0;

  constructor() {
    super({ x: 0, y: 0, scale: 1 });
  }

  get view(): Transform {
    return this.value;
  }

  /** Show `next` at once, or after a short move where motion is welcome. */
  show(next: Transform, { smooth = false } = {}): void {
    cancelAnimationFrame(this.#frame);
    if (!smooth || still()) {
      this.set(next);
      return;
    }
    const from = this.view;
    const began = performance.now();
    const step = (time: number): void => {
      const part = Math.min(1, Math.max(0, (time - began) / TWEEN));
      this.set(between(from, next, easeOut(part)));
      if (part < 1) this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }
}

export const useCamera = (): Camera => useMemo(() => new Camera(), []);

/** Draw now, and once a frame when what is watched changed. `draw` may be another function at every render. */
export function useFrames(watched: Watched<unknown>, draw: () => void): void {
  const latest = useRef(draw);
  latest.current = draw;
  useLayoutEffect(() => latest.current());
  useEffect(() => {
    let frame = 0;
    const stop = watched.listen(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => latest.current());
    });
    return () => {
      cancelAnimationFrame(frame);
      stop();
    };
  }, [watched]);
}
