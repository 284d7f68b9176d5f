import { useEffect, useRef } from "preact/hooks";

import type { Size } from "../../../graph/layout";
import type { Axis } from "../../../graph/map/axis";
import type { Reach } from "../../../graph/map/columns";
import { markColour, unlit, type Ground } from "../../../graph/map/ground";
import { marksIn } from "../../../graph/map/marks";
import { frameOf, movedTo, type Window } from "../../../graph/map/overview";
import { useFrames, type Watched } from "../bits/camera";
import { readied } from "../bits/canvas";

const SIZE: Size = { width: 196, height: 62 };

interface MinimapProps {
  readonly camera: Watched<unknown>;
  /** What is drawn at this moment. */
  readonly windowOf: () => Window;
  readonly ground: Ground;
  readonly lit: Reach | null;
  /** All of the time. */
  readonly whole: Axis;
  readonly onMove: (axis: Axis, top: number) => void;
}

/** The whole map, small, with a frame around what the window shows; a click or a drag moves there. For eyes and pointers only: keys move the map itself. */
export function Minimap({ camera, windowOf, ground, lit, whole, onMove }: MinimapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLElement>(null);

  // All marks are drawn when they change, not when the window moves.
  useEffect(() => {
    const context = canvas.current && readied(canvas.current, SIZE);
    if (!context) return;
    const { index, columns, hidden, lanes: { count } } = ground;
    const lanes = { count, height: SIZE.height / Math.max(1, count), top: 0 };
    for (const { x, y, family, lit: shines } of marksIn(index, columns, { ...whole, width: SIZE.width }, lanes, SIZE.height, lit?.nodes ?? null, hidden)) {
      context.globalAlpha = shines ? 1 : unlit(ground);
      context.fillStyle = markColour(ground, family, shines);
      context.fillRect(x - 1, y - 1, 2, 2);
    }
  }, [ground.columns, ground.palette, ground.hidden, ground.danger, lit, whole]);

  useFrames(camera, () => {
    if (!frame.current) return;
    const { x, y, width, height } = frameOf(whole, windowOf(), SIZE);
    Object.assign(frame.current.style, { transform: `translate(${x}px, ${y}px)`, width: `${width}px`, height: `${height}px` });
  });

  const move = (event: PointerEvent): void => {
    if (event.buttons !== 1 || !canvas.current) return;
    const { left, top } = canvas.current.getBoundingClientRect();
    const to = movedTo(whole, windowOf(), SIZE, { x: event.clientX - left, y: event.clientY - top });
    onMove(to.axis, to.top);
  };

  return (
    <div class="float minimap" aria-hidden="true" onPointerDown={move} onPointerMove={move}>
      <canvas ref={canvas} />
      <i ref={frame} />
    </div>
  );
}
