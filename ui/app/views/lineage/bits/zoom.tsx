import { useState } from "preact/hooks";

import type { Size } from "../../../graph/layout";
import { zoomed } from "../../../graph/view/transform";
import { Icon } from "../../../parts/icon";
import { useFrames, type Camera } from "./camera";

const STEP = 1.25;

export function Zoom({ camera, window, onFit }: { camera: Camera; window: Size; onFit: () => void }) {
  const [percent, setPercent] = useState(Math.round(camera.view.scale * 100));
  useFrames(camera, () => setPercent(Math.round(camera.view.scale * 100)));
  const by = (factor: number): void =>
    camera.show(zoomed(camera.view, factor, { x: window.width / 2, y: window.height / 2 }), { smooth: true });
  return (
    <div class="float zoom" role="group" aria-label="Zoom">
      <button type="button" aria-label="Zoom out" onClick={() => by(1 / STEP)}><Icon of="minus" /></button>
      <span class="num">{percent} %</span>
      <button type="button" aria-label="Zoom in" onClick={() => by(STEP)}><Icon of="plus" /></button>
      <button type="button" aria-label="Fit (f)" title="Fit (f)" onClick={onFit}><Icon of="maximize" /></button>
    </div>
  );
}
