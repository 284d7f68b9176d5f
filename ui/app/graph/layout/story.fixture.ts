/** A made-up but typical lineage: text is cleaned and mixed, a model trained, evaluated, tuned, distilled and served. */
import type { Link, Size } from "./types";

const CARD: Size = { width: 192, height: 56 };
const RUN: Size = { width: 134, height: 52 };
const PILL: Size = { width: 152, height: 46 };

/** `inputs > run > outputs`, one step a line; without a run the link is direct. */
const STEPS = `
tickets > scrub-1 > tickets-clean
chats > scrub-2 > chats-clean
notes > scrub-3 > notes-clean
tickets-clean chats-clean notes-clean dialogues labels > mix > train holdout
docs > > fold-docs
fold-docs > > chunks
chunks base > pretrain > base-docs
train base-docs > learn > model curves
model holdout > evaluate > report
model holdout > audit > audit-report
model > quantise > model-int8
model > distil > model-mini
model > backfill > scores
scores > > fold-scores
model data-de > tune-de > model-de
model data-fr > tune-fr > model-fr
model > > prod-eu prod-us
model-int8 > > kiosk
model-mini > > phone
model-de > > prod-de
model-fr > > prod-fr
`;

export interface Story {
  readonly names: readonly string[];
  readonly nodes: readonly Size[];
  readonly links: readonly Link[];
}

export function story(): Story {
  const names: string[] = [];
  const links: Link[] = [];
  const index = (name: string): number => {
    const known = names.indexOf(name);
    return known >= 0 ? known : names.push(name) - 1;
  };
  const runs = new Set<string>();
  for (const step of STEPS.trim().split("\n")) {
    const [inputs = [], run = [], outputs = []] = step.split(">").map((part) => part.trim().split(/\s+/).filter(Boolean));
    run.forEach((name) => runs.add(name));
    for (const source of inputs) {
      for (const target of run.length > 0 ? run : outputs) links.push({ source: index(source), target: index(target) });
    }
    for (const source of run) for (const target of outputs) links.push({ source: index(source), target: index(target) });
  }
  const nodes = names.map((name) => (runs.has(name) ? RUN : name.startsWith("fold") ? PILL : CARD));
  return { names, nodes, links };
}

/** A seeded chain of retrainings with `count` cards: deep, narrow, with a hub in every tenth place. */
export function retrained(count: number): Story {
  const nodes = Array.from({ length: count }, (_, node) => (node % 2 === 0 ? CARD : RUN));
  const links: Link[] = [];
  for (let node = 1; node < count; node++) {
    links.push({ source: node - 1 - ((node * 7) % Math.min(node, 4)), target: node });
    if (node % 3 === 0) links.push({ source: 10 * Math.floor((node - 1) / 10), target: node });
  }
  return { names: nodes.map((_, node) => `n${node}`), nodes, links };
}
