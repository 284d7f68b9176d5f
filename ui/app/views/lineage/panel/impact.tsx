import { Users } from "lucide";

import { counted, count } from "../../../parts/format";
import { Icon } from "../../../parts/icon";
import { Partial, Skeleton, Trouble } from "../../../parts/states";
import { encode } from "../../../url/codec";
import type { PanelProps } from "./panel";
import { Nodes, NodeRow, Section } from "./rows";

/** What a deletion would hit, in the order in which people have to act. */
export function ImpactPanel({ url, lineage, state }: PanelProps) {
  const { impact } = state;
  const [failure] = impact.failures;
  const root = lineage.cards.find(({ id }) => id === url.impact);
  const answer = impact.data?.impact;
  const stop = <a class="button" href={encode({ ...url, impact: "" })}>End (Esc)</a>;
  if (!answer) {
    return (
      <>
        <h2>If you delete</h2>
        {failure ? <Trouble failure={failure} again={impact.again} /> : <Skeleton lines={8} what="Asking what depends on it" />}
        {stop}
      </>
    );
  }
  const { servingNow, modelsToRetrain, copies, owners, total, subgraph } = answer;
  const drawn = lineage.cards.filter(({ id }) => state.emphasis?.lit.has(id) && !subgraph.roots.includes(id)).length;
  return (
    <>
      <Partial failures={impact.failures} again={impact.again} />
      <h2>If you delete</h2>
      <ul class="node-rows">{root ? <NodeRow card={root} url={url} /> : <li class="node-row"><span class="name">{url.impact}</span></li>}</ul>
      <p class="toll">
        <b class="num">{count(total)}</b>
        <span>
          {total === 1 ? "node loses" : "nodes lose"} a source,
          <br />
          {counted(servingNow.length, "of them serves traffic", "of them serve traffic")}
        </span>
      </p>
      <Nodes title="Serving now" of={servingNow} url={url} none="Nothing that serves was made from it." note={(card) => card.detail} />
      <Nodes title="Models to retrain" of={modelsToRetrain} url={url} none="No model was trained on it." />
      <Nodes title="Copies that stay" of={copies} url={url} none="No copy of its bytes is known." />
      <Section title="People to tell" total={owners.length}>
        {owners.length === 0 ? <p class="quiet">Nobody is named as owner of what it reaches.</p> : (
          <ul class="node-rows">{owners.map((owner) => <li key={owner} class="node-row"><Icon of={Users} /> <span class="name">{owner}</span></li>)}</ul>
        )}
      </Section>
      <Section title="What can't be seen" total={subgraph.completeness.gaps.length}>
        <p class="note">
          {subgraph.completeness.sentence} {count(drawn)} of {count(total)} are drawn{drawn < total ? "; the rest is in folds, or up the other branches" : ""}.
        </p>
        {subgraph.completeness.gaps.length > 0 && <ul class="gap-list">{subgraph.completeness.gaps.map(({ kind, sentence }) => <li key={kind}>{sentence}</li>)}</ul>}
      </Section>
      <p class="buttons">
        {url.mode === "outline" ? null : <a class="button" href={encode({ ...url, mode: "outline" })}>All {count(total)} as a list</a>}
        {stop}
      </p>
    </>
  );
}

