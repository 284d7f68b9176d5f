import { useRef } from "preact/hooks";

import type { Size } from "../../../graph/layout";
import { isLit } from "../../../graph/scene/emphasis";
import { minimap, movedTo } from "../../../graph/view/minimap";
import { toScreen } from "../../../graph/view/transform";
import { useFrames, type Camera } from "../bits/camera";
import { readied } from "../bits/canvas";
import { colourOf, type Shown } from "./draw";

const SIZE: Size = { width: 196, height: 118 };

/** The whole picture, small, with a frame around what the window shows; a click or a drag moves there. For eyes and pointers only. */
export function Minimap({ camera, shown, window }: { camera: Camera; shown: Shown; window: Size }) {
  const ref = useRef<HTMLCanvasElement>(null);

  useFrames(camera, () => {
    const context = ref.current && readied(ref.current, SIZE);
    if (context) drawMinimap(context, camera, shown, window);
  });

  const move = (event: PointerEvent): void => {
    if (event.buttons !== 1 || !ref.current) return;
    const { left, top } = ref.current.getBoundingClientRect();
    const point = { x: event.clientX - left, y: event.clientY - top };
    camera.show(movedTo(minimap(shown.picture, camera.view, window, SIZE), point, camera.view, window));
  };

  return (
    <div class="float minimap" aria-hidden="true">
      <canvas ref={ref} onPointerDown={move} onPointerMove={move} />
    </div>
  );
}

function drawMinimap(context: CanvasRenderingContext2D, camera: Camera, { picture, palette, emphasis, later }: Shown, window: Size): void {
  const { view, frame } = minimap(picture, camera.view, window, SIZE);
  context.strokeStyle = palette.edge;
  context.lineWidth = 0.7;
  context.globalAlpha = 0.4;
  context.beginPath();
  for (const { curve } of picture.strands) {
    const from = toScreen(view, curve.from);
    context.moveTo(from.x, from.y);
    for (const { to } of curve.pieces) {
      const point = toScreen(view, to);
      context.lineTo(point.x, point.y);
    }
  }
  context.stroke();
  for (const item of picture.items) {
    const { x, y } = toScreen(view, item.box);
    context.globalAlpha = item.id === picture.focus ? 1 : isLit(emphasis, item.id) && !later.has(item.id) ? 0.7 : 0.25;
    context.fillStyle = colourOf(item, palette, emphasis, picture.focus);
    context.beginPath();
    context.roundRect(x, y, Math.max(3, item.box.width * view.scale), Math.max(2.4, item.box.height * view.scale), 1);
    context.fill();
  }
  context.globalAlpha = 1;
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  context.beginPath();
  context.roundRect(frame.x, frame.y, frame.width, frame.height, 4);
  context.stroke();
}
