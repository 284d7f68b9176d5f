import type { ComponentChildren } from "preact";

import type { Brief } from "../../../api/brief";
import { iconOf } from "../../../graph/icons";
import type { Card } from "../../../graph/lineage";
import { count } from "../../../parts/format";
import { Icon } from "../../../parts/icon";
import { encode } from "../../../url/codec";
import type { NodeUrl } from "../../../url/state";
import { cardOf } from "../answer";

/** A line of the panel: a link that selects the node in the picture. */
export function NodeRow({ card, url, note }: { card: Card; url: NodeUrl; note?: string }) {
  return (
    <li class="node-row">
      <a href={encode({ ...url, sel: card.id })} title={`${card.word} · ${card.name}`}>
        <span class={`tile is-${card.family}`}><Icon of={iconOf(card)} /></span>
        <span class="name">{card.title}</span>
        <small>{note ?? card.version}</small>
      </a>
    </li>
  );
}

/** A heading with a count, and the first of what it counts. */
export function Section({ title, total, children }: { title: string; total?: number | undefined; children: ComponentChildren }) {
  return (
    <section>
      <h2>
        {title} {total !== undefined && <span class="num">{count(total)}</span>}
      </h2>
      {children}
    </section>
  );
}

const FIRST = 8;

/** A section of nodes: the first few, and how many there are beside; `none` says what it means that there are none. */
export function Nodes({ title, of: nodes, url, none, note }: {
  title: string;
  of: readonly Brief[];
  url: NodeUrl;
  none: string;
  note?: (card: Card) => string;
}) {
  const cards = nodes.map((node) => cardOf(node, Date.now()));
  return <Cards title={title} of={cards} url={url} none={none} {...(note ? { note } : {})} />;
}

export function Cards({ title, of: cards, url, none, note }: {
  title: string;
  of: readonly Card[];
  url: NodeUrl;
  none?: string;
  note?: (card: Card) => string;
}) {
  if (cards.length === 0 && none === undefined) return null;
  return (
    <Section title={title} total={cards.length}>
      {cards.length === 0 ? <p class="quiet">{none}</p> : (
        <ul class="node-rows">
          {cards.slice(0, FIRST).map((card) => <NodeRow key={card.id} card={card} url={url} {...(note ? { note: note(card) } : {})} />)}
        </ul>
      )}
      {cards.length > FIRST && (
        <details class="more">
          <summary>{count(cards.length - FIRST)} more</summary>
          <ul class="node-rows">{cards.slice(FIRST).map((card) => <NodeRow key={card.id} card={card} url={url} {...(note ? { note: note(card) } : {})} />)}</ul>
        </details>
      )}
    </Section>
  );
}
