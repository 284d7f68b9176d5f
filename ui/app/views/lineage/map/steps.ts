/** Where the arrow keys lead on the map. Pure. */
import type { Columns, Neighbours } from "../../../graph/map/columns";
import { rowOf } from "../../../graph/map/lanes";
import type { RowIndex } from "../../../graph/map/marks";

export type Step = "before" | "after" | "earlier" | "later";

/** The node to go to: along flows to what is nearest in time, or within the row; null where there is none. Without a start it is the newest. */
export function step(from: number, direction: Step, columns: Columns, index: RowIndex, before: Neighbours, after: Neighbours): number | null {
  if (from < 0) return columns.ids.length > 0 ? 0 : null;
  if (direction === "before" || direction === "after") {
    const side = direction === "before" ? before : after;
    const linked = [...side.nodes.subarray(side.start[from]!, side.start[from + 1]!)];
    const away = (node: number): number => Math.abs(index.time[node]! - index.time[from]!);
    linked.sort((a, b) => Number(columns.lane[a]! < 0) - Number(columns.lane[b]! < 0) || away(a) - away(b));
    return linked[0] ?? null;
  }
  const place = index.order.indexOf(from);
  const other = place < 0 ? undefined : index.order[place + (direction === "earlier" ? -1 : 1)];
  const sameRow = other !== undefined && columns.lane[other] === columns.lane[from] && rowOf(columns.family[other]!) === rowOf(columns.family[from]!);
  return sameRow ? other : null;
}
