import type { Asked } from "../../../api/use-question";
import type { Card } from "../../../graph/lineage";
import { counted, count } from "../../../parts/format";
import { Icon } from "../../../parts/icon";
import { Awaited, Partial } from "../../../parts/states";
import { encode } from "../../../url/codec";
import type { NodeUrl } from "../../../url/state";
import type { ImpactAnswer } from "../questions";
import { Nodes, NodeRow, Section } from "./rows";

interface ImpactProps {
  readonly url: NodeUrl;
  readonly impact: Asked<{ readonly impact: ImpactAnswer }>;
  /** The card of what would be deleted, where there is one, and else its name. */
  readonly root: Card | string;
  /** How many of what is hit are in the picture, and where the others are. */
  readonly drawn: number;
  readonly elsewhere: string;
}

/** What a deletion would hit, in the order in which people have to act. */
export function ImpactPanel({ url, impact, root, drawn, elsewhere }: ImpactProps) {
  const answer = impact.data?.impact;
  const stop = <a class="button" href={encode({ ...url, impact: "" })}>End (Esc)</a>;
  if (!answer) {
    return (
      <>
        <h2>If you delete</h2>
        <Awaited asked={impact} lines={8} what="Asking what depends on it" />
        {stop}
      </>
    );
  }
  const { servingNow, modelsToRetrain, copies, owners, total, subgraph } = answer;
  return (
    <>
      <Partial failures={impact.failures} again={impact.again} />
      <h2>If you delete</h2>
      <ul class="node-rows">{typeof root === "string" ? <li class="node-row"><span class="name">{root}</span></li> : <NodeRow card={root} url={url} />}</ul>
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
          <ul class="node-rows">{owners.map((owner) => <li key={owner} class="node-row"><Icon of="users" /> <span class="name">{owner}</span></li>)}</ul>
        )}
      </Section>
      <Section title="What can't be seen" total={subgraph.completeness.gaps.length}>
        <p class="note">
          {subgraph.completeness.sentence} {count(drawn)} of {count(total)} are drawn{drawn < total ? `; the rest is ${elsewhere}` : ""}.
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

