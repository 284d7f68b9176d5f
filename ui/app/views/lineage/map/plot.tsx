import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import type { Size } from "../../../graph/layout";
import { slid, spanning, stretched, type Axis } from "../../../graph/map/axis";
import { lineageOf, MAP_FAMILIES, neighbours, type Columns, type Reach } from "../../../graph/map/columns";
import { stands, xOfNode, yOfNode, type Ground } from "../../../graph/map/ground";
import { lanesIn, LEAST_LANE, type Lanes } from "../../../graph/map/lanes";
import { indexRows, markAt, marksIn, type Mark } from "../../../graph/map/marks";
import { useKeys } from "../../../shell/keys";
import type { Go } from "../../../url/history";
import { refocused, type NodeUrl } from "../../../url/state";
import { still, useFrames, Watched } from "../bits/camera";
import { readied } from "../bits/canvas";
import { useGestures } from "../bits/gestures";
import { usePalette } from "../bits/palette";
import { useSize } from "../bits/size";
import { drawContext, drawGrid, drawLit, drawMarks, drawNotes, drawServed, drawTimes } from "./draw";
import { Minimap } from "./minimap";
import { Hubs, LaneNames, Told } from "./parts";
import { step, type Step } from "./steps";

/** What the window shows: a stretch of time, and how far the lanes are scrolled. */
interface MapCamera {
  readonly axis: Axis;
  readonly top: number;
}

interface PlotProps {
  readonly columns: Columns;
  readonly url: NodeUrl;
  readonly go: Go;
  readonly focus: string;
  /** What a deletion hits; null for none. */
  readonly hit: Reach | null;
  /** Gets what is drawn, for a picture of it. */
  readonly drawn: { current: Drawn | null };
}

/** What the window shows. */
export interface Drawn {
  readonly ground: Ground;
  readonly lit: Reach | null;
}

const AXIS_HEIGHT = 22;
/** Part of the window that a key moves the map by. */
const STRIDE = 0.25;
/** Milliseconds without movement after which the flows in the background are drawn again. */
const SETTLED = 110;
const KEYS: Readonly<Record<string, Step>> = { ArrowLeft: "before", ArrowRight: "after", ArrowUp: "earlier", ArrowDown: "later" };

/** The map itself: lanes by time, on canvases; the lineage of what is selected is lit. */
export function Plot({ columns, url, go, focus, hit, drawn }: PlotProps) {
  const area = useRef<HTMLDivElement>(null);
  const back = useRef<HTMLCanvasElement>(null);
  const front = useRef<HTMLCanvasElement>(null);
  const times = useRef<HTMLCanvasElement>(null);
  const names = useRef<HTMLDivElement>(null);
  const size = useSize(area);
  const palette = usePalette();
  const camera = useMemo(() => new Watched<MapCamera>({ axis: spanning(columns.at, 0, 1, Date.now()), top: 0 }), []);
  const [hovered, setHovered] = useState<Mark | null>(null);
  const [lanesShown, setLanes] = useState<Lanes>({ count: columns.lanes.length, height: LEAST_LANE, top: 0 });
  const marks = useRef<readonly Mark[]>([]);
  const card = useRef<HTMLDivElement>(null);

  const index = useMemo(() => indexRows(columns), [columns]);
  const before = useMemo(() => neighbours(columns.ids.length, columns.to, columns.from), [columns]);
  const after = useMemo(() => neighbours(columns.ids.length, columns.from, columns.to), [columns]);
  const hubs = useMemo(() => new Set(columns.hubs.map(({ node }) => node)), [columns]);
  const places = useMemo(() => new Map(columns.ids.map((id, node) => [id, node])), [columns]);
  const served = useMemo(() => columns.ids.flatMap((_, node) => (MAP_FAMILIES[columns.family[node]!] === "deployment" && columns.lane[node]! >= 0 ? [node] : [])), [columns]);
  const hidden = useMemo(() => new Set(url.kinds.map((family) => MAP_FAMILIES.indexOf(family))), [url.kinds.join()]);
  const selected = places.get(url.sel || focus) ?? -1;
  const own = useMemo(() => (selected >= 0 ? lineageOf(selected, before, after, hubs) : null), [selected, before, after, hubs]);

  const lit = hit ?? own;
  const whole = useMemo(() => spanning(columns.at, 0, 1, Date.now()), [columns]);

  const told = hovered?.node ?? selected;

  const groundOf = ({ axis, top }: MapCamera, room: Size): Ground => ({
    columns, index, palette, hidden, danger: hit !== null,
    now: url.asof ? Date.parse(url.asof) : Date.now(),
    axis: { ...axis, left: 0, width: room.width },
    lanes: lanesIn(room.height, columns.lanes.length, top),
  });

  const settle = useSettledContext(back, camera, (room) => groundOf(camera.value, room), size);
  useEffect(settle, [columns, palette, size, hidden]);

  useFrames(camera, () => {
    if (!size || !front.current || !times.current) return;
    const ground = groundOf(camera.value, size);
    const context = readied(front.current, size);
    if (!context) return;
    drawn.current = { ground, lit };
    marks.current = marksIn(index, columns, ground.axis, ground.lanes, size.height, lit?.nodes ?? null, hidden);
    drawGrid(context, ground, size);
    drawServed(context, ground, served, lit?.nodes ?? null);
    if (lit) drawLit(context, ground, lit.edges);
    drawMarks(context, ground, marks.current, lit !== null);
    drawNotes(context, ground, marks.current, selected);
    const below = readied(times.current, { width: size.width, height: AXIS_HEIGHT });
    if (below) drawTimes(below, ground.axis, palette);
    if (card.current) card.current.style.transform = placed(ground, told, size);
    if (names.current) names.current.style.transform = `translateY(${camera.value.top}px)`;
    setLanes((last) => (last.height === ground.lanes.height && last.count === ground.lanes.count ? last : { ...ground.lanes, top: 0 }));
  });

  const scrolled = (top: number): number => {
    const whole = lanesIn(size?.height ?? 0, columns.lanes.length, 0).height * columns.lanes.length;
    return Math.min(0, Math.max((size?.height ?? 0) - whole, top));
  };
  const move = (axis: Axis, top = camera.value.top): void => camera.set({ axis, top: scrolled(top) });
  const wide = (): Axis => ({ ...camera.value.axis, left: 0, width: size?.width ?? 1 });
  const select = (node: number): void => go({ ...url, sel: columns.ids[node]! }, { replace: true });
  const refocus = (node: number): void => go({ ...refocused(url, columns.ids[node]!), mode: "focus" });

  useGestures(area, {
    pan: (dx, dy) => move(slid(wide(), dx), camera.value.top + dy),
    zoom: (factor, { x }) => move(stretched(wide(), factor, x)),
  });

  const at = (event: MouseEvent): Mark | null => {
    if (!area.current) return null;
    const { left, top } = area.current.getBoundingClientRect();
    return markAt(marks.current, event.clientX - left, event.clientY - top);
  };

  /** Bring a node into the window. */
  const reveal = (node: number): void => {
    if (!size || columns.lane[node]! < 0) return;
    const ground = groundOf(camera.value, size);
    const [x, y] = [xOfNode(ground, node), yOfNode(ground, node)];
    const aside = x < 40 || x > size.width - 40 ? size.width / 2 - x : 0;
    const down = y < 20 || y > size.height - 20 ? size.height / 2 - y : 0;
    if (aside || down) move(slid(ground.axis, aside), camera.value.top + down);
  };
  useEffect(() => {
    if (selected >= 0) reveal(selected);
  }, [selected, size === null]);


  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = KEYS[event.key];
    if (direction && event.shiftKey) {
      const by = (backwards: Step, onwards: Step, length = 0): number => (direction === backwards ? STRIDE : direction === onwards ? -STRIDE : 0) * length;
      move(slid(wide(), by("before", "after", size?.width)), camera.value.top + by("earlier", "later", size?.height));
    } else if (direction) {
      const next = step(selected, direction, columns, index, before, after);
      if (next !== null) select(next);
    } else if (event.key === "Enter" && selected >= 0) refocus(selected);
    else if (event.key === "+" || event.key === "=") move(stretched(wide(), 1.5, (size?.width ?? 0) / 2));
    else if (event.key === "-") move(stretched(wide(), 1 / 1.5, (size?.width ?? 0) / 2));
    else return;
    event.preventDefault();
  };

  useKeys({ f: () => move(whole, 0) });
  return (
    <>
      <div class="map">
        <Hubs columns={columns} lit={lit?.nodes ?? null} danger={hit !== null} onSelect={select} />
        <div class="lane-names"><div ref={names}><LaneNames columns={columns} height={lanesShown.height} lit={lit?.nodes ?? null} /></div></div>
        <div
          class="plot"
          ref={area}
          tabIndex={0}
          role="application"
          aria-label="Map of all runs and versions by time. Arrow keys walk along the lineage of what is selected, with Shift they move the map; the outline lists the same."
          onKeyDown={press}
          onPointerMove={(event) => event.buttons === 0 && setHovered(at(event))}
          onPointerLeave={() => setHovered(null)}
          onClick={(event) => {
            const mark = at(event);
            if (!mark) return;
            if (mark.count > 1) move(stretched(wide(), 4, mark.x));
            else select(mark.node);
          }}
          onDblClick={(event) => {
            const mark = at(event);
            if (mark?.count === 1) refocus(mark.node);
          }}
        >
          <canvas ref={back} aria-hidden="true" />
          <canvas ref={front} aria-hidden="true" />
          <div class="float told" ref={card}>
            {told >= 0 && <Told columns={columns} node={told} many={hovered?.count ?? 1} lit={told === selected ? own : lineageOf(told, before, after, hubs)} />}
          </div>
          <p class="hidden" role="status">{own ? `${columns.names[selected]!}: ${own.upstream} before it, ${own.downstream} after it` : ""}</p>
        </div>
        <canvas class="times" ref={times} aria-hidden="true" />
      </div>
      {size && <Minimap camera={camera} windowOf={() => ({ ...groundOf(camera.value, size), height: size.height })} ground={groundOf(camera.value, size)} lit={lit} whole={whole} onMove={move} />}
    </>
  );
}

const CARD: Size = { width: 300, height: 96 };

/** Where the card about a node goes: beside its mark and inside the window; out of it when the node is not to be seen. */
function placed(ground: Ground, node: number, window: Size): string {
  const away = "translate(-1000px, 0)";
  if (node < 0 || !stands(ground, node)) return away;
  const [x, y] = [xOfNode(ground, node), yOfNode(ground, node)];
  if (x < 0 || x > window.width || y < 0 || y > window.height) return away;
  const left = Math.max(8, Math.min(window.width - CARD.width - 8, x + 24));
  const top = y > window.height / 2 ? y - CARD.height - 26 : y + 26;
  return `translate(${left}px, ${top}px)`;
}

/**
 * The background: thousands of flows, too slow for every frame. While the map moves its last drawing is moved and
 * stretched with it; once it rests it is drawn anew. Returns what draws it at once.
 */
function useSettledContext(
  ref: { readonly current: HTMLCanvasElement | null },
  camera: Watched<MapCamera>,
  groundOf: (size: Size) => Ground,
  size: Size | null,
): () => void {
  const drawn = useRef<MapCamera | null>(null);
  const draw = (): void => {
    if (!size || !ref.current) return;
    const context = readied(ref.current, size);
    if (!context) return;
    const ground = groundOf(size);
    drawContext(context, ground, size);
    ref.current.style.transform = "";
    drawn.current = camera.value;
  };
  const latest = useRef(draw);
  latest.current = draw;
  const room = useRef(size);
  room.current = size;
  useEffect(() => {
    let timer = 0;
    const stop = camera.listen(() => {
      const from = drawn.current;
      const { axis, top } = camera.value;
      if (from && ref.current && room.current) {
        const { width } = room.current;
        const stretch = (from.axis.until - from.axis.since) / (axis.until - axis.since);
        const shift = ((from.axis.since - axis.since) / (axis.until - axis.since)) * width;
        ref.current.style.transform = `translate(${shift}px, ${top - from.top}px) scaleX(${stretch})`;
      }
      clearTimeout(timer);
      timer = window.setTimeout(() => latest.current(), still() ? 0 : SETTLED);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [camera]);
  return draw;
}
