import type { ComponentChildren } from "preact";

import { atLeast, bytes, counted, metric } from "../../parts/format";
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
      <Models of={data.latestModels} />
      <Data of={data.latestData} />
      <Recent of={data.runs} />
      <Attention data={data} />
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

function Models({ of }: { of: Overview["latestModels"] }) {
  return (
    <Block id="models" title="Latest models" more={encode(catalogUrl({ kind: "MODEL_VERSION" }))}>
      {of.edges.length === 0 && <p class="quiet">No model yet. A dataset becomes one by its datasetType facet or by how it is named.</p>}
      <ul class="list">
        {of.edges.map(({ node }) => {
          const headline = "metrics" in node ? node.metrics.find((each) => each.step === null) ?? node.metrics[0] : undefined;
          return (
            <li key={node.id}>
              <NodeLink node={node} />
              {"aliases" in node && <Words of={node.aliases} />}
              <span class="end quiet num">{headline && `${headline.name} ${metric(headline.value, headline.text)}`}</span>
              <span class="when">
                <Ago at={node.at} />
              </span>
            </li>
          );
        })}
      </ul>
    </Block>
  );
}

function Data({ of }: { of: Overview["latestData"] }) {
  return (
    <Block id="data" title="Latest data" more={encode(catalogUrl({ kind: "DATASET_VERSION" }))}>
      {of.edges.length === 0 && <p class="quiet">No dataset version yet.</p>}
      <ul class="list">
        {of.edges.map(({ node }) => (
          <li key={node.id}>
            <NodeLink node={node} />
            <span class="end quiet num">{"rows" in node && size(node.rows, node.bytes)}</span>
            <span class="when">
              <Ago at={node.at} />
            </span>
          </li>
        ))}
      </ul>
    </Block>
  );
}

const size = (rows: number | null, size: number | null): string =>
  rows !== null ? counted(rows, "row") : size !== null ? bytes(size) : "";

function Recent({ of }: { of: Overview["runs"] }) {
  return (
    <Block id="runs" title="Latest runs" more={encode(runsUrl())}>
      <ul class="list">
        {of.edges.map(({ node }) => (
          <li key={node.id}>
            <NodeLink node={node} />
            {"job" in node && (
              <span class="end">
                <State of={node.state} />
              </span>
            )}
            <span class="when num">
              {"job" in node && <Lasted from={node.startedAt} to={node.endedAt} running={node.state === "RUNNING"} />}
            </span>
            <span class="when">
              <Ago at={node.at} />
            </span>
          </li>
        ))}
      </ul>
    </Block>
  );
}

/** What failed, what never ended, what was refused: what answers can't be sure of. */
function Attention({ data }: { data: Overview }) {
  const { failed, unended, service } = data;
  return (
    <Block id="attention" title="To look at">
      <ul class="list">
        {failed.edges.map(({ node }) => (
          <li key={node.id}>
            <NodeLink node={node} />
            <span class="quiet cut grow">{"error" in node && node.error}</span>
            <span class="when">
              <Ago at={node.at} />
            </span>
          </li>
        ))}
        <li>
          <a href={encode(runsUrl({ state: "FAIL" }))}>{atLeast(failed.totalCount ?? 0, failed.totalExact)} failed runs</a>
        </li>
        <li>
          <a href={encode(runsUrl({ state: "RUNNING" }))}>{atLeast(unended.totalCount ?? 0, unended.totalExact)} runs that have not ended</a>
          <span class="quiet">deployments among them</span>
        </li>
        <li>
          <a href={encode(eventsUrl({ refused: true }))}>{counted(service.rejected, "refused event")}</a>
          {service.rejected > 0 && <span class="quiet">what they say is not in the graph</span>}
        </li>
      </ul>
      <dl class="facts foot">
        <dt>Log</dt>
        <dd>
          <a href={encode(eventsUrl())}>{counted(service.seq, "event")}</a>
        </dd>
        <dt>Head</dt>
        <dd>
          <Hash algorithm="sha256" value={service.headHash} />
        </dd>
        <dt>Store</dt>
        <dd class="cut">
          <code title={service.store}>{service.store}</code>
        </dd>
        <dt>whence</dt>
        <dd>{service.version}</dd>
      </dl>
    </Block>
  );
}
