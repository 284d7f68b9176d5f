import { useState } from "preact/hooks";

import type { ResultOf } from "../../api/document";
import { useQuestion } from "../../api/use-question";
import { STATES } from "../../parts/node";
import { usePages } from "../../parts/pages";
import { Answered, Empty } from "../../parts/states";
import { unique } from "../../parts/unique";
import { useTitle } from "../../shell/title";
import { useTyped } from "../../shell/typed";
import { encode } from "../../url/codec";
import type { Go } from "../../url/history";
import { RUN_STATES, runsUrl, type RunsUrl } from "../../url/state";
import { runs } from "./questions";
import { RunTable, type RunLine } from "./run-table";

const PAGE = 50;
/** Milliseconds between looks while the list is live. */
const LIVE = 4000;

type Page = ResultOf<typeof runs>["find"];

/** `/runs`: what runs and what ran, by itself up to date. */
export function Runs({ url, go }: { url: RunsUrl; go: Go }) {
  useTitle("Runs");
  const [live, setLive] = useState(true);
  const typed = useTyped(url.q, 200, (q) => go(runsUrl({ ...url, q }), { replace: true }));

  const variables = { text: url.q || null, state: url.state, job: null, first: PAGE, after: null };
  const asked = useQuestion(runs, variables, { every: live ? LIVE : 0, keep: true });
  return (
    <div class="page">
      <div class="row head">
        <h1>Runs</h1>
        <nav class="segments" aria-label="State">
          {[null, ...RUN_STATES].map((state) => (
            <a key={state} href={encode(runsUrl({ ...url, state }))} aria-current={url.state === state ? "true" : undefined}>
              {state === null ? "all" : STATES[state]}
            </a>
          ))}
        </nav>
        <input
          class="end"
          type="search"
          aria-label="Filter by name, tag or owner"
          placeholder="Filter by name, tag, owner"
          {...typed}
        />
        <button type="button" class="button" aria-pressed={live} onClick={() => setLive(!live)}>
          <i class="pulse" data-on={live} aria-hidden="true" /> Live
        </button>
      </div>
      <section class="panel" aria-label="Runs">
        <Answered asked={asked} lines={10}>
          {(data) => <Pages key={JSON.stringify(variables)} first={data.find} variables={variables} filtered={url.q !== "" || url.state !== null} />}
        </Answered>
      </section>
    </div>
  );
}

type Variables = { text: string | null; state: RunsUrl["state"]; job: null; first: number; after: string | null };

function Pages({ first, variables, filtered }: { first: Page; variables: Variables; filtered: boolean }) {
  const { nodes, foot } = usePages(first, runs, variables, (data) => data.find);
  const lines = unique(nodes.filter((node): node is RunLine => "job" in node), ({ id }) => id);
  if (lines.length === 0) {
    return (
      <Empty title={filtered ? "No run fits." : "No run yet."}>
        {filtered ? <a href={encode(runsUrl())}>Show all runs</a> : <a href="/">See how to send the first event</a>}
      </Empty>
    );
  }
  return (
    <>
      <RunTable rows={lines.map((run) => ({ run }))} caption="Runs, the newest first" />
      {foot}
    </>
  );
}
