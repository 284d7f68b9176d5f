/** The story of layout/story.fixture.ts as a lineage, and small lineages for tests. */
import fc from "fast-check";
import type { Kind } from "../url/state";
import { story } from "./layout/story.fixture";
import type { Card, CardFamily, Flow, Fold, Lineage } from "./lineage";

const KIND_OF: Readonly<Record<CardFamily, Kind>> = {
  data: "DATASET_VERSION",
  run: "RUN",
  base: "MODEL_VERSION",
  model: "MODEL_VERSION",
  artifact: "ARTIFACT_VERSION",
  deployment: "RUN",
  code: "COMMIT",
};

export const aCard = (id: string, over: Partial<Card> = {}): Card => ({
  id,
  kind: KIND_OF[over.family ?? "data"],
  family: "data",
  word: "Dataset version",
  title: id,
  name: id,
  version: "v1",
  detail: "",
  at: null,
  depth: 0,
  origin: false,
  serving: false,
  state: null,
  warnings: [],
  more: 0,
  standsFor: 1,
  commit: "",
  environment: "",
  ...over,
});

export const aFold = (id: string, over: Partial<Fold> = {}): Fold => ({
  id, title: "7 steps", count: 7, families: [["run", 3], ["data", 4]], upstream: true, ...over,
});

export const aFlow = (from: string, to: string, over: Partial<Flow> = {}): Flow => ({
  from, to, count: 1, evidence: "RECORDED", same: false, roles: [], ...over,
});

function familyOf(name: string): CardFamily {
  if (/^(scrub|mix|pretrain|learn|evaluate|audit$|quantise|distil|backfill|tune)/.test(name)) return "run";
  if (/^(prod|kiosk|phone)/.test(name)) return "deployment";
  if (/^(model|base-docs)/.test(name)) return "model";
  if (name === "base") return "base";
  return /^(report|curves|audit-report)/.test(name) ? "artifact" : "data";
}

export function storyLineage(): Lineage {
  const { names, links } = story();
  const isFold = (name: string): boolean => name.startsWith("fold");
  return {
    focus: "model",
    cards: names.filter((name) => !isFold(name)).map((name) => aCard(name, { family: familyOf(name), more: name === "labels" ? 2 : 0 })),
    folds: names.filter(isFold).map((name) => aFold(name)),
    flows: links.map(({ source, target }) => aFlow(names[source]!, names[target]!)),
  };
}

const FAMILIES: readonly CardFamily[] = ["data", "run", "base", "model", "artifact", "deployment", "code"];

/** Any lineage, cycles and foreign ids included; the focus is the first card. */
export const anyLineage: fc.Arbitrary<Lineage> = fc
  .tuple(
    fc.array(fc.constantFrom(...FAMILIES), { minLength: 1, maxLength: 14 }),
    fc.array(fc.tuple(fc.nat({ max: 15 }), fc.nat({ max: 15 }), fc.constantFrom("RECORDED" as const, "INFERRED" as const), fc.boolean()), { maxLength: 30 }),
  )
  .map(([families, pairs]) => ({
    focus: "c0",
    cards: families.map((family, place) => aCard(`c${place}`, { family })),
    folds: [],
    flows: pairs.map(([from, to, evidence, same]) => aFlow(`c${from}`, `c${to}`, { evidence, same })),
  }));
