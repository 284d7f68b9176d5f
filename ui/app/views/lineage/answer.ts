/** Answers of the service as lineages. Pure. */
import { reach, type Card, type CardFamily, type Flow, type Fold, type Lineage } from "../../graph/lineage";
import { weakest } from "../../graph/filter";
import { ago, bytes, counted, duration, lasted, metric, shortened, tail, versionName } from "../../parts/format";
import { lookOf } from "../../parts/kinds";
import type { Kind } from "../../url/state";
import type { Brief } from "../../api/brief";
import type { CardNode, FocusAnswer } from "./questions";

type AnswerCard = FocusAnswer["cards"][number];

/** What the service said around one node; edges are turned into the direction of flow. `now` in ms since 1970. */
export function lineageOf(answer: FocusAnswer, now: number): Lineage {
  return {
    focus: answer.focus,
    cards: answer.cards.map((card) => cardOf(card.node, now, card)),
    folds: answer.folds.map((fold): Fold => ({
      id: fold.id,
      title: fold.title,
      count: fold.count,
      families: familiesOf(fold.byKind, fold.services),
      upstream: fold.upstream,
    })),
    flows: answer.edges.map(({ source, target, count, evidence, sameBytes, roles, relations }): Flow => ({
      from: target,
      to: source,
      count,
      evidence,
      same: sameBytes,
      roles: [...roles, ...relations],
    })),
  };
}

/** A node as a card; without a place in an answer it stands beside the focus. */
export function cardOf(node: Brief | CardNode, now: number, place?: Omit<AnswerCard, "node">): Card {
  const look = lookOf({ kind: node.kind, role: "role" in node ? node.role : null, processingType: "processingType" in node ? node.processingType : null });
  const code = node.kind === "COMMIT" || node.kind === "ENVIRONMENT";
  return {
    id: node.id,
    kind: node.kind,
    family: code ? "code" : look.family,
    word: look.word,
    title: shortened(tail(titleOf(node)).name),
    name: titleOf(node),
    version: "version" in node ? versionOf(node.version, node.label) : "",
    detail: detailOf(node, now),
    at: node.at,
    depth: place?.depth ?? 0,
    origin: place?.origin ?? false,
    serving: (place?.serving ?? false) && "endedAt" in node && node.endedAt === null,
    state: "state" in node ? node.state : null,
    warnings: warningsOf(node),
    more: place?.more ?? 0,
    standsFor: place?.standsFor ?? 1,
    commit: (place?.commit?.label ?? "").slice(0, SHA),
    environment: place?.environment?.label ?? "",
  };
}

/** Letters of a commit that fit on a run. */
const SHA = 7;

/** A version's name; a stand-in that was minted from a run, which no person knows it by, is none. */
const versionOf = (version: string, label: string | null): string => (label === null && version.startsWith("run:") ? "" : versionName(version, label));

/** The whole name of what a person would say it is: a run by its job, a version by its dataset. */
function titleOf(node: Brief): string {
  if ("job" in node) return node.job.name;
  if ("asset" in node) return node.asset.name;
  return node.name;
}

function detailOf(node: Brief | CardNode, now: number): string {
  if ("startedAt" in node) {
    const time = lasted(node.startedAt, node.endedAt, now);
    return time === null ? "" : duration(time);
  }
  if ("headline" in node && node.headline) {
    const { name, value, text } = node.headline;
    return `${tail(name).name} ${metric(value, text)}`;
  }
  if ("rows" in node && node.rows !== null) return counted(node.rows, "row");
  if ("bytes" in node && node.bytes !== null) return bytes(node.bytes);
  return "version" in node && node.at ? ago(node.at, now) : "";
}

function warningsOf(node: Brief): string[] {
  if (!("version" in node)) return [];
  return [
    ...(node.conflict ? ["its digests contradict each other"] : []),
    ...(node.failed ? ["only failed runs wrote it"] : []),
    ...(node.unversioned ? ["which state it was is not known"] : []),
  ];
}

/** Counts by kind as counts by family, in the order of the filters. */
export function familiesOf(byKind: unknown, services: number, bases = 0): (readonly [CardFamily, number])[] {
  const counts = new Map<CardFamily, number>();
  const add = (family: CardFamily, count: number): void => void counts.set(family, (counts.get(family) ?? 0) + count);
  for (const [kind, count] of Object.entries(numbersIn(byKind))) {
    add(kind === "COMMIT" || kind === "ENVIRONMENT" ? "code" : lookOf({ kind: kind as Kind }).family, count);
  }
  add("run", -services);
  add("deployment", services);
  add("model", -bases);
  add("base", bases);
  return ORDER.flatMap((family) => ((counts.get(family) ?? 0) > 0 ? [[family, counts.get(family)!] as const] : []));
}

const ORDER: readonly CardFamily[] = ["data", "run", "base", "model", "artifact", "deployment", "code"];

/** The numbers of an object of the scalar JSON. */
export function numbersIn(value: unknown): Readonly<Record<string, number>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === "number"));
}

interface Way {
  readonly nodes: readonly CardNode[];
  readonly edges: readonly { readonly source: string; readonly target: string; readonly evidence: Flow["evidence"]; readonly role: string | null; readonly type: string }[];
}

const SAME: readonly string[] = ["SAME_BYTES", "SAME_STATE", "HAS_CONTENT", "CONTENT_OF"];

/** The lineage with all of a path in it, also what the folding left out. Contents on the way become one line between their holders. */
export function withPath(lineage: Lineage, way: Way, now: number): Lineage {
  const known = new Set(lineage.cards.map(({ id }) => id));
  const added = way.nodes.filter(({ id, kind }) => !known.has(id) && kind !== "CONTENT").map((node) => cardOf(node, now));
  const flows = new Map(lineage.flows.map((flow) => [`${flow.from}\n${flow.to}`, flow]));
  for (const flow of waysOf(way)) {
    const key = `${flow.from}\n${flow.to}`;
    if (!flows.has(key)) flows.set(key, flow);
  }
  return { ...lineage, cards: [...lineage.cards, ...added], flows: [...flows.values()] };
}

/** The hops of a path as flows, without contents. */
function waysOf({ nodes, edges }: Way): Flow[] {
  const contents = new Set(nodes.filter(({ kind }) => kind === "CONTENT").map(({ id }) => id));
  const flows = edges.map(({ source, target, evidence, role, type }): Flow => ({
    from: target, to: source, count: 1, evidence, same: SAME.includes(type), roles: role ? [role] : [],
  }));
  const direct = flows.filter(({ from, to }) => !contents.has(from) && !contents.has(to));
  const bridged = flows
    .filter(({ from }) => contents.has(from))
    .flatMap((after) => flows.filter(({ to }) => to === after.from).map((before): Flow => ({
      ...after, from: before.from, evidence: weakest(before.evidence, after.evidence), same: true,
    })));
  return [...direct, ...bridged.filter(({ from, to }) => from !== to)];
}

/** The lineage of an instant, with what came later beside it: shown in its place, and counted nowhere. */
export function withLater(then: Lineage, now: Lineage, asOf: number): { readonly lineage: Lineage; readonly later: ReadonlySet<string> } {
  const known = new Set([...then.cards, ...then.folds].map(({ id }) => id));
  const candidates = new Set(now.cards.filter(({ id, at }) => !known.has(id) && at !== null && Date.parse(at) > asOf).map(({ id }) => id));
  const flows = now.flows.filter(({ from, to }) =>
    (candidates.has(from) && (candidates.has(to) || known.has(to))) || (known.has(from) && candidates.has(to)));
  // What hung on the rest only by a fold that did not exist then would float about: it is left out.
  const bothWays = flows.flatMap(({ from, to }) => [{ from, to }, { from: to, to: from }]);
  const tied = new Set([...known].flatMap((id) => (bothWays.some(({ from }) => from === id) ? [...reach(bothWays, id, true)] : [])));
  const cards = now.cards.filter(({ id }) => candidates.has(id) && tied.has(id));
  const later = new Set(cards.map(({ id }) => id));
  return {
    lineage: { ...then, cards: [...then.cards, ...cards.map((card) => ({ ...card, more: 0 }))], flows: [...then.flows, ...flows.filter(({ from, to }) => (later.has(from) || known.has(from)) && (later.has(to) || known.has(to)))] },
    later,
  };
}
