import type { ResultOf } from "../../api/document";
import { useQuestion } from "../../api/use-question";
import { counted, shortened, sized, versionName } from "../../parts/format";
import { Marks } from "../../parts/node";
import { usePages } from "../../parts/pages";
import { Answered, Empty } from "../../parts/states";
import { Ago } from "../../parts/time";
import { Words } from "../catalog/found";
import { Inspected } from "./inspected";
import { lanes, type Step } from "./lanes";
import { versions, type Head } from "./questions";

const PAGE = 50;

type Page = ResultOf<typeof versions>["versions"];
type Entry = Page["edges"][number]["node"];
export type VersionEntry = Extract<Entry, { generatedBy: unknown }>;

type Props = { node: Head; asof: string; sel: string; select: (id: string) => void };

/** The history of an asset: a graph of its versions, one of them inspected beside it. */
export function Versions({ node, asof, sel, select }: Props) {
  const ref = "asset" in node ? node.asset.id : node.id;
  const asked = useQuestion(versions, { ref, asOf: asof || null, first: PAGE, after: null });
  return (
    <div class="page">
      <h2 class="hidden">Versions</h2>
      <Answered asked={asked} lines={10}>
        {(data) => <History key={ref} first={data.versions} reference={ref} asof={asof} sel={sel || ("asset" in node ? node.id : "")} select={select} />}
      </Answered>
    </div>
  );
}

type HistoryProps = Omit<Props, "node"> & { first: Page; reference: string };

function History({ first, reference, asof, sel, select }: HistoryProps) {
  const { nodes, foot } = usePages(first, versions, { ref: reference, asOf: asof || null, first: PAGE, after: null }, (data) => data.versions);
  const entries = nodes.filter((entry): entry is VersionEntry => "generatedBy" in entry);
  if (entries.length === 0) {
    return (
      <section class="panel" aria-label="History">
        <Empty title="No version is known.">
          <p>It was only declared or described: nothing read or wrote it yet.</p>
        </Empty>
      </section>
    );
  }
  const history = lanes(entries.map((entry) => ({ id: entry.id, parents: entry.parents.map((parent) => parent.id) })));
  const inspected = entries.find((entry) => entry.id === sel) ?? entries[0];
  return (
    <div class="history">
      <section class="panel" aria-label="History">
        <ol class="versions">
          {entries.map((entry, row) => (
            <Row key={entry.id} entry={entry} step={history.steps[row]} lanes={history.lanes} chosen={entry === inspected} select={select} />
          ))}
        </ol>
        {foot}
      </section>
      {inspected && <Inspected entry={inspected} asof={asof} />}
    </div>
  );
}

type RowProps = { entry: VersionEntry; step: Step | undefined; lanes: number; chosen: boolean; select: (id: string) => void };

function Row({ entry, step, lanes: many, chosen, select }: RowProps) {
  return (
    <li>
      <button type="button" class="version-row" aria-pressed={chosen} onClick={() => select(entry.id)}>
        {step && <Rail step={step} lanes={many} failed={entry.failed} />}
        <span class="what">
          <span class="row">
            <code class="strong">{versionName(entry.version, entry.label)}</code>
            <Words of={entry.aliases} />
            <Marks node={entry} />
          </span>
          <span class="quiet cut">{entry.changeNote ?? madeBy(entry)}</span>
        </span>
        {entry.modelsUsing.total > 0 && (
          <span class="chip" data-family="model">
            {entry.modelsUsing.complete ? "" : "at least "}
            {counted(entry.modelsUsing.total, "model")}
          </span>
        )}
        <span class="quiet num">{sized(entry.rows, entry.bytes)}</span>
        <span class="quiet num when">
          <Ago at={entry.at} />
        </span>
      </button>
    </li>
  );
}

function madeBy(entry: VersionEntry): string {
  const [run] = entry.generatedBy;
  if (run && "job" in run) return `written by ${run.job.name}`;
  const [digest] = entry.digests;
  return digest ? shortened(`${digest.algorithm}:${digest.value}`) : "seen, but nobody said who wrote it";
}

const LANE = 16;
const ROW = 52;

/** The dot of a version and the lines past it. */
function Rail({ step, lanes: many, failed }: { step: Step; lanes: number; failed: boolean }) {
  const x = (lane: number): number => lane * LANE + LANE / 2;
  return (
    <svg class="rail" width={many * LANE} height={ROW} viewBox={`0 0 ${many * LANE} ${ROW}`} aria-hidden="true">
      {step.lines.map((line) => (
        <path
          key={`${line.from} ${line.to}`}
          d={`M${x(line.from)} ${ROW / 2}C${x(line.from)} ${ROW} ${x(line.to)} ${ROW / 2} ${x(line.to)} ${ROW * 1.5}`}
        />
      ))}
      <circle cx={x(step.lane)} cy={ROW / 2} r="5" data-failed={failed} />
    </svg>
  );
}
