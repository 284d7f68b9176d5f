import { describe, expect, it } from "vitest";

import { aCard, aFlow, aFold } from "../../graph/lineage.fixture";
import type { Lineage } from "../../graph/lineage";
import { nodeUrl, type Family } from "../../url/state";
import { cardOf, familiesOf, lineageOf, withLater, withPath } from "./answer";
import { backedOut } from "./backed-out";
import type { CardNode, FocusAnswer } from "./questions";
import { focusVariables, kindsAsked } from "./variables";

const NOW = Date.parse("2026-11-18T12:00:00Z");

const aVersion = (id: string, over: object = {}): CardNode =>
  ({
    __typename: "DatasetVersion", id, kind: "DATASET_VERSION", name: `${id}@v1`, at: "2026-11-01T00:00:00Z", version: "v1", label: null,
    failed: false, unversioned: false, conflict: false, asset: { id: `asset/${id}`, name: `lake/${id}`, namespace: "s3" }, rows: 1200, bytes: null, ...over,
  }) as CardNode;

const aRun = (id: string, over: object = {}): CardNode =>
  ({
    __typename: "Run", id, kind: "RUN", name: id, at: "2026-11-18T11:00:00Z", state: "RUNNING", startedAt: "2026-11-18T11:00:00Z", endedAt: null,
    processingType: "BATCH", job: { id: "job/n/train", name: "train", namespace: "n" }, ...over,
  }) as CardNode;

const anAnswer = (over: Partial<FocusAnswer>): FocusAnswer =>
  ({ focus: "d", cards: [], edges: [], folds: [], ...over }) as FocusAnswer;

describe("a node as a card", () => {
  it("is named as people name it: a version by its dataset, a run by its job", () => {
    expect(cardOf(aVersion("clicks"), NOW)).toMatchObject({ title: "clicks", name: "lake/clicks", version: "v1", detail: "1,200 rows", family: "data" });
    expect(cardOf(aRun("run/1"), NOW)).toMatchObject({ title: "train", state: "RUNNING", detail: "1 h", family: "run", serving: false });
  });

  it("shows the headline metric, and no name that was minted from a run", () => {
    const model = aVersion("m", {
      kind: "MODEL_VERSION", role: null, version: "run:0190", rows: null,
      headline: { name: "f1", value: 0.914, text: "0.914" },
    });
    expect(cardOf(model, NOW)).toMatchObject({ family: "model", version: "", detail: "f1 0.914" });
  });

  it("tells base checkpoints and deployments apart, and warns in words", () => {
    expect(cardOf(aVersion("b", { kind: "MODEL_VERSION", role: "BASE" }), NOW).family).toBe("base");
    expect(cardOf(aRun("s", { processingType: "SERVICE" }), NOW).family).toBe("deployment");
    expect(cardOf(aVersion("w", { conflict: true, failed: true }), NOW).warnings).toHaveLength(2);
  });

  it("serves only while it runs", () => {
    const place = { id: "s", depth: 1, more: 0, standsFor: 1, origin: false, serving: true, job: null, commit: null, environment: null };
    expect(cardOf(aRun("s", { processingType: "SERVICE" }), NOW, place).serving).toBe(true);
    expect(cardOf(aRun("s", { processingType: "SERVICE", endedAt: "2026-11-18T11:30:00Z" }), NOW, place).serving).toBe(false);
  });
});

describe("an answer as a lineage", () => {
  it("turns edges from the dependent into flows towards it", () => {
    const edge = { source: "run", target: "d", types: [], count: 2, evidence: "INFERRED", sameBytes: false, roles: ["TRAIN"], relations: [] } as unknown as FocusAnswer["edges"][number];
    expect(lineageOf(anAnswer({ edges: [edge] }), NOW).flows).toEqual([aFlow("d", "run", { count: 2, evidence: "INFERRED", roles: ["TRAIN"] })]);
  });

  it("counts families: services are no runs, and bases no models", () => {
    expect(familiesOf({ DATASET_VERSION: 3, DATASET: 1, RUN: 5, MODEL_VERSION: 4, COMMIT: 1 }, 2, 1)).toEqual([
      ["data", 4], ["run", 3], ["base", 1], ["model", 3], ["deployment", 2], ["code", 1],
    ]);
    expect(familiesOf(null, 0)).toEqual([]);
  });
});

describe("a lineage with a path in it", () => {
  it("adds what the folding left out, and draws shared bytes as one line between their holders", () => {
    const lineage: Lineage = { focus: "m", cards: [aCard("m")], folds: [], flows: [] };
    const edge = (source: string, target: string, type: string) => ({ source, target, type, evidence: "RECORDED" as const, role: null });
    const content = { ...aVersion("c"), kind: "CONTENT" } as CardNode;
    const shown = withPath(lineage, { nodes: [aVersion("m"), content, aVersion("d")], edges: [edge("m", "c", "HAS_CONTENT"), edge("c", "d", "CONTENT_OF")] }, NOW);
    expect(shown.cards.map(({ id }) => id)).toEqual(["m", "d"]);
    expect(shown.flows).toEqual([aFlow("d", "m", { same: true })]);
  });
});

describe("an instant", () => {
  const early = aCard("early", { at: "2026-01-01T00:00:00Z" });
  const late = aCard("late", { at: "2026-06-01T00:00:00Z", more: 3 });
  const loose = aCard("loose", { at: "2026-06-02T00:00:00Z" });
  const then: Lineage = { focus: "early", cards: [early], folds: [], flows: [] };
  const now: Lineage = { focus: "early", cards: [early, late, loose], folds: [aFold("f")], flows: [aFlow("early", "late"), aFlow("f", "loose")] };

  it("shows what came later in its place and holds nothing behind it; what hung on a fold alone is left out", () => {
    const { lineage, later } = withLater(then, now, Date.parse("2026-03-01T00:00:00Z"));
    expect([...later]).toEqual(["late"]);
    expect(lineage.cards).toEqual([early, { ...late, more: 0 }]);
    expect(lineage.flows).toEqual([aFlow("early", "late")]);
  });

  it("adds nothing that was there already then", () => {
    expect(withLater(then, now, Date.parse("2026-07-01T00:00:00Z")).later.size).toBe(0);
  });
});

describe("what the URL asks", () => {
  it("leaves out kinds of which every family is hidden, and only those", () => {
    expect(kindsAsked([])).toBeNull();
    expect(kindsAsked(["base"])).toBeNull();
    expect(kindsAsked(["artifact"])).not.toContain("ARTIFACT_VERSION");
    expect(kindsAsked(["run"])).toEqual(expect.arrayContaining(["COMMIT"]));
    expect(kindsAsked(["run"])).not.toContain("RUN");
  });

  it("asks for deployments apart from other runs where only one of both is shown", () => {
    const asked = (...kinds: Family[]) => focusVariables(nodeUrl("x", { kinds })).view.services;
    expect([asked(), asked("run"), asked("deployment"), asked("run", "deployment")]).toEqual([null, true, false, null]);
  });

  it("keeps to what the service takes", () => {
    const url = nodeUrl("x", { up: 200, open: Array.from({ length: 150 }, (_, n) => `f${n}`), asof: "2026-01-01" });
    expect(focusVariables(url).view).toMatchObject({ up: 100, down: 5, asOf: "2026-01-01" });
    expect(focusVariables(url).view.open).toHaveLength(100);
    expect(focusVariables(url, true).view.asOf).toBeNull();
  });
});

describe("Escape", () => {
  it("backs out one layer after the other", () => {
    const url = nodeUrl("x", { path: "p", impact: "i", sel: "s", asof: "2026-01-01" });
    const layers: string[][] = [];
    for (let here: ReturnType<typeof backedOut> = url; here; here = backedOut(here)) {
      layers.push([here.path, here.impact, here.sel, here.asof].filter(Boolean));
    }
    expect(layers.map((each) => each.length)).toEqual([4, 3, 2, 1, 0]);
  });
});
