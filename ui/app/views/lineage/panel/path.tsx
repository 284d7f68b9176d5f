import { Fragment } from "preact";

import { Awaited, Partial } from "../../../parts/states";
import { spoken } from "../../../parts/format";
import { encode } from "../../../url/codec";
import { eventsUrl } from "../../../url/state";
import { cardOf } from "../answer";
import type { PanelProps } from "./panel";
import { NodeRow, Section } from "./rows";

/** How two nodes hang together: every step, and the events that prove it. */
export function PathPanel({ url, state, lineage }: PanelProps) {
  const { path, way } = state;
  const end = <a class="button" href={encode({ ...url, path: "" })}>End (Esc)</a>;
  if (!path.data) {
    return (
      <>
        <h2>Path</h2>
        <Awaited asked={path} what="Looking for a path" />
        {end}
      </>
    );
  }
  if (!way) {
    const { completeness } = path.data.back;
    const other = lineage.cards.find(({ id }) => id === url.path);
    return (
      <>
        <Partial failures={path.failures} again={path.again} />
        <h2>Path</h2>
        <p>Neither came from the other{other ? `: nothing leads from ${other.title} to the focus, or back` : ""}.</p>
        <p class="note">{completeness.sentence}</p>
        {end}
      </>
    );
  }
  const now = Date.now();
  return (
    <>
      <Partial failures={path.failures} again={path.again} />
      <Section title="Path" total={way.edges.length}>
        <ol class="node-rows path">
          {way.nodes.map((node, place) => {
            const edge = way.edges[place - 1];
            return (
              <Fragment key={node.id}>
                {edge && <li class="hop">{[spoken(edge.type), edge.role && spoken(edge.role), edge.evidence !== "RECORDED" && spoken(edge.evidence)].filter(Boolean).join(" · ")}</li>}
                <NodeRow card={cardOf(node, now)} url={url} />
              </Fragment>
            );
          })}
        </ol>
      </Section>
      <Section title="Proof" total={way.events.length}>
        <p class="proof">
          {way.events.length === 0 ? "No event is cited." : way.events.map(({ seq }) => <a key={seq} href={encode(eventsUrl({ sel: String(seq) }))}>event {seq}</a>)}
        </p>
      </Section>
      {end}
    </>
  );
}
