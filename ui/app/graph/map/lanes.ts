/** Where lanes and their rows stand. Lengths are CSS pixels from the top of the map. */

/** Rows of a lane, by code of the family column: data above, then runs, models with their bases, artifacts, what serves. */
const ROW_OF_FAMILY: readonly number[] = [0, 1, 2, 3, 4, 2, 1];
export const ROWS = 5;
const ROW_PLACES: readonly number[] = [0.17, 0.35, 0.53, 0.71, 0.89];

export const LEAST_LANE = 34;
export const MOST_LANE = 104;

export interface Lanes {
  readonly count: number;
  /** Height of each. */
  readonly height: number;
  /** Where the first begins, scrolling included. */
  readonly top: number;
}

export const rowOf = (family: number): number => ROW_OF_FAMILY[family]!;

/** Lanes that share `room`; when they would be too low to read there is more to scroll. */
export function lanesIn(room: number, count: number, top: number): Lanes {
  const height = Math.min(MOST_LANE, Math.max(LEAST_LANE, room / Math.max(1, count)));
  return { count, height, top };
}

export const laneTop = ({ top, height }: Lanes, lane: number): number => top + lane * height;

export const rowMiddle = (lanes: Lanes, lane: number, row: number): number => laneTop(lanes, lane) + lanes.height * ROW_PLACES[row]!;

/** Marks shrink with their lanes: 1 is full size. */
export const markScale = ({ height }: Lanes): number => Math.min(1, Math.max(0.55, height / 64));

/** First and last lane that a stretch of the window touches. */
export function lanesBetween(lanes: Lanes, from: number, to: number): readonly [number, number] {
  const first = Math.floor((from - lanes.top) / lanes.height);
  const last = Math.floor((to - lanes.top) / lanes.height);
  return [Math.max(0, first), Math.min(lanes.count - 1, last)];
}
