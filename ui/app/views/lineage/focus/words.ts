/** Cards and pills in words: their accessible names, and what the live region says. Pure. */
import { counted } from "../../../parts/format";
import type { Flow } from "../../../graph/lineage";
import type { Item } from "../../../graph/scene/scene";

const STATES = { RUNNING: "running", COMPLETE: "", FAIL: "failed", ABORT: "aborted", UNKNOWN: "known only from others" } as const;

export const stateWord = (state: keyof typeof STATES | null): string => (state ? STATES[state] : "");

/** `Dataset version support-train v12, 2 inputs, 3 outputs`. */
export function nameOf(item: Item, flows: readonly Flow[], later = false): string {
  const inputs = flows.filter(({ to }) => to === item.id).length;
  const outputs = flows.filter(({ from }) => from === item.id).length;
  const links = [counted(inputs, "input"), counted(outputs, "output")];
  if (item.what === "fold") {
    return [`Folded: ${item.fold.title}`, ...item.fold.families.map(([family, count]) => `${count} ${family}`)].join(", ");
  }
  const { card } = item;
  const isRun = card.family === "run";
  // First what is written on the card, in its order: people say that to their computers (WCAG 2.2, success criterion 2.5.3).
  return [
    `${card.word} ${card.title} ${card.version}`.trim(),
    isRun ? stateWord(card.state) : "",
    card.detail,
    card.standsFor > 1 ? `all ${card.standsFor} of them` : "",
    isRun ? card.commit : "",
    card.more > 0 ? `${card.more} more folded behind it` : "",
    isRun ? "" : stateWord(card.state),
    card.serving ? "serving now" : "",
    ...links,
    ...card.warnings,
    later ? "later than the instant shown" : "",
  ].filter(Boolean).join(", ");
}
