import type { IconName } from "../graph/icon-names";

import type { Family, Kind } from "../url/state";

/** What a page shows of a kind: never colour alone, always an icon and a word. */
export type Look = {
  readonly word: string;
  readonly many: string;
  readonly family: Family;
  readonly icon: IconName;
};

export const LOOKS: Readonly<Record<Kind, Look>> = {
  DATASET: { word: "Dataset", many: "Datasets", family: "data", icon: "database" },
  DATASET_VERSION: { word: "Dataset version", many: "Dataset versions", family: "data", icon: "layers" },
  MODEL: { word: "Model", many: "Models", family: "model", icon: "box" },
  MODEL_VERSION: { word: "Model version", many: "Model versions", family: "model", icon: "box" },
  ARTIFACT: { word: "Artifact", many: "Artifacts", family: "artifact", icon: "file-chart-column" },
  ARTIFACT_VERSION: { word: "Artifact version", many: "Artifact versions", family: "artifact", icon: "file-chart-column" },
  CONTENT: { word: "Content", many: "Contents", family: "run", icon: "hash" },
  JOB: { word: "Job", many: "Jobs", family: "run", icon: "workflow" },
  RUN: { word: "Run", many: "Runs", family: "run", icon: "circle-play" },
  COMMIT: { word: "Commit", many: "Commits", family: "run", icon: "git-commit-horizontal" },
  ENVIRONMENT: { word: "Environment", many: "Environments", family: "run", icon: "square-terminal" },
};

const BASE: Look = { word: "Base checkpoint", many: "Base checkpoints", family: "base", icon: "flag" };
const DEPLOYMENT: Look = { word: "Deployment", many: "Deployments", family: "deployment", icon: "radio-tower" };

/** How a node looks: base checkpoints and deployments are kinds of their own to people. */
export function lookOf(node: { readonly kind: Kind; readonly role?: string | null; readonly processingType?: string | null }): Look {
  if (node.role === "BASE") return BASE;
  if (node.kind === "RUN" && node.processingType === "SERVICE") return DEPLOYMENT;
  return LOOKS[node.kind];
}
