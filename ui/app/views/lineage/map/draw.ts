/** Drawing the map: flows below, marks above. Contexts are in CSS pixels. */
import type { Size } from "../../../graph/layout";
import { ticks, xOf, type Axis } from "../../../graph/map/axis";
import { FAILED, MAP_FAMILIES, RUNNING } from "../../../graph/map/columns";
import { bend, endOfNode, flowColour, HEXAGON, markColour, SHAPES, stands, unlit, xOfNode, yOfNode, type Ground } from "../../../graph/map/ground";
import { laneTop, markScale } from "../../../graph/map/lanes";
import type { Mark } from "../../../graph/map/marks";
import type { Palette } from "../../../graph/svg/palette";

const TICKS_APART = 90;

/** Lanes and time, behind everything. */
export function drawGrid(context: CanvasRenderingContext2D, { axis, lanes, palette }: Ground, size: Size): void {
  context.fillStyle = palette.bg;
  for (let lane = 1; lane < lanes.count; lane += 2) {
    context.globalAlpha = 0.5;
    context.fillRect(0, laneTop(lanes, lane), size.width, lanes.height);
  }
  context.globalAlpha = 1;
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.beginPath();
  for (let lane = 0; lane <= lanes.count; lane++) {
    const y = Math.round(laneTop(lanes, lane)) + 0.5;
    context.moveTo(0, y);
    context.lineTo(size.width, y);
  }
  context.stroke();
  context.setLineDash([2, 4]);
  context.beginPath();
  for (const { time } of ticks(axis, TICKS_APART)) {
    const x = Math.round(xOf(axis, time)) + 0.5;
    context.moveTo(x, 0);
    context.lineTo(x, size.height);
  }
  context.stroke();
  context.setLineDash([]);
}

/** The labels of time, on a canvas of their own below the lanes. */
export function drawTimes(context: CanvasRenderingContext2D, axis: Axis, palette: Palette): void {
  context.font = '500 11px "Inter Variable", system-ui, sans-serif';
  context.fillStyle = palette.ink3;
  for (const { time, label } of ticks(axis, TICKS_APART)) context.fillText(label, Math.round(xOf(axis, time)) + 5, 14);
}

/** Flows closer together than this are one line. */
const CELL = 4;

/** All flows between lanes, faint; each pair of places once. */
export function drawContext(context: CanvasRenderingContext2D, ground: Ground, size: Size): void {
  const { columns, palette } = ground;
  const drawn = new Set<number>();
  context.strokeStyle = palette.edge;
  context.globalAlpha = palette.edgeOpacity;
  context.lineWidth = 0.8;
  context.beginPath();
  for (let edge = 0; edge < columns.from.length; edge++) {
    const from = columns.from[edge]!;
    const to = columns.to[edge]!;
    if (!stands(ground, from) || !stands(ground, to)) continue;
    const [x1, y1, x2, y2] = ends(ground, from, to);
    if (Math.max(x1, x2) < 0 || Math.min(x1, x2) > size.width || Math.max(y1, y2) < 0 || Math.min(y1, y2) > size.height) continue;
    if (Math.abs(x1 - x2) < CELL && Math.abs(y1 - y2) < CELL) continue;
    const key = ((Math.round(x1 / CELL) & 0xfff) * 0x1000 + (Math.round(x2 / CELL) & 0xfff)) * 0x10000 + ((Math.round(y1) & 0xff) * 0x100 + (Math.round(y2) & 0xff));
    if (drawn.has(key)) continue;
    drawn.add(key);
    line(context, x1, y1, x2, y2);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** The flows of what is lit, in the colour of what flows or of danger. */
export function drawLit(context: CanvasRenderingContext2D, ground: Ground, edges: ReadonlySet<number>): void {
  const { columns } = ground;
  const byColour = new Map<string, number[]>();
  for (const edge of edges) {
    if (!stands(ground, columns.from[edge]!) || !stands(ground, columns.to[edge]!)) continue;
    const colour = flowColour(ground, edge);
    byColour.set(colour, [...(byColour.get(colour) ?? []), edge]);
  }
  context.globalAlpha = 0.8;
  context.lineWidth = 1.5;
  for (const [colour, list] of byColour) {
    context.strokeStyle = colour;
    context.beginPath();
    for (const edge of list) line(context, ...ends(ground, columns.from[edge]!, columns.to[edge]!));
    context.stroke();
  }
  context.globalAlpha = 1;
}

const ends = (ground: Ground, from: number, to: number): [number, number, number, number] => [xOfNode(ground, from), yOfNode(ground, from), xOfNode(ground, to), yOfNode(ground, to)];

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  const reach = bend(x1, x2);
  context.moveTo(x1, y1);
  if (reach === 0) context.lineTo(x2, y2);
  else context.bezierCurveTo(x1 + reach, y1, x2 - reach, y2, x2, y2);
}

/** When deployments served, as bars from their start to their end. */
export function drawServed(context: CanvasRenderingContext2D, ground: Ground, served: readonly number[], lit: ReadonlySet<number> | null): void {
  const { columns, axis, lanes } = ground;
  const height = 6 * markScale(lanes);
  for (const node of served) {
    const from = Math.max(-4, xOfNode(ground, node));
    const to = Math.min(axis.width + 4, endOfNode(ground, node));
    if (to < from || !stands(ground, node)) continue;
    const shines = lit?.has(node) ?? false;
    context.globalAlpha = shines ? 0.8 : 0.2;
    context.fillStyle = markColour(ground, columns.family[node]!, shines);
    context.fillRect(from, yOfNode(ground, node) - height / 2, Math.max(4, to - from), height);
  }
  context.globalAlpha = 1;
}

const ALONE = 0.9;

/** Marks, one path a family and mood. */
export function drawMarks(context: CanvasRenderingContext2D, ground: Ground, marks: readonly Mark[], anyLit: boolean): void {
  const { palette, columns } = ground;
  const scale = markScale(ground.lanes);
  for (const lit of [false, true]) {
    context.globalAlpha = lit ? (anyLit ? 1 : ALONE) : unlit(ground);
    MAP_FAMILIES.forEach((_, code) => {
      context.fillStyle = markColour(ground, code, anyLit && lit);
      context.beginPath();
      for (const mark of marks) {
        if (mark.family !== code || mark.lit !== lit) continue;
        shape(context, code, mark.x, mark.y, scale * (mark.count > 1 ? 1 + Math.min(0.5, Math.log10(mark.count) / 3) : 1));
      }
      context.fill();
    });
  }
  context.globalAlpha = 1;
  context.lineWidth = 1.4;
  for (const [condition, colour] of [[FAILED, palette.danger], [RUNNING, palette.accent]] as const) {
    context.strokeStyle = colour;
    context.beginPath();
    for (const { node, x, y } of marks) {
      if (columns.condition[node] !== condition || MAP_FAMILIES[columns.family[node]!] === "deployment") continue;
      context.moveTo(x + 6 * scale, y);
      context.arc(x, y, 6 * scale, 0, 2 * Math.PI);
    }
    context.stroke();
  }
}

/** Below this a dot is drawn as a square: nobody sees the difference, and rectangles are drawn ten times as fast as arcs. */
const ROUND = 0.7;

/** One mark: rectangles at once, other shapes into the open path. */
function shape(context: CanvasRenderingContext2D, family: number, x: number, y: number, scale: number): void {
  const form = SHAPES[family]!;
  if (form.of === "box") {
    context.fillRect(x - (form.width / 2) * scale, y - (form.height / 2) * scale, form.width * scale, form.height * scale);
    return;
  }
  const radius = form.radius * scale;
  if (form.of === "hexagon") HEXAGON.forEach(([dx, dy], corner) => (corner === 0 ? context.moveTo(x + radius * dx, y + radius * dy) : context.lineTo(x + radius * dx, y + radius * dy)));
  else if (scale < ROUND) context.fillRect(x - radius * 0.9, y - radius * 0.9, radius * 1.8, radius * 1.8);
  else {
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
}

/** A ring around what is selected, and a number on what stands for many. */
export function drawNotes(context: CanvasRenderingContext2D, ground: Ground, marks: readonly Mark[], selected: number): void {
  const { lanes, palette } = ground;
  if (lanes.height >= MANY_READABLE) {
    context.font = '600 9px "Inter Variable", system-ui, sans-serif';
    context.textAlign = "center";
    context.fillStyle = palette.ink3;
    for (const { x, y, count } of marks) if (count > 4) context.fillText(String(count), x, y - 7);
    context.textAlign = "start";
  }
  if (selected < 0 || !stands(ground, selected)) return;
  const [x, y] = [xOfNode(ground, selected), yOfNode(ground, selected)];
  context.strokeStyle = palette.accent;
  for (const [radius, width, opacity] of [[11, 2.2, 1], [14, 6, 0.25]] as const) {
    context.globalAlpha = opacity;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.stroke();
  }
  context.globalAlpha = 1;
}

const MANY_READABLE = 60;
