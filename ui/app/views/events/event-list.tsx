import { ChevronRight } from "lucide";

import { ask } from "../../api/client";
import type { FragmentOf, ResultOf } from "../../api/document";
import { useQuestion } from "../../api/use-question";
import { shortened, unescaped } from "../../parts/format";
import { Icon } from "../../parts/icon";
import { Hash } from "../../parts/copy";
import { Json } from "../../parts/json";
import { usePages } from "../../parts/pages";
import { Answered, Empty } from "../../parts/states";
import { Moment, Nothing } from "../../parts/time";
import { encode } from "../../url/codec";
import { nodeUrl } from "../../url/state";
import { events, rawEvents, type eventLine } from "./questions";

const PAGE = 50;

type Page = ResultOf<typeof events>["events"];
export type EventLine = FragmentOf<typeof eventLine>;
type Line = EventLine & { readonly before: string | null };

type Props = {
  /** Only events that speak of this node; null for all. */
  touching: string | null;
  /** Position of the event that is open; empty for none. */
  sel: string;
  select: (seq: string) => void;
  /** Milliseconds between looks; 0 for one look. */
  every?: number;
};

/** Events of the log, the newest first; one can be opened to see what was sent. */
export function EventList({ touching, sel, select, every = 0 }: Props) {
  const asked = useQuestion(events, { touching, first: PAGE, after: null }, { every });
  return (
    <Answered asked={asked} lines={10}>
      {(data) => <Pages first={data.events} touching={touching} sel={sel} select={select} />}
    </Answered>
  );
}

function Pages({ first, touching, sel, select }: Omit<Props, "every"> & { first: Page }) {
  const next = (after: string | null) => ask(events, { touching, first: PAGE, after });
  const { pages, foot } = usePages(first, next, (data: ResultOf<typeof events>) => data.events);
  const lines = withBefore(pages);
  if (lines.length === 0) return <Empty title="No event." />;
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label="Events">
        <table class="events">
          <caption class="hidden">Events, the newest first</caption>
          <thead>
            <tr>
              <th scope="col">Position</th>
              <th scope="col">Type</th>
              <th scope="col">Happened</th>
              <th scope="col">Job</th>
              <th scope="col">Producer</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <Row key={line.seq} line={line} touching={touching} open={sel === String(line.seq)} select={select} />
            ))}
          </tbody>
        </table>
      </div>
      {foot}
    </>
  );
}

function Row({ line, touching, open, select }: { line: Line; touching: string | null; open: boolean; select: (seq: string) => void }) {
  return (
    <>
      <tr data-open={open}>
        <th scope="row">
          <button type="button" class="opener num" aria-expanded={open} onClick={() => select(open ? "" : String(line.seq))}>
            <Icon of={ChevronRight} /> {line.seq}
          </button>
        </th>
        <td>{line.eventType ? <span class="chip" data-type={line.eventType}>{line.eventType}</span> : <span class="quiet">no run</span>}</td>
        <td class="num">
          <Moment at={line.eventTime} />
        </td>
        <td>
          <Subject line={line} />
        </td>
        <td class="quiet cut" title={line.producer}>
          {line.producer}
        </td>
      </tr>
      {open && (
        <tr class="opened">
          <td colSpan={5}>
            <Opened line={line} touching={touching} />
          </td>
        </tr>
      )}
    </>
  );
}

/** Which run and job it speaks of, by their names in the uids. */
function Subject({ line }: { line: EventLine }) {
  if (!line.job && !line.run) return <Nothing said="no job" />;
  return (
    <>
      {line.job && <a href={encode(nodeUrl(line.job, { view: "facts" }))}>{lastPart(line.job)}</a>}{" "}
      {line.run && (
        <a class="quiet" href={encode(nodeUrl(line.run, { view: "facts" }))}>
          <code>{shortened(lastPart(line.run))}</code>
        </a>
      )}
    </>
  );
}

const lastPart = (uid: string): string => unescaped(uid.slice(uid.lastIndexOf("/") + 1));

function Opened({ line, touching }: { line: Line; touching: string | null }) {
  // Without a line before it this was the newest; a few may have come since.
  const asked = useQuestion(rawEvents, { touching, first: line.before ? 1 : 5, after: line.before });
  return (
    <div class="raw">
      <dl class="facts">
        <dt>Key</dt>
        <dd>
          <Hash algorithm="sha256" value={line.key} />
        </dd>
        <dt>Received</dt>
        <dd>
          <Moment at={line.receivedAt} />
        </dd>
        <dt>Sent with</dt>
        <dd>{line.sender ? <>key {line.sender}</> : "no key"}</dd>
        <dt>Producer</dt>
        <dd class="wrap">{line.producer}</dd>
      </dl>
      <Answered asked={asked}>
        {(data) => {
          const found = data.events.edges.find((edge) => edge.node.seq === line.seq);
          return found ? <Json of={found.node.raw} name={`event-${line.seq}.json`} what={`event ${line.seq}`} /> : <Empty title="The log went on: open this list anew." />;
        }}
      </Answered>
    </div>
  );
}

/** The lines of pages, each with the cursor of the line before it; each event once. */
function withBefore(pages: readonly Page[]): Line[] {
  const edges = pages.flatMap((page) => page.edges);
  const lines = edges.map((edge, index) => ({ ...edge.node, before: edges[index - 1]?.cursor ?? null }));
  return [...new Map(lines.map((line) => [line.seq, line])).values()];
}
