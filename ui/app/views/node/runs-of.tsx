import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import type { ResultOf } from "../../api/document";
import { useQuestion } from "../../api/use-question";
import { count, counted, spoken, versionName } from "../../parts/format";
import { Evidence } from "../../parts/node";
import { usePages } from "../../parts/pages";
import { Answered, Empty } from "../../parts/states";
import { WholeLine } from "../../parts/whole";
import { runs } from "../runs/questions";
import { RunTable, type RunLine, type RunRow } from "../runs/run-table";
import { linesOf, pointing, runsOfVersion, runsOfVersions, type Head } from "./questions";

const PAGE = 50;
/** Versions of an asset whose runs are listed at a time. */
const VERSIONS = 50;

/** The runs of a node: of a job its executions, of data who wrote and who read it, of a run its parts. */
export function RunsOf({ node }: { node: Head }) {
  return (
    <div class="page">
      <h2 class="hidden">Runs</h2>
      {"runCount" in node ? (
        <OfJob id={node.id} />
      ) : "asset" in node ? (
        <OfVersion id={node.id} />
      ) : "versionCount" in node ? (
        <OfAsset id={node.id} />
      ) : "job" in node ? (
        <OfRun node={node} />
      ) : (
        <Pointing id={node.id} title="Runs with it" edges={["AT_COMMIT", "IN_ENVIRONMENT"]} />
      )}
    </div>
  );
}

function Block({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="panel" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function OfJob({ id }: { id: string }) {
  const variables = { text: null, state: null, job: id, first: PAGE, after: null };
  const asked = useQuestion(runs, variables);
  return (
    <Block title="Runs of this job">
      <Answered asked={asked}>{(data) => <JobPages first={data.find} variables={variables} />}</Answered>
    </Block>
  );
}

type JobVariables = { text: null; state: null; job: string; first: number; after: string | null };

function JobPages({ first, variables }: { first: ResultOf<typeof runs>["find"]; variables: JobVariables }) {
  const { nodes, foot } = usePages(first, runs, variables, (data) => data.find);
  const lines = nodes.filter(isRun);
  if (lines.length === 0) return <Empty title="It has not run yet." />;
  return (
    <>
      <RunTable rows={lines.map((run) => ({ run }))} caption="Runs of this job, the newest first" />
      {foot}
    </>
  );
}

const isRun = (node: object | null): node is RunLine => node !== null && "job" in node && "state" in node;

function OfRun({ node }: { node: Extract<Head, { job: unknown }> }) {
  return (
    <>
      <Pointing id={node.id} title="Runs that it started" edges={["CHILD_OF"]} />
      <OfJob id={node.job.id} />
    </>
  );
}

function OfVersion({ id }: { id: string }) {
  const asked = useQuestion(runsOfVersion, { id });
  return (
    <Answered asked={asked}>
      {({ node }) => {
        if (!node || !("generatedBy" in node)) return <Empty title="It is not in the graph any more." />;
        const { neighbours } = node;
        return (
          <>
            <Block title="Written by">
              {node.generatedBy.length === 0 ? (
                <Empty title="Nobody said who wrote it." />
              ) : (
                <RunTable rows={node.generatedBy.map((run) => ({ run }))} caption="Runs that wrote it" />
              )}
            </Block>
            <Block title="Read by">
              <Readers uses={neighbours.edges.map((edge) => edge.node)} />
              <WholeLine of={neighbours.completeness} />
            </Block>
          </>
        );
      }}
    </Answered>
  );
}

type Use = { readonly source: string; readonly role: string | null; readonly evidence: string; readonly of?: string };

/** The runs at the far end of edges, with what each used it for. */
function Readers({ uses }: { uses: readonly Use[] }) {
  const ids = [...new Set(uses.map((use) => use.source))];
  const asked = useQuestion(linesOf, ids.length > 0 ? { ids: ids.slice(0, 1000) } : null);
  if (ids.length === 0) return <Empty title="No run read it, as far as is known." />;
  return (
    <Answered asked={asked}>
      {({ nodes }) => {
        const lines = new Map(nodes.filter(isRun).map((run) => [run.id, run]));
        const rows = uses.flatMap((use): RunRow[] => {
          const run = lines.get(use.source);
          return run ? [{ run, why: <Why use={use} /> }] : [];
        });
        return <RunTable rows={rows} caption="Runs that read it" why="As" />;
      }}
    </Answered>
  );
}

function Why({ use }: { use: Use }) {
  return (
    <span class="chips">
      {use.of && <code>{use.of}</code>}
      <span class={use.role ? "chip" : "quiet"}>{use.role ? spoken(use.role) : "nobody said"}</span>
      <Evidence of={use.evidence} />
    </span>
  );
}

function OfAsset({ id }: { id: string }) {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const asked = useQuestion(runsOfVersions, { ref: id, first: VERSIONS, after: cursors.at(-1) ?? null });
  return (
    <Answered asked={asked} lines={10}>
      {({ versions }) => {
        const entries = versions.edges.map((edge) => edge.node).filter((node) => "generatedBy" in node);
        const written = entries.flatMap((entry) => entry.generatedBy.map((run): RunRow => ({ run, why: <code>{versionName(entry.version, entry.label)}</code> })));
        const uses = entries.flatMap((entry) => entry.neighbours.edges.map((edge) => ({ ...edge.node, of: versionName(entry.version, entry.label) })));
        return (
          <>
            {(cursors.length > 0 || versions.pageInfo.hasNextPage) && (
              <p class="notice row">
                {counted(entries.length, "version")}, {cursors.length === 0 ? "the newest" : `after the newest ${count(cursors.length * VERSIONS)}`}.
                <button type="button" class="button small end" disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>Newer</button>
                <button type="button" class="button small" disabled={!versions.pageInfo.hasNextPage} onClick={() => setCursors([...cursors, versions.pageInfo.endCursor ?? ""])}>Older</button>
              </p>
            )}
            <Block title="Written by">
              {written.length === 0 ? <Empty title="Nobody said who wrote it." /> : <RunTable rows={written} caption="Runs that wrote it" why="Version" />}
            </Block>
            <Block title="Read by">
              <Readers uses={uses} />
              <WholeLine of={versions.completeness} />
            </Block>
          </>
        );
      }}
    </Answered>
  );
}

function Pointing({ id, title, edges }: { id: string; title: string; edges: ("CHILD_OF" | "AT_COMMIT" | "IN_ENVIRONMENT")[] }) {
  const asked = useQuestion(pointing, { id, edges, first: 200 });
  return (
    <Block title={title}>
      <Answered asked={asked}>
        {({ node }) => (
          <>
            <Listed ids={node?.neighbours.edges.map((edge) => edge.node.source) ?? []} caption={title} />
            {node && <WholeLine of={node.neighbours.completeness} />}
          </>
        )}
      </Answered>
    </Block>
  );
}

function Listed({ ids, caption }: { ids: readonly string[]; caption: string }) {
  const asked = useQuestion(linesOf, ids.length > 0 ? { ids: [...ids] } : null);
  if (ids.length === 0) return <Empty title="None is known." />;
  return <Answered asked={asked}>{({ nodes }) => <RunTable rows={nodes.filter(isRun).map((run) => ({ run }))} caption={caption} />}</Answered>;
}
