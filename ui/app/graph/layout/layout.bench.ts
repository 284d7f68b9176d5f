/** `npx vitest bench`: a focus view of 60 cards has to be laid out within one frame, 16 ms. */
import { bench, describe } from "vitest";
import { layout } from "./index";
import { retrained, story } from "./story.fixture";

describe("layout", () => {
  const tale = story();
  const sixty = retrained(60);
  const many = retrained(300);
  bench("the story, 46 cards", () => void layout(tale.nodes, tale.links));
  bench("60 cards with hubs", () => void layout(sixty.nodes, sixty.links));
  bench("300 cards with hubs", () => void layout(many.nodes, many.links));
});
