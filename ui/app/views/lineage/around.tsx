import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { askAhead } from "../../api/client";
import type { CardFamily } from "../../graph/lineage";
import { scene } from "../../graph/scene/scene";
import { count, counted } from "../../parts/format";
import { Awaited, Empty, Partial } from "../../parts/states";
import type { Go } from "../../url/history";
import { refocused, type NodeUrl } from "../../url/state";
import { familiesOf } from "./answer";
import { AsOf } from "./bits/as-of";
import { useCamera } from "./bits/camera";
import { Status } from "./bits/status";
import { Exports, Filters, Modes } from "./bits/toolbar";
import { exportsOf } from "./exports";
import { Stage } from "./focus/stage";
import { Outline } from "./outline";
import { Panel } from "./panel/panel";
import { focusQuestion, type FocusAnswer } from "./questions";
import { useLineage } from "./use-lineage";
import { focusVariables } from "./variables";

/** The lineage around one node: as a picture, or as its outline. */
export function Around({ url, go }: { url: NodeUrl; go: Go }) {
  const state = useLineage(url);
  const { asked, answer, lineage, later, emphasis } = state;
  const camera = useCamera();
  const [room, setRoom] = useState<{ width: number; height: number } | null>(null);
  const picture = useMemo(() => (lineage ? scene(lineage, room ?? undefined) : null), [lineage, room]);
  const times = useTimes(lineage);

  if (!answer || !lineage || !picture) {
    return <div class="lineage waiting"><Awaited asked={asked} lines={8} what="Loading the lineage" /></div>;
  }

  const open = (id: string, all: boolean): void => go({ ...url, open: [...url.open.filter((each) => each !== id && each !== `all:${id}`), all ? `all:${id}` : id] });
  const ahead = (id: string): void => {
    if (id !== answer.focus && lineage.cards.some((card) => card.id === id)) askAhead(focusQuestion, focusVariables(refocused(url, id)));
  };
  const exports = exportsOf({ url, answer, lineage, picture, emphasis, impact: state.impact.data?.impact ?? null });
  return (
    <div class={`lineage mode-${url.mode}`}>
      <div class="board">
        <div class="toolbar">
          <Filters counts={countsOf(answer)} url={url} go={go}>
            <button type="button" class="apart" aria-pressed={url.code} onClick={() => go({ ...url, code: !url.code })}>
              Code &amp; env <span>{url.code ? "as cards" : "on runs"}</span>
            </button>
          </Filters>
          <div class="tools">
            <Exports of={exports} />
            <Modes mode={url.mode} onMode={(mode) => go({ ...url, mode })} />
          </div>
        </div>
        <Partial failures={asked.failures} again={asked.again} />
        {url.mode === "focus" ? (
          <Stage
            picture={picture}
            camera={camera}
            emphasis={emphasis}
            later={later}
            selected={url.sel}
            totals={{ up: answer.upTotal, down: answer.downTotal }}
            onRoom={setRoom}
            onSelect={(id) => go({ ...url, sel: id === url.sel ? "" : id }, { replace: true })}
            onLikely={ahead}
            onRefocus={(id) => {
              ahead(id);
              go(refocused(url, id));
            }}
            onOpen={open}
            onFold={() => go({ ...url, open: url.open.slice(0, -1) })}
          />
        ) : (
          <Outline url={url} go={go} lineage={lineage} later={later} onOpen={open} />
        )}
        {answer.total <= 1 && url.mode === "focus" && (
          <div class="float alone"><Empty title="Nothing is known before or after it">No event says what made this or what used it.</Empty></div>
        )}
        <footer class="foot">
          <Status whole={answer.completeness}>
            <Shown answer={answer} drawn={lineage.cards.length - later.size} />
            {url.open.length > 0 && (
              <button type="button" class="link" onClick={() => go({ ...url, open: [] })}>
                fold {counted(url.open.length, "opened fold")} back
              </button>
            )}
          </Status>
          <AsOf asof={url.asof} times={times} onChange={(asof) => go({ ...url, asof }, { replace: true })} />
        </footer>
        <Announcer answer={answer} />
      </div>
      <Panel url={url} go={go} state={state} lineage={lineage} answer={answer} />
    </div>
  );
}

/** Counts for the filters: of everything, not only of what is drawn. Of base checkpoints only the drawn ones are known as such. */
function countsOf({ totalByKind, servicesTotal, cards }: FocusAnswer): ReadonlyMap<CardFamily, number> {
  const bases = cards.filter(({ node }) => "role" in node && node.role === "BASE").length;
  return new Map(familiesOf(totalByKind, servicesTotal, bases));
}

/** What is drawn of the whole; a path may have added to what was answered, and a hidden family may have taken from it. */
function Shown({ answer, drawn }: { answer: FocusAnswer; drawn: number }) {
  const { shown, total, folds, folded } = answer;
  const filtered = answer.filtered + Math.max(0, shown - drawn);
  return (
    <>
      <span><b>{count(drawn)} of {count(total)}</b> nodes shown</span>
      {folded > 0 && <span>{folds.length > 0 ? `${counted(folds.length, "fold")} and badges hold` : "badges hold"} {count(folded)}</span>}
      {filtered > 0 && <span>{count(filtered)} filtered out</span>}
    </>
  );
}

/** Instants of all that was ever shown of this lineage, so that the slider's ends stay while it slides. */
function useTimes(lineage: { readonly focus: string; readonly cards: readonly { readonly at: string | null }[] } | null): readonly number[] {
  const kept = useRef<readonly number[]>([]);
  return useMemo(() => {
    const times = lineage?.cards.flatMap(({ at }) => (at ? [Date.parse(at)] : [])) ?? [];
    if (times.length >= kept.current.length) kept.current = times;
    return kept.current;
  }, [lineage]);
}

/** Tells screen readers what a change of the picture changed. */
function Announcer({ answer }: { answer: FocusAnswer }) {
  const [said, say] = useState("");
  useEffect(() => say(`${count(answer.shown)} of ${count(answer.total)} nodes shown. ${answer.completeness.sentence}`), [answer]);
  return <p class="hidden" role="status">{said}</p>;
}
