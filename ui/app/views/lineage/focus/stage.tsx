import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import type { Box } from "../../../graph/layout";
import { through } from "../../../graph/lineage";
import { captions } from "../../../graph/scene/captions";
import type { Emphasis } from "../../../graph/scene/emphasis";
import type { Item, Scene } from "../../../graph/scene/scene";
import { fitted, meets, opening, panned, revealing, seen, toScreen, zoomed, type Padding } from "../../../graph/view/transform";
import { count } from "../../../parts/format";
import { useKeys } from "../../../shell/keys";
import { still, useFrames, type Camera } from "../bits/camera";
import { readied } from "../bits/canvas";
import { useGestures } from "../bits/gestures";
import { usePalette } from "../bits/palette";
import { useSize } from "../bits/size";
import { Zoom } from "../bits/zoom";
import { Piece } from "./card";
import { drawFlows, FAR, type Shown } from "./draw";
import { Legend } from "./legend";
import { Minimap } from "./minimap";
import { neighbour, type Direction } from "./walk";
import { nameOf } from "./words";

export interface StageProps {
  readonly picture: Scene;
  readonly camera: Camera;
  readonly emphasis: Emphasis | null;
  readonly later: ReadonlySet<string>;
  readonly selected: string;
  readonly totals: { readonly up: number; readonly down: number };
  /** Called with the room for the picture, so that rows can use it. */
  readonly onRoom: (room: { width: number; height: number }) => void;
  readonly onSelect: (id: string) => void;
  readonly onRefocus: (id: string) => void;
  /** Called with what pointer or keyboard rests on: it may be the next focus. */
  readonly onLikely: (id: string) => void;
  /** Open a fold or what hangs off a card: the next few, or all. */
  readonly onOpen: (id: string, all: boolean) => void;
  /** Fold again what was opened last. */
  readonly onFold: () => void;
}

const CAPTION = 230;
/** Pictures of fewer pieces are kept whole in the document: taking some out would cost more than it saves. */
const FEW = 150;
const MARGIN = 300;
/** Milliseconds of rest on a piece that tell interest from passing by. */
const REST = 100;

/** What floats cover; on a small screen they take the ends. */
const padding = (width: number): Padding =>
  width < 700 ? { top: 118, right: 16, bottom: 172, left: 16 } : { top: 92, right: 30, bottom: 104, left: 30 };

const ARROWS: Readonly<Record<string, Direction>> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

/** The picture: flows on a canvas, cards and pills as items of a tree above it. */
export function Stage(props: StageProps) {
  const { picture, camera, emphasis, later } = props;
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const world = useRef<HTMLDivElement>(null);
  const size = useSize(stage);
  const palette = usePalette();
  const [hovered, setHovered] = useState("");
  const [current, setCurrent] = useState(picture.focus);
  const [visible, setVisible] = useState<ReadonlySet<string> | null>(null);
  const wanted = useRef("");
  const boxes = useMemo(() => new Map(picture.items.map((item) => [item.id, item.box])), [picture]);
  const flows = useMemo(() => picture.strands.map(({ flow }) => flow), [picture]);
  const near = useMemo(() => (hovered && boxes.has(hovered) ? through(flows, hovered) : null), [hovered, flows, boxes]);
  const shown: Shown = { picture, palette, emphasis, near, later };
  const here = boxes.has(current) ? current : picture.focus;

  useEffect(() => {
    if (!size) return;
    const pad = padding(size.width);
    props.onRoom({ width: size.width - pad.left - pad.right, height: size.height - pad.top - pad.bottom });
  }, [size?.width, size?.height]);

  const likely = hovered || here;
  useEffect(() => {
    const timer = setTimeout(() => props.onLikely(likely), REST);
    return () => clearTimeout(timer);
  }, [likely]);

  usePlace(picture, boxes, camera, size);
  useEffect(() => {
    const box = boxes.get(props.selected);
    if (box && size) camera.show(revealing(camera.view, box, size, padding(size.width)), { smooth: true });
  }, [props.selected]);

  useFrames(camera, () => {
    if (!size || !canvas.current || !world.current) return;
    const { x, y, scale } = camera.view;
    world.current.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    world.current.classList.toggle("far", scale < FAR);
    const window = seen(camera.view, size);
    const context = readied(canvas.current, size);
    if (context) drawFlows(context, shown, camera.view, window);
    setVisible((before) => culled(picture.items, window, before));
  });

  useLayoutEffect(() => {
    if (!wanted.current) return;
    const target = world.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(wanted.current)}"]`);
    wanted.current = "";
    target?.focus({ preventScroll: true });
  });

  useGestures(stage, {
    pan: (dx, dy) => camera.show(panned(camera.view, dx, dy)),
    zoom: (factor, point) => camera.show(zoomed(camera.view, factor, point)),
  });

  const reach = (id: string): void => {
    setCurrent(id);
    wanted.current = id;
    const box = boxes.get(id);
    if (box && size) camera.show(revealing(camera.view, box, size, padding(size.width)), { smooth: true });
  };

  const open = (item: Item, all: boolean): void => {
    // A fold that is opened is gone: what it hung on keeps the keyboard.
    const stays = item.what === "card" ? item.id : (neighbour(picture, item.id, item.fold.upstream ? "right" : "left") ?? picture.focus);
    setCurrent(stays);
    wanted.current = stays;
    props.onOpen(item.id, all);
  };

  const act = (item: Item, event: KeyboardEvent): boolean => {
    const direction = ARROWS[event.key];
    if (direction) {
      const next = neighbour(picture, item.id, direction);
      if (next) reach(next);
      return true;
    }
    switch (event.key) {
      case "Home":
        reach(picture.focus);
        return true;
      case "Enter":
        if (item.what === "fold") open(item, event.shiftKey);
        else {
          wanted.current = item.id;
          props.onRefocus(item.id);
        }
        return true;
      case " ":
        if (item.what === "fold") open(item, event.shiftKey);
        else props.onSelect(item.id);
        return true;
      case "+":
      case "=":
        if (item.what === "fold" || item.card.more > 0) open(item, false);
        return true;
      case "-":
        props.onFold();
        return true;
      default:
        return false;
    }
  };

  const itemOf = (target: EventTarget | null): Item | undefined => {
    const id = target instanceof Element ? target.closest<HTMLElement>("[data-id]")?.dataset.id : undefined;
    return id === undefined ? undefined : picture.items.find((item) => item.id === id);
  };

  const click = (event: MouseEvent): void => {
    const item = itemOf(event.target);
    if (!item) return;
    setCurrent(item.id);
    const badge = event.target instanceof Element && event.target.closest("[data-more]") !== null;
    if (item.what === "fold" || badge) open(item, event.shiftKey);
    else {
      props.onLikely(item.id);
      // The second click of a double click selects nothing: another focus comes.
      if (event.detail < 2) props.onSelect(item.id);
    }
  };

  const fit = (): void => {
    if (size) camera.show(fitted({ x: 0, y: 0, width: picture.width, height: picture.height }, size, padding(size.width)), { smooth: true });
  };

  useKeys({ f: fit });

  const mood = (id: string): "" | "hit" | "dim" | "lit" | "later" => {
    if (later.has(id)) return "later";
    if (!emphasis) return "";
    if (!emphasis.lit.has(id)) return "dim";
    return emphasis.danger ? "hit" : "lit";
  };

  return (
    <div class="stage" ref={stage} onKeyDown={(event) => {
      const item = event.ctrlKey || event.metaKey || event.altKey ? undefined : itemOf(event.target);
      if (item && act(item, event)) event.preventDefault();
    }}>
      <canvas ref={canvas} aria-hidden="true" />
      <div
        class={still() ? "world" : "world moving"}
        ref={world}
        role="tree"
        aria-label="Lineage: arrow keys walk along it"
        onClick={click}
        onDblClick={(event) => {
          const item = itemOf(event.target);
          if (item?.what === "card" && item.id !== picture.focus) props.onRefocus(item.id);
        }}
        onPointerOver={(event) => setHovered(itemOf(event.target)?.id ?? "")}
        onPointerLeave={() => setHovered("")}
        onFocusIn={(event) => {
          const item = itemOf(event.target);
          if (item && item.id !== current) setCurrent(item.id);
        }}
      >
        {picture.items.map((item) =>
          visible && !visible.has(item.id) && item.id !== here ? null : (
            <Piece
              key={item.id}
              item={item}
              name={nameOf(item, flows, later.has(item.id))}
              current={item.id === here}
              selected={item.id === props.selected}
              mood={mood(item.id)}
              root={emphasis?.root === item.id}
            />
          ),
        )}
      </div>
      <Captions picture={picture} camera={camera} totals={props.totals} />
      {size && <Minimap camera={camera} shown={shown} window={size} />}
      <Legend picture={picture} />
      {size && <Zoom camera={camera} onFit={fit} window={size} />}
    </div>
  );
}

/** The pieces near the window, when there are many; the same set as before if nothing changed. */
function culled(items: readonly Item[], window: Box, before: ReadonlySet<string> | null): ReadonlySet<string> | null {
  if (items.length < FEW) return null;
  const wide = { x: window.x - MARGIN, y: window.y - MARGIN, width: window.width + 2 * MARGIN, height: window.height + 2 * MARGIN };
  const ids = items.filter(({ box }) => meets(box, wide)).map(({ id }) => id);
  return before && before.size === ids.length && ids.every((id) => before.has(id)) ? before : new Set(ids);
}

/** Open on the focus; later pictures keep in place what both show, so that nothing jumps. */
function usePlace(picture: Scene, boxes: ReadonlyMap<string, Box>, camera: Camera, size: { width: number; height: number } | null): void {
  const last = useRef<{ focus: string; boxes: ReadonlyMap<string, Box> } | null>(null);
  const known = size !== null;
  useLayoutEffect(() => {
    if (!size) return;
    const before = last.current;
    last.current = { focus: picture.focus, boxes };
    const pad = padding(size.width);
    const focus = boxes.get(picture.focus);
    const anchor = before && (before.boxes.has(picture.focus) ? picture.focus : boxes.has(before.focus) ? before.focus : null);
    if (!before || !anchor) {
      camera.show(opening({ x: 0, y: 0, width: picture.width, height: picture.height }, focus, size, pad));
      return;
    }
    const from = before.boxes.get(anchor)!;
    const to = boxes.get(anchor)!;
    const { scale } = camera.view;
    camera.show(panned(camera.view, (from.x - to.x) * scale, (from.y + from.height / 2 - to.y - to.height / 2) * scale));
    if (before.focus !== picture.focus && focus) {
      camera.show(opening({ x: 0, y: 0, width: picture.width, height: picture.height }, focus, size, pad), { smooth: true });
    }
  }, [picture, known]);
}

/** "Upstream" and "Downstream" beside the focus, following the view. */
function Captions({ picture, camera, totals }: { picture: Scene; camera: Camera; totals: StageProps["totals"] }) {
  const left = useRef<HTMLParagraphElement>(null);
  const right = useRef<HTMLParagraphElement>(null);
  useFrames(camera, () => {
    const places = captions(picture, CAPTION / camera.view.scale);
    if (!places || !left.current || !right.current) return;
    const a = toScreen(camera.view, places.upstream);
    const b = toScreen(camera.view, places.downstream);
    left.current.style.transform = `translate(${a.x}px, ${a.y}px) translate(-100%, -100%)`;
    right.current.style.transform = `translate(${b.x}px, ${b.y}px) translateY(-100%)`;
  });
  return (
    <div class="captions">
      <p ref={left}>{totals.up > 0 && <><b>Upstream</b> where it came from · {count(totals.up)}</>}</p>
      <p ref={right}>{totals.down > 0 && <><b>Downstream</b> what it feeds · {count(totals.down)}</>}</p>
    </div>
  );
}

