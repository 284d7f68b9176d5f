import { timeOf, xOf } from "./axis";
import type { Axis } from "./axis";
import type { Columns } from "./columns";
import { lanesBetween, rowMiddle, rowOf, ROWS } from "./lanes";
import type { Lanes } from "./lanes";

/** Nodes of each row of each lane by time: a viewport finds its marks by binary search. */
export interface RowIndex {
  /** `order[start[lane · ROWS + row]] …` */
  readonly start: Int32Array;
  readonly order: Int32Array;
  /** The place in time of every node: its own, or where the axis begins when it has none. */
  readonly time: Float64Array;
}

export function indexRows(columns: Columns): RowIndex {
  const count = columns.ids.length;
  let first = Infinity;
  for (const at of columns.at) if (at < first) first = at;
  const time = columns.at.map((at) => (Number.isNaN(at) ? (first === Infinity ? 0 : first) : at));
  const key = (node: number): number => columns.lane[node]! * ROWS + rowOf(columns.family[node]!);
  const order = Int32Array.from({ length: count }, (_, node) => node)
    .filter((node) => columns.lane[node]! >= 0)
    .sort((a, b) => key(a) - key(b) || time[a]! - time[b]! || a - b);
  const start = new Int32Array(columns.lanes.length * ROWS + 1);
  for (const node of order) start[key(node) + 1]!++;
  for (let row = 1; row < start.length; row++) start[row]! += start[row - 1]!;
  return { start, order, time };
}

/** What is drawn: one node, or several that are too close to tell apart. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  /** The node, the latest of a bin. */
  readonly node: number;
  readonly family: number;
  /** Nodes it stands for. */
  readonly count: number;
  /** One of them is lit. */
  readonly lit: boolean;
}

/** Marks closer than this become one with a count. */
export const CELL = 4;
/** Marks reach over the window's edge. */
const REACH = 12;

/** The marks of a window `height` pixels high; `lit` null lights all, `hidden` are codes of families that are left out. */
export function marksIn(
  index: RowIndex,
  columns: Columns,
  axis: Axis,
  lanes: Lanes,
  height: number,
  lit: ReadonlySet<number> | null,
  hidden: ReadonlySet<number>,
): Mark[] {
  const marks: Mark[] = [];
  const [firstLane, lastLane] = lanesBetween(lanes, -REACH, height + REACH);
  const since = timeOf(axis, axis.left - REACH);
  const until = timeOf(axis, axis.left + axis.width + REACH);
  for (let lane = firstLane; lane <= lastLane; lane++) {
    for (let row = 0; row < ROWS; row++) {
      const y = rowMiddle(lanes, lane, row);
      const stop = index.start[lane * ROWS + row + 1]!;
      let cell = Number.NaN;
      for (let place = firstAt(index, index.start[lane * ROWS + row]!, stop, since); place < stop; place++) {
        const node = index.order[place]!;
        if (index.time[node]! > until) break;
        const family = columns.family[node]!;
        if (hidden.has(family)) continue;
        const x = xOf(axis, index.time[node]!);
        // Cells lie on the time axis, not on the screen: panning must not make marks flicker between bins.
        const here = Math.floor((index.time[node]! / (axis.until - axis.since)) * (axis.width / CELL));
        const shines = lit === null || lit.has(node);
        const last = marks[marks.length - 1];
        if (here === cell && last !== undefined) {
          marks[marks.length - 1] = { ...last, node: shines || !last.lit ? node : last.node, count: last.count + 1, lit: last.lit || shines };
        } else {
          marks.push({ x, y, node, family, count: 1, lit: shines });
          cell = here;
        }
      }
    }
  }
  return marks;
}

/** The first place from `start` whose node is at or after `time`. */
function firstAt(index: RowIndex, start: number, stop: number, time: number): number {
  let low = start;
  let high = stop;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (index.time[index.order[middle]!]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Distance at which a pointer still means a mark. */
const GRASP = 9;

/** The mark nearest to a point, lit ones first; null when none is near. */
export function markAt(marks: readonly Mark[], x: number, y: number): Mark | null {
  let found: Mark | null = null;
  let least = GRASP;
  for (const mark of marks) {
    const distance = Math.hypot(mark.x - x, mark.y - y) - (mark.lit ? 1 : 0);
    if (distance < least) [least, found] = [distance, mark];
  }
  return found;
}
