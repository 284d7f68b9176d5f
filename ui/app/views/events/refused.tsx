import { useState } from "preact/hooks";

import { change } from "../../api/client";
import type { ResultOf } from "../../api/document";
import { useQuestion } from "../../api/use-question";
import { bytes, counted } from "../../parts/format";
import { Icon } from "../../parts/icon";
import { Json } from "../../parts/json";
import { Lines } from "../../parts/copy";
import { usePages } from "../../parts/pages";
import { Answered, Empty } from "../../parts/states";
import { Ago } from "../../parts/time";
import { rejected, replay } from "./questions";

const PAGE = 50;
/** Characters of a refused body that are shown. */
const MOST = 50_000;

type Page = ResultOf<typeof rejected>["rejected"];
type Line = Page["edges"][number]["node"];

/** Events that were refused: why, what they are, and offering them again. */
export function Refused({ sel, select }: { sel: string; select: (id: string) => void }) {
  const asked = useQuestion(rejected, { first: PAGE, after: null });
  return (
    <Answered asked={asked} lines={6}>
      {(data) => <Pages first={data.rejected} sel={sel} select={select} again={asked.again} />}
    </Answered>
  );
}

function Pages({ first, sel, select, again }: { first: Page; sel: string; select: (id: string) => void; again: () => void }) {
  const [said, setSaid] = useState("");
  const { nodes: lines, foot, reset } = usePages(first, rejected, { first: PAGE, after: null }, (data) => data.rejected);
  const offer = (ids: string[]): void => {
    setSaid("Offering again …");
    void change(replay, { ids }).then(({ data, failures }) => {
      setSaid(outcome(data?.replayRejected, failures[0]?.message));
      reset();
      again();
    });
  };
  const status = <p role="status">{said}</p>;
  if (lines.length === 0) {
    return (
      <>
        {status}
        <Empty title="Nothing was refused." />
      </>
    );
  }
  return (
    <>
      <div class="row">
        <p class="quiet">
          What these say is not in the graph. After a limit was raised, or a newer whence was started, they may be accepted: whoever
          offers them again needs the scope admin, where keys are asked for.
        </p>
        <button type="button" class="button end" onClick={() => offer(lines.map((line) => line.id))}>
          Offer all {lines.length} again
        </button>
      </div>
      {status}
      <ul class="refused">
        {lines.map((line) => (
          <Row key={line.id} line={line} open={sel === line.id} select={select} offer={offer} />
        ))}
      </ul>
      {foot}
    </>
  );
}

function outcome(result: ResultOf<typeof replay>["replayRejected"] | undefined, failure: string | undefined): string {
  if (!result) return failure ?? "Nothing came back.";
  const refused = result.failures.length;
  const accepted = `${counted(result.accepted + result.duplicates, "event")} accepted`;
  return refused === 0 ? `${accepted}.` : `${accepted}, ${counted(refused, "event")} refused again: ${result.failures[0]?.reason ?? ""}`;
}

function Row({ line, open, select, offer }: { line: Line; open: boolean; select: (id: string) => void; offer: (ids: string[]) => void }) {
  return (
    <li>
      <div class="row">
        <button type="button" class="opener" aria-expanded={open} onClick={() => select(open ? "" : line.id)}>
          <Icon of="chevron-right" />
          <span class="grow wrap">{line.reason}</span>
        </button>
        <span class="chip danger">{line.code}</span>
        {line.retriable && <span class="chip">the fault was not in it</span>}
        <span class="quiet">{line.sender ? `key ${line.sender}` : ""}</span>
        <span class="quiet num when">
          <Ago at={line.receivedAt} />
        </span>
        <button type="button" class="button small" onClick={() => offer([line.id])}>
          Offer again
        </button>
      </div>
      {open && <Body line={line} />}
    </li>
  );
}

/** What was received: as JSON where it is some, else as the text or base64 that it is. */
function Body({ line }: { line: Line }) {
  if (line.rawEncoding === "utf-8" && line.raw.length <= MOST) {
    try {
      return <Json of={JSON.parse(line.raw) as unknown} name={`refused-${line.id}.json`} what={`refused event ${line.id}`} />;
    } catch {
      // No JSON: that is mostly why it was refused.
    }
  }
  const cut = line.raw.length > MOST ? `, ${bytes(MOST)} of ${bytes(line.raw.length)} shown` : "";
  return (
    <>
      <p class="quiet">{line.rawEncoding === "base64" ? `No UTF-8, shown in base64${cut}:` : `As it came${cut}:`}</p>
      <Lines text={line.raw.slice(0, MOST)} what={`refused event ${line.id}`} />
    </>
  );
}
