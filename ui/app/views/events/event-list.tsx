import type { FragmentOf, ResultOf } from "../../api/document";
import { useQuestion } from "../../api/use-question";
import { shortened, unescaped } from "../../parts/format";
import { Icon } from "../../parts/icon";
import { Hash } from "../../parts/copy";
import { Fact } from "../../parts/fact";
import { Json } from "../../parts/json";
import { usePages } from "../../parts/pages";
import { Answered, Empty } from "../../parts/states";
import { Table } from "../../parts/table";
import { Moment, Nothing } from "../../parts/time";
import { unique } from "../../parts/unique";
import { encode } from "../../url/codec";
import { nodeUrl } from "../../url/state";
import { events, oneEvent, type eventLine } from "./questions";

const PAGE = 50;

type Page = ResultOf<typeof events>["events"];
export type EventLine = FragmentOf<typeof eventLine>;

/** Which events: those that speak of a node, and those of a time, [since, until). Null for no limit. */
export type Wanted = { readonly touching: string | null; readonly since: string | null; readonly until: string | null };

type Props = {
  readonly wanted: Wanted;
  /** Position of the event that is open; empty for none. */
  readonly sel: string;
  readonly select: (seq: string) => void;
  /** Milliseconds between looks; 0 for one look. */
  readonly every?: number;
};

/** Events of the log, the newest first; one can be opened to see what was sent, wherever in the log it is. */
export function EventList({ wanted, sel, select, every = 0 }: Props) {
  const asked = useQuestion(events, { ...wanted, first: PAGE, after: null }, { every, keep: true });
  return (
    <Answered asked={asked} lines={10}>
      {(data) => <Pages key={JSON.stringify(wanted)} first={data.events} wanted={wanted} sel={sel} select={select} />}
    </Answered>
  );
}

function Pages({ first, wanted, sel, select }: Omit<Props, "every"> & { first: Page }) {
  const { nodes, foot } = usePages(first, events, { ...wanted, first: PAGE, after: null }, (data) => data.events);
  const lines = unique(nodes, ({ seq }) => seq);
  const listed = lines.some(({ seq }) => String(seq) === sel);
  return (
    <>
      {/^\d+$/.test(sel) && !listed && <Elsewhere seq={Number(sel)} close={() => select("")} />}
      {lines.length === 0 ? <Empty title="No event." /> : (
        <Table label="Events" caption="Events, the newest first" columns={["Position", "Type", "Happened", "Job", "Producer"]} look="events">
          {lines.map((line) => (
            <Row key={line.seq} line={line} open={sel === String(line.seq)} select={select} />
          ))}
        </Table>
      )}
      {foot}
    </>
  );
}

/** The open event, where the list has not come to it. */
function Elsewhere({ seq, close }: { seq: number; close: () => void }) {
  const asked = useQuestion(oneEvent, { seq });
  return (
    <section class="elsewhere" aria-label={`Event ${seq}`}>
      <div class="row">
        <h2>Event {seq}</h2>
        <button type="button" class="button small end" onClick={close}>
          Close
        </button>
      </div>
      <Answered asked={asked}>
        {({ event }) => (event ? (
          <>
            <p class="row">
              <Type line={event} /> <Moment at={event.eventTime} /> <Subject line={event} />
            </p>
            <Opened line={event} />
          </>
        ) : <Empty title={`The log has no event ${seq}.`} />)}
      </Answered>
    </section>
  );
}

function Type({ line }: { line: EventLine }) {
  return line.eventType ? <span class="chip" data-type={line.eventType}>{line.eventType}</span> : <span class="quiet">no run</span>;
}

function Row({ line, open, select }: { line: EventLine; open: boolean; select: (seq: string) => void }) {
  return (
    <>
      <tr data-open={open}>
        <th scope="row">
          <button type="button" class="opener num" aria-expanded={open} onClick={() => select(open ? "" : String(line.seq))}>
            <Icon of="chevron-right" /> {line.seq}
          </button>
        </th>
        <td><Type line={line} /></td>
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
            <Opened line={line} />
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

function Opened({ line }: { line: EventLine }) {
  const asked = useQuestion(oneEvent, { seq: line.seq });
  return (
    <div class="raw">
      <dl class="facts">
        <Fact name="Key"><Hash algorithm="sha256" value={line.key} /></Fact>
        <Fact name="Received"><Moment at={line.receivedAt} /></Fact>
        <Fact name="Sent with">{line.sender ? <>key {line.sender}</> : "no key"}</Fact>
        <Fact name="Producer" look="wrap">{line.producer}</Fact>
      </dl>
      <Answered asked={asked}>
        {({ event }) => event && <Json of={event.raw} name={`event-${line.seq}.json`} what={`event ${line.seq}`} />}
      </Answered>
    </div>
  );
}
