import type { CardFamily, Evidence, Flow, Lineage } from "./lineage";

const WEAKER: readonly Evidence[] = ["RECORDED", "ASSERTED", "INFERRED"];

/**
 * The lineage without the cards of some families. What flowed through them still flows, so that hiding runs leaves
 * data and models connected. The focus always stays.
 */
export function without(lineage: Lineage, hidden: readonly CardFamily[]): Lineage {
  const gone = new Set(
    lineage.cards.filter(({ id, family }) => hidden.includes(family) && id !== lineage.focus).map(({ id }) => id),
  );
  if (gone.size === 0) return lineage;
  return {
    ...lineage,
    cards: lineage.cards.filter(({ id }) => !gone.has(id)),
    flows: bypass(lineage.flows, gone),
  };
}

/** Flows between what stays; a chain of flows through what goes becomes one, as weak as its weakest part. */
function bypass(flows: readonly Flow[], gone: ReadonlySet<string>): Flow[] {
  const leaving = new Map<string, Flow[]>();
  for (const flow of flows) leaving.set(flow.from, [...(leaving.get(flow.from) ?? []), flow]);
  const merged = new Map<string, Flow>();
  const add = (flow: Flow): void => {
    const key = `${flow.from}\n${flow.to}`;
    const known = merged.get(key);
    merged.set(key, known ? join(known, flow) : flow);
  };
  for (const flow of flows) {
    if (gone.has(flow.from)) continue;
    const passed = new Set<string>();
    const open = [flow];
    for (let last = open.pop(); last !== undefined; last = open.pop()) {
      if (!gone.has(last.to)) {
        if (last.to !== flow.from) add(last);
        continue;
      }
      if (passed.has(last.to)) continue;
      passed.add(last.to);
      for (const next of leaving.get(last.to) ?? []) open.push(prolong(last, next));
    }
  }
  return [...merged.values()];
}

const prolong = (first: Flow, next: Flow): Flow => ({
  from: first.from,
  to: next.to,
  count: Math.max(first.count, next.count),
  evidence: weakest(first.evidence, next.evidence),
  same: first.same && next.same,
  roles: first.roles,
});

const join = (a: Flow, b: Flow): Flow => ({
  ...a,
  count: a.count + b.count,
  evidence: weakest(a.evidence, b.evidence),
  same: a.same && b.same,
  roles: [...new Set([...a.roles, ...b.roles])],
});

export const weakest = (a: Evidence, b: Evidence): Evidence =>
  WEAKER[Math.max(WEAKER.indexOf(a), WEAKER.indexOf(b))]!;
