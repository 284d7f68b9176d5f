/** A lineage laid out: where everything stands and how every flow runs. What draws it decides nothing any more. */
import { layout } from "../layout";
import type { Box, Size } from "../layout";
import type { Card, CardFamily, Flow, Fold, Lineage } from "../lineage";
import { curve } from "./curve";
import type { Curve } from "./curve";

export interface CardItem {
  readonly what: "card";
  readonly id: string;
  readonly card: Card;
  readonly box: Box;
  readonly focus: boolean;
}

export interface FoldItem {
  readonly what: "fold";
  readonly id: string;
  readonly fold: Fold;
  readonly box: Box;
}

export type Item = CardItem | FoldItem;

/** How a flow is drawn; its word in the legend is in `LINE_WORDS`. */
export type Line = "recorded" | "asserted" | "inferred" | "same";

export const LINE_WORDS: Readonly<Record<Line, string>> = {
  recorded: "recorded",
  asserted: "stated",
  inferred: "inferred",
  same: "same bytes",
};

/** Lengths of dashes and gaps, in pixels at 100 %; empty is solid. */
export const DASHES: Readonly<Record<Line, readonly number[]>> = {
  recorded: [],
  asserted: [9, 3, 2, 3],
  inferred: [6, 5],
  same: [0.1, 5],
};

export interface Strand {
  readonly flow: Flow;
  readonly curve: Curve;
  readonly family: CardFamily;
  readonly line: Line;
}

export interface Scene extends Size {
  readonly focus: string;
  readonly items: readonly Item[];
  readonly strands: readonly Strand[];
  readonly crossings: number;
}

const CARD: Size = { width: 192, height: 56 };
const FOCUS: Size = { width: 200, height: 68 };
const RUN: Size = { width: 134, height: 52 };
const DEPLOYMENT: Size = { width: 166, height: 56 };
const FOLD: Size = { width: 152, height: 46 };

const ROW_GAP = 14;
const ROW_GAP_MOST = 34;

/** Lay a lineage out. With room to spare in `window` the rows move apart, so that the picture fills it instead of floating. */
export function scene(lineage: Lineage, window?: Size): Scene {
  const ids = [...lineage.cards, ...lineage.folds].map(({ id }) => id);
  const index = new Map(ids.map((id, place) => [id, place]));
  const sizes = [...lineage.cards.map((card) => sizeOf(card, card.id === lineage.focus)), ...lineage.folds.map(() => FOLD)];
  const flows = once(lineage.flows.filter(({ from, to }) => index.has(from) && index.has(to) && from !== to));
  const links = flows.map(({ from, to }) => ({ source: index.get(from)!, target: index.get(to)! }));

  const tight = layout(sizes, links, { rowGap: ROW_GAP });
  const rowGap = window ? roomyGap(tight, window) : ROW_GAP;
  const drawn = rowGap > ROW_GAP ? layout(sizes, links, { rowGap }) : tight;

  const family = new Map(lineage.cards.map((card) => [card.id, card.family]));
  return {
    focus: lineage.focus,
    items: [
      ...lineage.cards.map((card, place): Item => ({
        what: "card", id: card.id, card, box: drawn.boxes[place]!, focus: card.id === lineage.focus,
      })),
      ...lineage.folds.map((fold, place): Item => ({
        what: "fold", id: fold.id, fold, box: drawn.boxes[lineage.cards.length + place]!,
      })),
    ],
    strands: flows.map((flow, place) => ({
      flow,
      curve: curve(drawn.routes[place]!),
      family: entityOf(family.get(flow.from), family.get(flow.to)),
      line: lineOf(flow),
    })),
    width: drawn.width,
    height: drawn.height,
    crossings: drawn.crossings,
  };
}

function sizeOf(card: Card, focus: boolean): Size {
  if (focus) return FOCUS;
  if (card.family === "run") return RUN;
  return card.family === "deployment" ? DEPLOYMENT : CARD;
}

function roomyGap(drawn: Size, window: Size): number {
  const zoom = Math.min(1, window.width / drawn.width);
  const spare = window.height / (drawn.height * zoom);
  return spare > 1.05 ? Math.min(ROW_GAP_MOST, ROW_GAP + 50 * (spare - 1)) : ROW_GAP;
}

/** Two nodes that are one state point at each other; one line says it. */
function once(flows: readonly Flow[]): Flow[] {
  const seen = new Set<string>();
  return flows.filter(({ from, to, same }) => {
    if (same && seen.has(`${to}\n${from}`)) return false;
    seen.add(`${from}\n${to}`);
    return true;
  });
}

/** Flows take the colour of the thing that flows: what a run read, or what it wrote. */
function entityOf(from: CardFamily | undefined, to: CardFamily | undefined): CardFamily {
  if (from !== undefined && from !== "run") return from;
  return to !== undefined && to !== "run" ? to : "run";
}

function lineOf({ same, evidence }: Flow): Line {
  if (same) return "same";
  if (evidence === "INFERRED") return "inferred";
  return evidence === "ASSERTED" ? "asserted" : "recorded";
}

/** The lines that a picture uses, for its legend. */
export const linesOf = (picture: Scene): readonly Line[] =>
  (Object.keys(LINE_WORDS) as Line[]).filter((line) => picture.strands.some((strand) => strand.line === line));
