/** The icons of the page, by their names in lucide (ISC). Their shapes come with the page's markup (icons.ts beside the build), not with its scripts. */
export const ICON_NAMES = [
  "arrow-down", "arrow-up", "box", "check", "chevron-right", "circle-alert", "circle-check", "circle-dashed", "circle-play", "circle-question-mark",
  "circle-slash", "circle-x", "copy", "crosshair", "database", "download", "file-chart-column", "file-text", "flag", "git-commit-horizontal", "git-compare",
  "hash", "layers", "list-tree", "loader-circle", "map", "maximize", "minus", "moon", "plus", "radio-tower", "route", "search", "square-terminal", "sun",
  "triangle-alert", "users", "workflow", "zap",
] as const;

export type IconName = (typeof ICON_NAMES)[number];
