import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { without } from "./filter";
import { aCard, aFlow, anyLineage, storyLineage } from "./lineage.fixture";
import { reach, through } from "./lineage";

describe("hiding families", () => {
  it("keeps what is left connected as it was", () => {
    fc.assert(
      fc.property(anyLineage, (lineage) => {
        const known = new Set(lineage.cards.map(({ id }) => id));
        const flows = lineage.flows.filter(({ from, to }) => known.has(from) && known.has(to));
        const left = without({ ...lineage, flows }, ["run", "artifact"]);
        const stays = new Set(left.cards.map(({ id }) => id));
        for (const { id } of left.cards) {
          const before = [...reach(flows, id, true)].filter((other) => stays.has(other)).sort();
          const after = [...reach(left.flows, id, true)].filter((other) => stays.has(other)).sort();
          expect(after).toEqual(before);
        }
      }),
    );
  });

  it("leaves the focus, and the lineage itself when nothing is hidden", () => {
    const lineage = storyLineage();
    expect(without(lineage, [])).toBe(lineage);
    expect(without(lineage, ["model"]).cards.filter(({ family }) => family === "model").map(({ id }) => id)).toEqual(["model"]);
  });

  it("shows a way through a hidden run as weak as its weakest part", () => {
    const lineage = {
      focus: "a",
      cards: [aCard("a"), aCard("r", { family: "run" as const }), aCard("b")],
      folds: [],
      flows: [aFlow("a", "r", { evidence: "INFERRED", roles: ["TRAIN"] }), aFlow("r", "b")],
    };
    expect(without(lineage, ["run"]).flows).toEqual([aFlow("a", "b", { evidence: "INFERRED", roles: ["TRAIN"] })]);
  });
});

describe("reach", () => {
  it("walks cycles once and goes both ways through a card", () => {
    const flows = [aFlow("a", "b"), aFlow("b", "c"), aFlow("c", "a"), aFlow("x", "y")];
    expect([...reach(flows, "b", true)].sort()).toEqual(["a", "b", "c"]);
    expect([...through([aFlow("a", "b"), aFlow("b", "c"), aFlow("a", "d")], "b")].sort()).toEqual(["a", "b", "c"]);
  });
});
