/** Rows of the outline. Pure. */
import { shortened } from "../../parts/format";
import type { Card, CardFamily, Lineage } from "../../graph/lineage";

export interface Row {
  readonly id: string;
  readonly family: CardFamily;
  readonly kind: string;
  readonly name: string;
  /** The whole name. */
  readonly full: string;
  readonly version: string;
  /** Hops from the focus, negative upstream; null of a fold. */
  readonly hops: number | null;
  readonly side: "upstream" | "downstream";
  readonly at: string | null;
  readonly state: Card["state"];
  readonly detail: string;
  readonly warnings: readonly string[];
  /** Nodes that opening it would show. */
  readonly more: number;
  /** Null of a fold. */
  readonly card: Card | null;
}

export type SortKey = "hops" | "name" | "kind" | "version" | "at" | "state";

/** Cards and folds alike: what the picture shows, the outline lists. */
export function rowsOf({ cards, folds }: Lineage): Row[] {
  return [
    ...cards.map((card): Row => ({
      id: card.id, family: card.family, kind: card.word, name: shortened(card.name), full: card.name, version: card.version, hops: card.depth,
      side: card.depth < 0 ? "upstream" : "downstream", at: card.at, state: card.state, detail: card.detail, warnings: card.warnings, more: card.more, card,
    })),
    ...folds.map((fold): Row => ({
      id: fold.id, family: fold.families[0]?.[0] ?? "run", kind: "Folded", name: fold.title, full: fold.title, version: "", hops: null,
      side: fold.upstream ? "upstream" : "downstream", at: null, state: null, detail: fold.families.map(([family, many]) => `${many} ${family}`).join(", "),
      warnings: [], more: fold.count, card: null,
    })),
  ];
}

/** Sorted by one column, then by hops and name; what has no value comes last whichever way. */
export function sorted(rows: readonly Row[], key: SortKey, down: boolean): Row[] {
  const sign = down ? -1 : 1;
  return [...rows].sort((a, b) => compared(valueOf(a, key), valueOf(b, key), sign) || (place(a) - place(b)) || compared(a.name, b.name, 1));
}

/** Folds stand at the far end of their side. */
const place = ({ hops, side }: Row): number => hops ?? (side === "upstream" ? -1e6 : 1e6);

const valueOf = (row: Row, key: SortKey): string | number | null =>
  key === "hops" ? place(row) : key === "state" ? [row.state, row.detail].filter(Boolean).join(" ") : row[key];

function compared(a: string | number | null, b: string | number | null, sign: number): number {
  const empty = (value: string | number | null): boolean => value === null || value === "";
  if (empty(a) || empty(b)) return Number(empty(a)) - Number(empty(b));
  if (typeof a === "number" && typeof b === "number") return sign * (a - b);
  return sign * String(a).localeCompare(String(b), "en", { numeric: true });
}
