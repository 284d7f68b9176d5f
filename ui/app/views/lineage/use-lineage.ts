import { useMemo } from "preact/hooks";

import { useQuestion } from "../../api/use-question";
import { without } from "../../graph/filter";
import type { Lineage } from "../../graph/lineage";
import type { Emphasis } from "../../graph/scene/emphasis";
import type { NodeUrl } from "../../url/state";
import { lineageOf, withLater, withPath } from "./answer";
import { focusQuestion, impactQuestion, membersQuestion, pathQuestion, type FocusAnswer, type ImpactAnswer, type PathAnswer } from "./questions";
import { focusVariables, impactVariables } from "./variables";

const NONE: ReadonlySet<string> = new Set();

export type Way = NonNullable<PathAnswer["back"]["path"]>;

/** Everything that the focus view and the outline show, from the URL and the service's answers. */
export function useLineage(url: NodeUrl) {
  const present = useQuestion(focusQuestion, focusVariables(url, true), { keep: true });
  const past = useQuestion(focusQuestion, url.asof ? focusVariables(url) : null, { keep: true });
  const impact = useQuestion(impactQuestion, url.impact ? impactVariables(url.impact, url) : null);
  const members = useQuestion(membersQuestion, url.impact && url.mode === "focus" ? focusVariables(url) : null);
  const path = useQuestion(pathQuestion, url.path ? { a: url.id, b: url.path, asOf: url.asof || null } : null);
  const asked = url.asof ? past : present;
  const answer = asked.data?.focus ?? null;
  const way = path.data ? (path.data.back.path ?? path.data.forth.path) : null;

  const { lineage, later } = useMemo(() => {
    if (!answer) return { lineage: null, later: NONE };
    return shownOf(answer, url.asof ? (present.data?.focus ?? null) : null, url, way);
  }, [answer, present.data, way, url.asof, url.kinds.join()]);

  const reached = impact.data?.impact ?? null;
  const emphasis = useMemo(() => (lineage ? emphasisOf(url, reached, members.data?.focus.folds ?? [], way) : null), [lineage, url.impact, url.path, reached, members.data, way]);
  return { asked, answer, lineage, later, emphasis, impact, path, way };
}

function shownOf(answer: FocusAnswer, present: FocusAnswer | null, url: NodeUrl, way: Way | null): { lineage: Lineage; later: ReadonlySet<string> } {
  const now = Date.now();
  const own = lineageOf(answer, now);
  const { lineage, later } = present ? withLater(own, lineageOf(present, now), Date.parse(url.asof)) : { lineage: own, later: NONE };
  return { lineage: without(way ? withPath(lineage, way, now) : lineage, url.kinds), later };
}

type Members = readonly { readonly id: string; readonly members: readonly string[] }[];

/** What is lit: the way between two nodes, or what a deletion hits: a fold when it holds any of that. */
function emphasisOf(url: NodeUrl, impact: ImpactAnswer | null, folds: Members, way: Way | null): Emphasis | null {
  if (way) return { lit: new Set(way.nodes.map(({ id }) => id)), danger: false, root: url.path };
  if (!url.impact || !impact) return null;
  const hit = new Set([url.impact, ...impact.subgraph.roots, ...impact.subgraph.nodes.map(({ id }) => id)]);
  const holding = folds.filter(({ members }) => members.some((id) => hit.has(id)));
  return { lit: new Set([...hit, ...holding.map(({ id }) => id)]), danger: true, root: url.impact };
}
