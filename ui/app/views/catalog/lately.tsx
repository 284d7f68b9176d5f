import type { ComponentChildren } from "preact";

import type { Brief } from "../../api/brief";
import { Fact } from "../../parts/fact";
import { atLeast, count, counted, metric, sized } from "../../parts/format";
import { NodeLink, State } from "../../parts/node";
import { Hash } from "../../parts/copy";
import { Ago, Lasted } from "../../parts/time";
import { encode } from "../../url/codec";
import { catalogUrl, eventsUrl, runsUrl } from "../../url/state";
import type { Overview } from "./catalog";
import { Words } from "./found";

/** What came lately, what failed, and what can't be told. */
export function Lately({ data }: { data: Overview }) {
  return (
    <div class="dashboard">
      <div>
        <Models of={data.catalog.recentModels} />
        <Recent of={data.catalog.recentRuns} />
      </div>
      <div>
        <Data of={data.recentData} />
        <Attention data={data} />
        <Uncaptured of={data.catalog.uncaptured} />
      </div>
    </div>
  );
}

function Block({ id, title, more, children }: { id: string; title: string; more?: string; children: ComponentChildren }) {
  return (
    <section class="panel" aria-labelledby={id}>
      <div class="row">
        <h2 id={id}>{title}</h2>
        {more && (
          <a class="end" href={more}>
            All<span class="hidden"> {title.toLowerCase()}</span>
          </a>
        )}
      </div>
      {children}
    </section>
  );
}

/** A node, something about it, and when it was. */
function Entry({ node, when = "when", children }: { node: Brief; when?: string; children?: ComponentChildren }) {
  return (
    <li>
      <NodeLink node={node} />
      {children}
      <span class={when}>
        <Ago at={node.at} />
      </span>
    </li>
  );
}

function Models({ of }: { of: Overview["catalog"]["recentModels"] }) {
  return (
    <Block id="models" title="Latest models" more={encode(catalogUrl({ kind: "MODEL_VERSION" }))}>
      {of.length === 0 && <p class="quiet">No model yet. A dataset becomes one by its datasetType facet or by how it is named.</p>}
      <ul class="list">
        {of.map((node) => {
          const headline = "headline" in node ? node.headline : null;
          return (
            <Entry key={node.id} node={node}>
              {"aliases" in node && <Words of={node.aliases} />}
              <span class="end quiet num">{headline && `${headline.name} ${metric(headline.value, headline.text)}`}</span>
            </Entry>
          );
        })}
      </ul>
    </Block>
  );
}

function Data({ of }: { of: Overview["recentData"] }) {
  return (
    <Block id="data" title="Latest data" more={encode(catalogUrl({ kind: "DATASET_VERSION" }))}>
      {of.edges.length === 0 && <p class="quiet">No dataset version yet.</p>}
      <ul class="list">
        {of.edges.map(({ node }) => (
          <Entry key={node.id} node={node}>
            <span class="end quiet num">{"rows" in node && sized(node.rows, node.bytes)}</span>
          </Entry>
        ))}
      </ul>
    </Block>
  );
}

function Recent({ of }: { of: Overview["catalog"]["recentRuns"] }) {
  return (
    <Block id="runs" title="Latest runs" more={encode(runsUrl())}>
      <ul class="list">
        {of.map((run) => (
          <Entry key={run.id} node={run}>
            <span class="end">
              <State of={run.state} />
            </span>
            <span class="when num">
              <Lasted from={run.startedAt} to={run.endedAt} running={run.state === "RUNNING"} />
            </span>
          </Entry>
        ))}
      </ul>
    </Block>
  );
}

function Line({ href, some, none, why, children }: { href: string; some: boolean; none: string; why?: string; children: ComponentChildren }) {
  if (!some) return <li class="quiet">{none}</li>;
  return (
    <li>
      <a href={href}>{children}</a>
      {why && <span class="quiet">{why}</span>}
    </li>
  );
}

/** What failed, what never ended, what was refused. */
function Attention({ data }: { data: Overview }) {
  const { failed, unended, service, catalog } = data;
  return (
    <Block id="attention" title="To look at">
      <ul class="list">
        {catalog.failedRuns.map((run) => (
          <Entry key={run.id} node={run}>
            <span class="quiet cut grow" title={run.error ?? ""}>
              {run.error}
            </span>
          </Entry>
        ))}
        <Line href={encode(runsUrl({ state: "FAIL" }))} some={failed.totalCount !== 0} none="No run failed">
          {atLeast(failed.totalCount ?? 0, failed.totalExact)} failed {failed.totalCount === 1 ? "run" : "runs"}
        </Line>
        <Line href={encode(runsUrl({ state: "RUNNING" }))} some={unended.totalCount !== 0} none="Every run has ended" why="deployments, or runs that died silently">
          {atLeast(unended.totalCount ?? 0, unended.totalExact)} {unended.totalCount === 1 ? "run that has" : "runs that have"} not ended
        </Line>
        <Line href={encode(eventsUrl({ refused: true }))} some={service.rejected > 0} none="No event was refused" why="what they say is not in the graph">
          {counted(service.rejected, "refused event")}
        </Line>
      </ul>
      <dl class="facts below">
        <Fact name="Log"><a href={encode(eventsUrl())}>{counted(service.seq, "event")}</a></Fact>
        <Fact name="Head"><Hash algorithm="sha256" value={service.headHash} /></Fact>
        <Fact name="Store" look="cut"><code title={service.store}>{service.store}</code></Fact>
        <Fact name="whence">{service.version}</Fact>
      </dl>
    </Block>
  );
}

const TOLD_ABOVE: ReadonlySet<string> = new Set(["REJECTED_EVENTS", "RUN_NOT_ENDED"]);

/** What nobody recorded: histories that begin in the middle. */
function Uncaptured({ of }: { of: Overview["catalog"]["uncaptured"] }) {
  const gaps = of.gaps.filter((gap) => !TOLD_ABOVE.has(gap.kind));
  const whole = gaps.length === 0 && of.withoutMakerTotal === 0;
  const span = of.allOfThem ? `all ${count(of.lookedAt)} runs and versions` : `the newest ${count(of.lookedAt)} runs and versions`;
  return (
    <Block id="uncaptured" title="Not captured">
      {whole && <p class="quiet">Of {span} nothing is missing.</p>}
      <ul class="list">
        {of.withoutMakerTotal > 0 && (
          <li>
            <span>
              {counted(of.withoutMakerTotal, "version")} that nothing recorded made, of {span}
            </span>
          </li>
        )}
        {of.withoutMaker.map((node) => (
          <Entry key={node.id} node={node} when="when end" />
        ))}
        {gaps.map((gap) => (
          <li key={gap.kind}>
            <span>{gap.sentence}</span>
          </li>
        ))}
      </ul>
    </Block>
  );
}
