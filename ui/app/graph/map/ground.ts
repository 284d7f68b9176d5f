/** What a map is drawn on, on the screen or into a file: where its nodes stand, and which of them are left out. */
import type { Palette } from "../svg/palette";
import { xOf, type Axis } from "./axis";
import { MAP_FAMILIES, type Columns } from "./columns";
import { rowMiddle, rowOf, type Lanes } from "./lanes";
import type { RowIndex } from "./marks";

export interface Ground {
  readonly columns: Columns;
  readonly index: RowIndex;
  readonly axis: Axis;
  readonly lanes: Lanes;
  readonly palette: Palette;
  /** Codes of families that are not drawn. */
  readonly hidden: ReadonlySet<number>;
  /** Until when what still serves has served: milliseconds since 1970 UTC. */
  readonly now: number;
  /** What is lit is what a deletion hits. */
  readonly danger: boolean;
}

export const xOfNode = ({ axis, index }: Ground, node: number): number => xOf(axis, index.time[node]!);
export const yOfNode = ({ columns, lanes }: Ground, node: number): number => rowMiddle(lanes, columns.lane[node]!, rowOf(columns.family[node]!));

/** Where the time ends that a deployment served. */
export const endOfNode = ({ axis, columns, now }: Ground, node: number): number => xOf(axis, Number.isNaN(columns.until[node]!) ? now : columns.until[node]!);

/** Whether a node has a place: what is shared stands apart, and what is hidden nowhere. */
export const stands = ({ columns, hidden }: Ground, node: number): boolean => columns.lane[node]! >= 0 && !hidden.has(columns.family[node]!);

/** How far the curve of a flow reaches out from its ends; 0 is a straight line. */
export const bend = (x1: number, x2: number): number => (Math.abs(x2 - x1) < SHORT ? 0 : (x2 - x1) / 2);
const SHORT = 24;

/** The colour of a lit flow: of what flows, not of the run. */
export function flowColour({ columns, palette, danger }: Ground, edge: number): string {
  const [from, to] = [columns.family[columns.from[edge]!]!, columns.family[columns.to[edge]!]!];
  return danger ? palette.danger : palette.families[MAP_FAMILIES[MAP_FAMILIES[from] === "run" ? to : from]!].ink;
}

export const markColour = ({ palette, danger }: Ground, family: number, lit: boolean): string =>
  danger && lit ? palette.danger : palette.families[MAP_FAMILIES[family]!].ink;

/** Opacity of what is not lit while something is. */
export const unlit = ({ danger }: Ground): number => (danger ? 0.32 : 0.42);

type Shape = { readonly of: "box"; readonly width: number; readonly height: number } | { readonly of: "disc" | "hexagon"; readonly radius: number };

const HEXAGONAL: Shape = { of: "hexagon", radius: 5.6 };
const DOT: Shape = { of: "disc", radius: 3 };

/** Marks at full size, by code of the family: data square, run dot, model hexagon, artifact sheet, deployment disc. */
export const SHAPES: readonly Shape[] = [
  { of: "box", width: 8, height: 8 }, DOT, HEXAGONAL, { of: "box", width: 5, height: 7 }, { of: "disc", radius: 4.6 }, HEXAGONAL, DOT,
];

/** Corners of a hexagon of radius 1. */
export const HEXAGON = Array.from({ length: 6 }, (_, corner) => [Math.sin((corner * Math.PI) / 3), -Math.cos((corner * Math.PI) / 3)] as const);
