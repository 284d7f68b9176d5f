import type { ComponentChildren } from "preact";

import type { ResultOf } from "../../api/document";
import { useQuestion } from "../../api/use-question";
import { CopyButton, Hash } from "../../parts/copy";
import { Fact } from "../../parts/fact";
import { bytes, count, counted, spoken, tail, unescaped } from "../../parts/format";
import { NodeLink, State } from "../../parts/node";
import { Answered, Empty } from "../../parts/states";
import { Lasted, Moment } from "../../parts/time";
import { WholeLine } from "../../parts/whole";
import { encode } from "../../url/codec";
import { nodeUrl } from "../../url/state";
import { Words } from "../catalog/found";
import { derivation } from "./facets";
import { Columns, Documentation, Facets, Schema, Tests } from "./facets-view";
import { facts, type Head } from "./questions";
import { Making, Numbers } from "./run-facts";

export type Known = NonNullable<ResultOf<typeof facts>["node"]>;

/** All that is known of a node, without a picture. */
export function Facts({ node }: { node: Head }) {
  const asked = useQuestion(facts, { id: node.id });
  return (
    <div class="page facts-page">
      <h2 class="hidden">Facts</h2>
      <Answered asked={asked} lines={14}>
        {(data) => (data.node ? <Known node={data.node} /> : <Empty title="It is not in the graph any more." />)}
      </Answered>
    </div>
  );
}

function Known({ node }: { node: Known }) {
  const described = facetsOf(node);
  return (
    <>
      <div class="columns">
        <div>
          <Identity node={node} />
          {"generatedBy" in node && <Version node={node} />}
          {"versionCount" in node && <AssetFacts node={node} />}
          {"runCount" in node && <JobFacts node={node} />}
          {"holders" in node && <Holders node={node} />}
          <Documentation of={described} />
          <Tests of={described} />
        </div>
        <div>
          {"generatedBy" in node && node.generatedBy.map((run) => <Making key={run.id} run={run} title="Made by" />)}
          {"params" in node && <Making run={node} title="How it ran" />}
          {"serving" in node && <Numbers title="Metrics" of={node.metrics} />}
          {"serving" in node && <Serving of={node.serving} />}
          {"python" in node && !("params" in node) && <Pin node={node} />}
        </div>
      </div>
      <Schema of={described} />
      <Columns of={described} />
      <Facets of={node.facets} />
    </>
  );
}

/** Facets of the node, over those of the asset that it is a version of. */
function facetsOf(node: Known): Record<string, unknown> {
  const own = node.facets as Record<string, unknown>;
  if ("generatedBy" in node) return { ...(node.asset.facets as Record<string, unknown>), ...own };
  if ("versionCount" in node) return { ...(node.latest?.facets as Record<string, unknown> | undefined), ...own };
  return own;
}

export function Panel({ title, end, children }: { title: string; end?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="panel" aria-label={title}>
      <div class="row">
        <h3>{title}</h3>
        {end && <span class="end quiet num">{end}</span>}
      </div>
      {children}
    </section>
  );
}

function Identity({ node }: { node: Known }) {
  const asset = "generatedBy" in node ? node.asset : null;
  const owners = [...new Set([...node.owners, ...(asset?.owners ?? [])])];
  const tags = [...new Set([...node.tags, ...(asset?.tags ?? [])])];
  return (
    <Panel title="Identity">
      <dl class="facts">
        {asset && (
          <Fact name="Of">
            <a class="wrap" href={encode(nodeUrl(asset.id, { view: "versions" }))}>
              {asset.name}
            </a>
          </Fact>
        )}
        {!asset && (
          <Fact name="Name">
            <span class="wrap">{node.name}</span>
          </Fact>
        )}
        {"version" in node && <Fact name="Version"><code class="wrap">{node.version}</code></Fact>}
        {"namespace" in node && <Fact name="Namespace"><span class="wrap">{node.namespace}</span></Fact>}
        {"version" in node && <Fact name="Namespace"><span class="wrap">{node.asset.namespace}</span></Fact>}
        {"repository" in node && <Fact name="Repository"><span class="wrap">{node.repository}</span></Fact>}
        {"dirty" in node && node.dirty !== null && <Fact name="Working tree">{node.dirty ? "had changes that were not committed" : "clean"}</Fact>}
        {"job" in node && <Fact name="Job"><a href={encode(nodeUrl(node.job.id, { view: "facts" }))}>{node.job.name}</a></Fact>}
        {"job" in node && <Fact name="State"><State of={node.state} /></Fact>}
        {"job" in node && <Fact name="Started"><Moment at={node.startedAt} /></Fact>}
        {"job" in node && <Fact name="Ended">{node.endedAt ? <Moment at={node.endedAt} /> : "not yet, as far as is known"}</Fact>}
        {"job" in node && <Fact name="Took"><Lasted from={node.startedAt} to={node.endedAt} running={node.state === "RUNNING"} /></Fact>}
        {!("job" in node) && <Fact name="Since"><Moment at={node.at} /></Fact>}
        {"role" in node && node.role && <Fact name="Role">{spoken(node.role)}</Fact>}
        {owners.length > 0 && <Fact name="Owners"><Words of={owners} /></Fact>}
        {tags.length > 0 && <Fact name="Tags"><Words of={tags} /></Fact>}
        <Fact name="uid">
          <span class="hash">
            <code class="wrap">{node.id}</code>
            <CopyButton text={() => node.id} what="the uid" />
          </span>
        </Fact>
      </dl>
    </Panel>
  );
}

function Version({ node }: { node: Extract<Known, { generatedBy: unknown }> }) {
  const derived = derivation(node.facets);
  return (
    <Panel title="What it is">
      {node.conflict && (
        <p class="notice danger">Two events gave this version different digests of one algorithm: which bytes it has is not known. The events are under Events.</p>
      )}
      {node.unversioned && <p class="notice">It stands for a state of which nothing is known: something was read before anybody said what it was.</p>}
      {node.failed && <p class="notice danger">Every run that wrote it failed.</p>}
      <dl class="facts">
        {node.label && <Fact name="Label">{node.label}</Fact>}
        {node.aliases.length > 0 && <Fact name="Aliases"><Words of={node.aliases} /></Fact>}
        {node.digests.map((digest) => (
          <Fact key={`${digest.algorithm}${digest.value}`} name={digest.strong ? "Digest" : "Weak id"}>
            {digest.strong ? (
              <a href={encode(nodeUrl(`content/${digest.algorithm}:${digest.value}`, { view: "facts" }))}>
                <Hash algorithm={digest.algorithm} value={digest.value} />
              </a>
            ) : (
              <Hash algorithm={digest.algorithm} value={digest.value} />
            )}
          </Fact>
        ))}
        {node.rows !== null && <Fact name="Rows"><span class="num">{count(node.rows)}</span></Fact>}
        {node.bytes !== null && <Fact name="Size"><span class="num" title={`${count(node.bytes)} bytes`}>{bytes(node.bytes)}</span></Fact>}
        {node.changeNote && <Fact name="Change">{node.changeNote}</Fact>}
        {derived && (
          <Fact name="Made from">
            <a class="inline" href={encode(nodeUrl(derived.reference, { view: "facts" }))}>{tail(derived.name).name}</a> <span class="chip">{spoken(derived.relation)}</span>
            {derived.changed && <span class="quiet wrap"> {derived.changed}</span>}
          </Fact>
        )}
        {node.parents.length > 0 && <Fact name="Parents"><Nodes of={node.parents} /></Fact>}
      </dl>
      {node.digests.length === 0 && node.rows === null && node.bytes === null && !node.changeNote && (
        <p class="quiet">No digest, size or change was recorded: what its bytes are is not known.</p>
      )}
    </Panel>
  );
}

/** Nodes, one below the other. */
export function Nodes({ of }: { of: readonly Parameters<typeof NodeLink>[0]["node"][] }) {
  return (
    <ul class="list tight">
      {of.map((node) => (
        <li key={node.id}>
          <NodeLink node={node} />
        </li>
      ))}
    </ul>
  );
}

function AssetFacts({ node }: { node: Extract<Known, { versionCount: unknown }> }) {
  return (
    <Panel title="Versions" end={counted(node.versionCount, "version")}>
      {node.droppedAt && (
        <p class="notice">
          Dropped <Moment at={node.droppedAt} />.
        </p>
      )}
      {node.latest ? (
        <dl class="facts">
          <Fact name="Latest"><NodeLink node={node.latest} /></Fact>
          <Fact name="Since"><Moment at={node.latest.at} /></Fact>
          {node.latest.rows !== null && <Fact name="Rows"><span class="num">{count(node.latest.rows)}</span></Fact>}
          {node.latest.bytes !== null && <Fact name="Size"><span class="num">{bytes(node.latest.bytes)}</span></Fact>}
        </dl>
      ) : (
        <p class="quiet">No version is known: it was only declared, or described.</p>
      )}
      {node.sameAs.length > 0 && (
        <dl class="facts">
          <Fact name="Also called">
            <ul class="list tight">
              {node.sameAs.map((uid) => (
                <li key={uid}>
                  <a class="wrap" href={encode(nodeUrl(uid, { view: "facts" }))}>{unescaped(uid.replace(/^asset\//, ""))}</a>
                </li>
              ))}
            </ul>
          </Fact>
        </dl>
      )}
    </Panel>
  );
}

function JobFacts({ node }: { node: Extract<Known, { runCount: unknown }> }) {
  return (
    <Panel title="Job" end={counted(node.runCount, "run")}>
      {node.description && <p>{node.description}</p>}
      <dl class="facts">
        {node.latestRun && <Fact name="Latest run"><NodeLink node={node.latestRun} /></Fact>}
        {node.declaredInputs.length > 0 && <Fact name="Declared to read"><Nodes of={node.declaredInputs} /></Fact>}
        {node.declaredOutputs.length > 0 && <Fact name="Declared to write"><Nodes of={node.declaredOutputs} /></Fact>}
      </dl>
    </Panel>
  );
}

function Holders({ node }: { node: Extract<Known, { holders: unknown }> }) {
  return (
    <Panel title="Versions with these bytes" end={count(node.holders.totalCount ?? node.holders.edges.length)}>
      <Nodes of={node.holders.edges.map((edge) => edge.node)} />
      <WholeLine of={node.holders.completeness} />
    </Panel>
  );
}

function Serving({ of }: { of: Extract<Known, { serving: unknown }>["serving"] }) {
  return (
    <Panel title="Serving now" end={count(of.length)}>
      {of.length > 0 ? <Nodes of={of} /> : <p class="quiet">No deployment that has not ended uses it.</p>}
    </Panel>
  );
}

function Pin({ node }: { node: Extract<Known, { python: unknown }> }) {
  const pins = { Python: node.python, Image: node.image, Accelerator: node.accelerator, "Lock file": node.lockDigest, Packages: node.packages };
  return (
    <Panel title="Environment">
      <dl class="facts">
        {Object.entries(pins).map(([name, value]) => value && <Fact key={name} name={name}><code class="wrap">{value}</code></Fact>)}
      </dl>
    </Panel>
  );
}
