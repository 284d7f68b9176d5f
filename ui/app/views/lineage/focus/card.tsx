import type { IconName } from "../../../graph/icon-names";
import { useMemo } from "preact/hooks";

import { iconOf } from "../../../graph/icons";
import type { Card } from "../../../graph/lineage";
import type { CardItem, FoldItem, Item } from "../../../graph/scene/scene";
import { Icon } from "../../../parts/icon";
import { stateWord } from "./words";

/** What a card has to know besides itself. */
export interface Place {
  readonly item: Item;
  readonly name: string;
  readonly current: boolean;
  readonly selected: boolean;
  readonly mood: "" | "hit" | "dim" | "lit" | "later";
  readonly root: boolean;
}

const RUN_ICONS: Readonly<Partial<Record<NonNullable<Card["state"]>, IconName>>> = {
  RUNNING: "loader-circle",
  FAIL: "circle-x",
  ABORT: "circle-slash",
  UNKNOWN: "circle-question-mark",
};

/** A card or a pill of the picture; one item of the tree. Most keep as they are when something else changes. */
export function Piece({ item, name, current, selected, mood, root }: Place) {
  return useMemo(() => {
    const { x, y, width, height } = item.box;
    const kind = item.what === "fold" ? "fold" : `is-${item.card.family}${item.focus ? " focus" : ""}${item.card.origin ? " origin" : ""}`;
    return (
      <div
        class={["piece", kind, mood, selected ? "selected" : "", root ? "root" : ""].filter(Boolean).join(" ")}
        style={{ transform: `translate(${x}px, ${y}px)`, width: `${width}px`, height: `${height}px` }}
        role="treeitem"
        aria-label={name}
        aria-selected={selected}
        {...(item.what === "fold" || item.card.more > 0 ? { "aria-expanded": false } : {})}
        tabIndex={current ? 0 : -1}
        data-id={item.id}
        title={item.what === "card" ? [item.card.word, item.card.name, item.card.version].filter(Boolean).join(" · ") : item.fold.title}
      >
        {item.what === "fold" ? <Pill item={item} /> : item.card.family === "run" ? <Run item={item} /> : <Thing item={item} />}
      </div>
    );
  }, [item, name, current, selected, mood, root]);
}

function Thing({ item: { card } }: { item: CardItem }) {
  return (
    <>
      <span class="tile"><Icon of={iconOf(card)} /></span>
      <span class="text">
        <b>{card.title}</b>{" "}
        <small>
          {card.version && <span class="mono">{card.version}</span>}
          {card.version && card.detail && " · "}
          {card.detail}
          {card.standsFor > 1 && ` · all ${card.standsFor}`}
        </small>
      </span>{" "}
      <Marks card={card} />
    </>
  );
}

function Run({ item: { card } }: { item: CardItem }) {
  const state = card.state && card.state !== "COMPLETE" ? stateWord(card.state) : "";
  return (
    <>
      <span class="text">
        <b class={`run-title state-${(card.state ?? "unknown").toLowerCase()}`}>
          <Icon of={(card.state && RUN_ICONS[card.state]) ?? iconOf(card)} /> <span>{card.title}</span>
        </b>{" "}
        <small>
          {[state, card.detail].filter(Boolean).join(" · ")}
          {card.commit && <span class="mono commit"><Icon of="git-commit-horizontal" /> {card.commit}</span>}
        </small>
      </span>{" "}
      <Marks card={card} />
    </>
  );
}

function Marks({ card }: { card: Card }) {
  return (
    <>
      {card.warnings.length > 0 && <span class="warning" title={card.warnings.join("; ")}><Icon of="triangle-alert" /></span>}
      {card.serving && <i class="live" title="Serving now" />}
      {card.family === "deployment" && !card.serving && <span class="over" title="No longer serving"><Icon of="circle-dashed" /></span>}
      {card.more > 0 && <em data-more={card.id} title={`${card.more} more: click to show`}>+{card.more}</em>}
    </>
  );
}

function Pill({ item: { fold } }: { item: FoldItem }) {
  return (
    <>
      <Icon of="plus" />
      <span class="text">
        <b>{fold.title}</b>
        <Mix of={fold.families} />
      </span>
    </>
  );
}

/** A bar of what something consists of. */
export function Mix({ of: parts }: { of: readonly (readonly [string, number])[] }) {
  return (
    <span class="mix" aria-hidden="true">
      {parts.map(([family, count]) => <i key={family} class={`is-${family}`} style={{ flexGrow: String(count) }} />)}
    </span>
  );
}
