import type { Lineage } from "../../../graph/lineage";
import type { Go } from "../../../url/history";
import type { NodeUrl } from "../../../url/state";
import type { FocusAnswer } from "../questions";
import type { useLineage } from "../use-lineage";
import { ImpactPanel } from "./impact";
import { PathPanel } from "./path";
import { SelectedPanel } from "./selected";

export interface PanelProps {
  readonly url: NodeUrl;
  readonly go: Go;
  readonly state: ReturnType<typeof useLineage>;
  readonly lineage: Lineage;
  readonly answer: FocusAnswer;
}

/** Beside the picture: what a deletion hits, how two nodes hang together, or what is known of the one selected. */
export function Panel(props: PanelProps) {
  const { url, lineage, state } = props;
  const hit = state.impact.data?.impact.subgraph;
  const title = url.path ? "Path" : url.impact ? "Impact" : "Selected";
  return (
    <aside class="beside" aria-label={title}>
      {url.path ? (
        <PathPanel {...props} />
      ) : url.impact ? (
        <ImpactPanel
          url={url}
          impact={state.impact}
          root={lineage.cards.find(({ id }) => id === url.impact) ?? url.impact}
          drawn={lineage.cards.filter(({ id }) => state.emphasis?.lit.has(id) && !hit?.roots.includes(id)).length}
          elsewhere="in folds, or up the other branches"
        />
      ) : (
        <SelectedPanel {...props} />
      )}
    </aside>
  );
}
