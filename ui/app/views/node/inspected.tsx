import { useQuestion } from "../../api/use-question";
import { Hash } from "../../parts/copy";
import { bytes, count, metric, spoken, versionName } from "../../parts/format";
import { NodeLink } from "../../parts/node";
import { Answered } from "../../parts/states";
import { Moment } from "../../parts/time";
import { WholeLine } from "../../parts/whole";
import { encode } from "../../url/codec";
import { nodeUrl } from "../../url/state";
import { models } from "./questions";
import type { VersionEntry } from "./versions";

/** One version: what it is, who made it, which models came of it and how good they are. */
export function Inspected({ entry, asof }: { entry: VersionEntry; asof: string }) {
  return (
    <aside class="panel inspected" aria-label={`Version ${versionName(entry.version, entry.label)}`}>
      <h3 class="wrap">{versionName(entry.version, entry.label)}</h3>
      <p class="row">
        <a class="button" href={encode(nodeUrl(entry.id, { asof }))}>
          Lineage
        </a>
        <a class="button" href={encode(nodeUrl(entry.id, { view: "facts" }))}>
          Facts
        </a>
      </p>
      <dl class="facts">
        <dt>Since</dt>
        <dd>
          <Moment at={entry.at} />
        </dd>
        {entry.rows !== null && (
          <>
            <dt>Rows</dt>
            <dd class="num">{count(entry.rows)}</dd>
          </>
        )}
        {entry.bytes !== null && (
          <>
            <dt>Size</dt>
            <dd class="num">{bytes(entry.bytes)}</dd>
          </>
        )}
        {entry.digests.slice(0, 3).map((digest) => (
          <>
            <dt>{digest.strong ? "Digest" : "Weak id"}</dt>
            <dd>
              <Hash algorithm={digest.algorithm} value={digest.value} />
            </dd>
          </>
        ))}
        <dt>Change</dt>
        <dd>{entry.changeNote ?? <span class="quiet">not described</span>}</dd>
        <dt>Made by</dt>
        <dd>
          {entry.generatedBy.length === 0 && <span class="quiet">nobody said</span>}
          {entry.generatedBy.map((run) => (
            <NodeLink key={run.id} node={run} />
          ))}
        </dd>
      </dl>
      <Trained id={entry.id} asof={asof} />
    </aside>
  );
}

const MOST = 20;

function Trained({ id, asof }: { id: string; asof: string }) {
  const asked = useQuestion(models, { ref: id, asOf: asof || null, first: MOST, after: null });
  return (
    <>
      <h4>Models that used it</h4>
      <Answered asked={asked} lines={3}>
        {({ modelsUsing }) => (
          <>
            <ul class="list">
              {modelsUsing.edges.map(({ node: use }) => {
                const headline = "headline" in use.version ? use.version.headline : null;
                return (
                  <li key={use.version.id}>
                    <NodeLink node={use.version} />
                    <span class="quiet">{use.how.map(spoken).join(", ")}</span>
                    <span class="end num strong">{headline && `${headline.name} ${metric(headline.value, headline.text)}`}</span>
                  </li>
                );
              })}
            </ul>
            {modelsUsing.edges.length === 0 && <p class="quiet">None is known.</p>}
            {modelsUsing.pageInfo.hasNextPage && <a href={encode(nodeUrl(id, { view: "models" }))}>All of them</a>}
            <WholeLine of={modelsUsing.completeness} />
          </>
        )}
      </Answered>
    </>
  );
}
