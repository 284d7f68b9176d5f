/** What the layout takes and gives. Lengths are CSS pixels at 100 %; nodes are named by their index. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A link that should run from left to right: from what came first to what came of it. */
export interface Link {
  readonly source: number;
  readonly target: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle by its top left corner. */
export interface Box extends Size, Point {}

export interface Options {
  /** Least room between two columns. */
  readonly columnGap: number;
  /** Room added between two columns for each link that leaves the left one, up to twice `columnGap` in all. */
  readonly fanOut: number;
  /** Least room between two cards of a column. */
  readonly rowGap: number;
  /** Links over more ranks than this are one curve without bends: they cost no room, but may pass behind cards. */
  readonly longestBent: number;
}

export const DEFAULTS: Options = { columnGap: 34, fanOut: 1.6, rowGap: 14, longestBent: 30 };

export interface Layout {
  readonly boxes: readonly Box[];
  /** The column of each node, from 0 at the left. */
  readonly ranks: readonly number[];
  /** For each link its points, port to port, in the link's own direction. */
  readonly routes: readonly (readonly Point[])[];
  readonly width: number;
  readonly height: number;
  /** How often two links cross between neighbouring ranks. */
  readonly crossings: number;
}
