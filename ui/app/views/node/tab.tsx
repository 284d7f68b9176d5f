import type { Go } from "../../url/history";
import type { NodeUrl, View } from "../../url/state";
import { Compare } from "../compare/compare";
import { EventList } from "../events/event-list";
import { LineageView } from "../lineage/lineage-view";
import { Facts } from "./facts";
import { Models } from "./models";
import type { Head } from "./questions";
import { RunsOf } from "./runs-of";
import { Versions } from "./versions";

/** The chosen view of a node. */
export function Tab({ view, node, url, go }: { view: View; node: Head; url: NodeUrl; go: Go }) {
  const select = (sel: string): void => go({ ...url, sel }, { replace: true });
  switch (view) {
    case "lineage":
      return <LineageView node={node} url={url} go={go} />;
    case "facts":
      return <Facts node={node} />;
    case "versions":
      return <Versions node={node} asof={url.asof} sel={url.sel} select={select} />;
    case "runs":
      return <RunsOf node={node} />;
    case "events":
      return (
        <div class="page">
          <h2 class="hidden">Events</h2>
          <section class="panel" aria-label="Events that speak of this">
            <EventList wanted={{ touching: node.id, since: null, until: null }} sel={url.sel} select={select} />
          </section>
        </div>
      );
    case "models":
      return <Models node={node} asof={url.asof} />;
    case "compare":
      return <Compare node={node} url={url} go={go} />;
  }
}
