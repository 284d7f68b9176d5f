/** What the canvas below the cards shows: flows, and from afar the cards as well. */
import type { Box } from "../../../graph/layout";
import { arrow, trace } from "../../../graph/scene/curve";
import { flowLit, isLit, type Emphasis } from "../../../graph/scene/emphasis";
import { DASHES, type Item, type Scene, type Strand } from "../../../graph/scene/scene";
import type { Palette } from "../../../graph/svg/palette";
import { meets, type Transform } from "../../../graph/view/transform";

/** Below this scale cards are drawn, because nobody can read them. */
export const FAR = 0.35;

export interface Shown {
  readonly picture: Scene;
  readonly palette: Palette;
  readonly emphasis: Emphasis | null;
  /** What is lit because a pointer or the keyboard rests on it; null when nothing is. */
  readonly near: ReadonlySet<string> | null;
  /** What came after the instant that is looked at. */
  readonly later: ReadonlySet<string>;
}

/** Draw what of the scene lies in `window`, a stretch of the world. The context is in CSS pixels. */
export function drawFlows(context: CanvasRenderingContext2D, shown: Shown, view: Transform, window: Box): void {
  context.save();
  context.translate(view.x, view.y);
  context.scale(view.scale, view.scale);
  context.lineCap = "round";
  const strands = shown.picture.strands.filter(({ curve }) => meets(stretch(curve.from, curve.pieces.at(-1)?.to ?? curve.from), window));
  const order = (strand: Strand): number => Number(stateOf(strand, shown) !== "rest");
  for (const strand of [...strands].sort((a, b) => order(a) - order(b))) drawStrand(context, strand, shown, view.scale);
  if (view.scale < FAR) for (const item of shown.picture.items) if (meets(item.box, window)) drawMark(context, item, shown);
  context.restore();
}

/** Room for the curve's bends around its ends. */
const SLACK = 120;

const stretch = (a: { x: number; y: number }, b: { x: number; y: number }): Box => ({
  x: Math.min(a.x, b.x) - SLACK,
  y: Math.min(a.y, b.y) - SLACK,
  width: Math.abs(a.x - b.x) + 2 * SLACK,
  height: Math.abs(a.y - b.y) + 2 * SLACK,
});

type State = "danger" | "lit" | "plain" | "rest" | "later";

function stateOf({ flow }: Strand, { emphasis, near, later }: Shown): State {
  if (later.has(flow.from) || later.has(flow.to)) return "later";
  if (emphasis) return flowLit(emphasis, flow) ? (emphasis.danger ? "danger" : "lit") : "rest";
  if (near) return near.has(flow.from) && near.has(flow.to) ? "lit" : "rest";
  return "plain";
}

const WIDTH: Readonly<Record<State, number>> = { danger: 2.4, lit: 2.2, plain: 1.8, rest: 1.8, later: 1.4 };

function drawStrand(context: CanvasRenderingContext2D, strand: Strand, shown: Shown, scale: number): void {
  const { palette } = shown;
  const state = stateOf(strand, shown);
  const colour = state === "danger" ? palette.danger : state === "later" ? palette.ink3 : palette.families[strand.family].ink;
  const opacity: Readonly<Record<State, number>> = { danger: 0.75, lit: 0.9, plain: palette.edgeOpacity, rest: 0.14, later: 0.35 };
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = scale < FAR ? Math.min(WIDTH[state] * 2, 1 / scale) : WIDTH[state];
  context.globalAlpha = opacity[state];
  context.setLineDash(state === "later" ? [2, 4] : [...DASHES[strand.line]]);
  context.beginPath();
  trace(context, strand.curve);
  context.stroke();
  context.setLineDash([]);
  if (scale < FAR) return;
  context.globalAlpha = state === "rest" || state === "later" ? 0.3 : 1;
  const [tip, upper, lower] = arrow(strand.curve);
  context.beginPath();
  context.moveTo(tip.x, tip.y);
  context.lineTo(upper.x, upper.y);
  context.lineTo(lower.x, lower.y);
  context.fill();
}

function drawMark(context: CanvasRenderingContext2D, item: Item, { palette, emphasis, later, picture }: Shown): void {
  const { x, y, width, height } = item.box;
  context.globalAlpha = isLit(emphasis, item.id) && !later.has(item.id) ? 0.9 : 0.25;
  context.fillStyle = colourOf(item, palette, emphasis, picture.focus);
  context.beginPath();
  context.roundRect(x, y, width, height, 10);
  context.fill();
}

/** One colour for a card or a pill: for views from afar and the minimap. */
export function colourOf(item: Item, palette: Palette, emphasis: Emphasis | null, focus: string): string {
  if (item.id === focus) return palette.accent;
  if (emphasis?.danger && emphasis.lit.has(item.id)) return palette.danger;
  return item.what === "card" ? palette.families[item.card.family].ink : palette.line2;
}
