import {
  Box, CirclePlay, Database, FileChartColumn, Flag, GitCommitHorizontal, Hash, Layers, RadioTower, SquareTerminal, Workflow, type IconNode,
} from "lucide";

import type { Family, Kind } from "../url/state";

/** What a page shows of a kind: never colour alone, always an icon and a word. */
export type Look = {
  readonly word: string;
  readonly many: string;
  readonly family: Family;
  readonly icon: IconNode;
};

export const LOOKS: Readonly<Record<Kind, Look>> = {
  DATASET: { word: "Dataset", many: "Datasets", family: "data", icon: Database },
  DATASET_VERSION: { word: "Dataset version", many: "Dataset versions", family: "data", icon: Layers },
  MODEL: { word: "Model", many: "Models", family: "model", icon: Box },
  MODEL_VERSION: { word: "Model version", many: "Model versions", family: "model", icon: Box },
  ARTIFACT: { word: "Artifact", many: "Artifacts", family: "artifact", icon: FileChartColumn },
  ARTIFACT_VERSION: { word: "Artifact version", many: "Artifact versions", family: "artifact", icon: FileChartColumn },
  CONTENT: { word: "Content", many: "Contents", family: "run", icon: Hash },
  JOB: { word: "Job", many: "Jobs", family: "run", icon: Workflow },
  RUN: { word: "Run", many: "Runs", family: "run", icon: CirclePlay },
  COMMIT: { word: "Commit", many: "Commits", family: "run", icon: GitCommitHorizontal },
  ENVIRONMENT: { word: "Environment", many: "Environments", family: "run", icon: SquareTerminal },
};

const BASE: Look = { word: "Base checkpoint", many: "Base checkpoints", family: "base", icon: Flag };
const DEPLOYMENT: Look = { word: "Deployment", many: "Deployments", family: "deployment", icon: RadioTower };

/** How a node looks: base checkpoints and deployments are kinds of their own to people. */
export function lookOf(node: { readonly kind: Kind; readonly role?: string | null; readonly processingType?: string | null }): Look {
  if (node.role === "BASE") return BASE;
  if (node.kind === "RUN" && node.processingType === "SERVICE") return DEPLOYMENT;
  return LOOKS[node.kind];
}
