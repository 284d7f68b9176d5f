import { useQuestion } from "../../api/use-question";
import { Hash } from "../../parts/copy";
import { Fact } from "../../parts/fact";
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
        <Fact name="Since"><Moment at={entry.at} /></Fact>
        {entry.rows !== null && <Fact name="Rows" look="num">{count(entry.rows)}</Fact>}
        {entry.bytes !== null && <Fact name="Size" look="num">{bytes(entry.bytes)}</Fact>}
        {entry.digests.slice(0, 3).map((digest) => (
          <Fact key={`${digest.algorithm}${digest.value}`} name={digest.strong ? "Digest" : "Weak id"}>
            <Hash algorithm={digest.algorithm} value={digest.value} />
          </Fact>
        ))}
        <Fact name="Change">{entry.changeNote ?? <span class="quiet">not described</span>}</Fact>
        <Fact name="Made by">
          {entry.generatedBy.length === 0 && <span class="quiet">nobody said</span>}
          {entry.generatedBy.map((run) => (
            <NodeLink key={run.id} node={run} />
          ))}
        </Fact>
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
