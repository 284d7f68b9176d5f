import type { IconName } from "./icon-names";
/** One icon a family: for the page and for exported pictures alike. */
import type { Card, CardFamily } from "./lineage";

const ICONS: Readonly<Record<CardFamily, IconName>> = {
  data: "layers",
  run: "circle-play",
  base: "flag",
  model: "box",
  artifact: "file-chart-column",
  deployment: "radio-tower",
  code: "git-commit-horizontal",
};

export const FOLD_ICON: IconName = "plus";

/** A dataset as such has another icon than one of its versions. */
export const iconOf = ({ kind, family }: Pick<Card, "kind" | "family">): IconName =>
  kind === "DATASET" ? "database" : ICONS[family];

export const familyIcon = (family: CardFamily): IconName => ICONS[family];
