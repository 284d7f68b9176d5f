import { describe, expect, it } from "vitest";

import { aCard, aFlow, aFold, storyLineage } from "../../../graph/lineage.fixture";
import { scene } from "../../../graph/scene/scene";
import { neighbour, type Direction } from "./walk";
import { nameOf } from "./words";

const picture = scene(storyLineage());

describe("arrow keys", () => {
  it("walk along flows to the sides", () => {
    const upstream = picture.strands.filter(({ flow }) => flow.to === "learn").map(({ flow }) => flow.from);
    expect(upstream).toContain(neighbour(picture, "learn", "left"));
    expect(neighbour(picture, "learn", "right")).toBe("model");
    expect(neighbour(picture, "tickets", "left")).toBeNull();
  });

  it("walk within a column up and down, and back", () => {
    const below = neighbour(picture, "evaluate", "down")!;
    expect(neighbour(picture, below, "up")).toBe("evaluate");
    const box = (id: string) => picture.items.find((item) => item.id === id)!.box;
    expect(box(below).x).toBe(box("evaluate").x);
  });

  it("reach every card and fold from the focus", () => {
    const reached = new Set([picture.focus]);
    for (const id of reached) {
      for (const direction of ["left", "right", "up", "down"] as Direction[]) {
        const next = neighbour(picture, id, direction);
        if (next) reached.add(next);
      }
    }
    expect([...reached].sort()).toEqual(picture.items.map(({ id }) => id).sort());
  });

  it("find the focus again from what is no longer there", () => {
    expect(neighbour(picture, "gone", "left")).toBe(picture.focus);
  });
});

describe("accessible names", () => {
  it("say what a card is and how it is linked", () => {
    const small = scene({
      focus: "d",
      cards: [aCard("d", { title: "support-train", version: "v12", warnings: ["its digests contradict each other"], more: 2 }), aCard("r", { family: "run", word: "Run", title: "train", version: "", state: "FAIL" })],
      folds: [aFold("f")],
      flows: [aFlow("d", "r"), aFlow("f", "d")],
    });
    const flows = small.strands.map(({ flow }) => flow);
    const names = small.items.map((item) => nameOf(item, flows));
    expect(names[0]).toBe("Dataset version support-train v12, 2 more folded behind it, 1 input, 1 output, its digests contradict each other");
    expect(names[1]).toBe("Run train, failed, 1 input, 0 outputs");
    expect(names[2]).toBe("Folded: 7 steps, 3 run, 4 data");
    expect(nameOf(small.items[1]!, flows, true)).toContain("later than the instant shown");
  });
});
