/** One icon a family, as drawing instructions: for the page and for exported pictures alike. */
import { Box, CirclePlay, Database, FileChartColumn, Flag, GitCommitHorizontal, Layers, Plus, RadioTower } from "lucide";
import type { IconNode } from "lucide";
import type { Card, CardFamily } from "./lineage";

const ICONS: Readonly<Record<CardFamily, IconNode>> = {
  data: Layers,
  run: CirclePlay,
  base: Flag,
  model: Box,
  artifact: FileChartColumn,
  deployment: RadioTower,
  code: GitCommitHorizontal,
};

export const FOLD_ICON: IconNode = Plus;

/** A dataset as such has another icon than one of its versions. */
export const iconOf = ({ kind, family }: Pick<Card, "kind" | "family">): IconNode =>
  kind === "DATASET" ? Database : ICONS[family];

export const familyIcon = (family: CardFamily): IconNode => ICONS[family];
