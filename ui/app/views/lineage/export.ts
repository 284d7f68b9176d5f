/** Files of what is shown. The texts are pure; `save` is for browsers only. */
import type { Card, Fold, Lineage } from "../../graph/lineage";

/** RFC 4180, with CRLF. A text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csv(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line a card or fold, in the order of the picture; `count` adds up to all nodes that the answer speaks of. */
export function lineageCsv({ cards, folds }: Lineage): string {
  const card = (each: Card) => ["node", each.id, each.word, each.name, each.version, each.depth, each.at, each.state, each.detail, 1 + each.more];
  const fold = (each: Fold) => ["fold", each.id, each.title, "", "", each.upstream ? "upstream" : "downstream", null, null, "", each.count];
  return csv([["row", "id", "kind", "name", "version", "hops", "at", "state", "detail", "count"], ...cards.map(card), ...folds.map(fold)]);
}

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** A name for a file, of letters that every system takes. */
export const fileName = (title: string, ending: string): string =>
  `${title.normalize("NFKD").replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[-.]+|-+$/g, "").slice(0, 80) || "lineage"}.${ending}`;
