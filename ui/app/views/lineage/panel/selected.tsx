import type { ComponentChildren } from "preact";

import { useQuestion } from "../../../api/use-question";
import { reach, type Card, type Lineage } from "../../../graph/lineage";
import { iconOf } from "../../../graph/icons";
import { bytes, count, duration, lasted, metric, moment, shortened } from "../../../parts/format";
import { Icon } from "../../../parts/icon";
import { Partial, Trouble } from "../../../parts/states";
import { encode } from "../../../url/codec";
import { nodeUrl, refocused, type NodeUrl } from "../../../url/state";
import { cardOf } from "../answer";
import { stateWord } from "../focus/words";
import { selectedQuestion, type Selected } from "../questions";
import type { PanelProps } from "./panel";
import { Cards, Section } from "./rows";

/** What is known of the node that is selected, or of the focus. */
export function SelectedPanel({ url, lineage, answer }: PanelProps) {
  const id = url.sel || answer.focus;
  const asked = useQuestion(selectedQuestion, { id, asOf: url.asof || null }, { keep: true });
  const node = asked.data?.node?.id === id ? asked.data.node : null;
  const card = lineage.cards.find((each) => each.id === id) ?? (node ? cardOf(node, Date.now()) : null);
  const [failure] = asked.failures;
  return (
    <>
      {card && <Head card={card} url={url} focus={answer.focus} />}
      {node && <Partial failures={asked.failures} again={asked.again} />}
      {failure && !node ? <Trouble failure={failure} again={asked.again} /> : node ? <Facts node={node} url={url} /> : <p class="quiet">{asked.loading ? "Loading …" : "The service knows nothing of it at this instant."}</p>}
      {id === answer.focus ? <Ends lineage={lineage} url={url} /> : <Beside lineage={lineage} url={url} id={id} />}
    </>
  );
}

function Head({ card, url, focus }: { card: Card; url: NodeUrl; focus: string }) {
  const other = card.id !== focus;
  return (
    <header class="panel-head">
      <span class={`tile is-${card.family}`}><Icon of={iconOf(card)} /></span>
      <div>
        <p class="quiet">{card.word}</p>
        <p class="strong" title={card.name}>{card.title} <span class="mono">{card.version}</span></p>
      </div>
      <p class="buttons">
        {other && <a class="button small" href={encode(refocused(url, card.id))}><Icon of="crosshair" /> Focus</a>}
        {other && <a class="button small" href={encode({ ...url, path: card.id })} title="How it hangs together with the focus"><Icon of="route" /> Path</a>}
        {other && <a class="button small" href={encode(nodeUrl(focus, { view: "compare", with: card.id }))} title="What differs between it and the focus (c)"><Icon of="git-compare" /> Compare</a>}
        <a class="button small" href={encode({ ...url, impact: card.id })} title="What a deletion would hit"><Icon of="zap" /> Impact</a>
        <a class="button small" href={encode(nodeUrl(card.id, { view: "facts" }))}><Icon of="file-text" /> Facts</a>
      </p>
    </header>
  );
}

type Fact = readonly [term: string, value: ComponentChildren];

function Facts({ node, url }: { node: Selected; url: NodeUrl }) {
  const facts = factsOf(node, url).filter(([, value]) => value !== null && value !== "" && value !== undefined);
  const params = "params" in node ? node.params : [];
  const metrics = "metrics" in node ? node.metrics : "runMetrics" in node ? node.runMetrics : [];
  return (
    <>
      <Section title="Facts">
        <dl>{facts.map(([term, value]) => <div key={term}><dt>{term}</dt><dd>{value}</dd></div>)}</dl>
      </Section>
      {metrics.length > 0 && (
        <Section title="Metrics" total={new Set(metrics.map(({ name }) => name)).size}>
          <dl class="num">{latest(metrics).map(({ name, value, text }) => <div key={name}><dt title={name}>{name}</dt><dd class="mono">{metric(value, text)}</dd></div>)}</dl>
        </Section>
      )}
      {params.length > 0 && (
        <Section title="Parameters" total={params.length}>
          <dl class="num">{params.slice(0, FIRST).map(({ name, value }) => <div key={name}><dt title={name}>{name}</dt><dd class="mono" title={value}>{value}</dd></div>)}</dl>
        </Section>
      )}
    </>
  );
}

const FIRST = 6;

/** The last value of each metric, the first few of them. */
function latest<Metric extends { readonly name: string }>(metrics: readonly Metric[]): Metric[] {
  return [...new Map(metrics.map((each) => [each.name, each])).values()].slice(0, FIRST);
}

function factsOf(node: Selected, url: NodeUrl): Fact[] {
  const link = (id: string, text: string): ComponentChildren => <a href={encode({ ...url, sel: id })} title={text}>{text}</a>;
  const owners: Fact = ["Owner", node.owners.join(", ")];
  if ("startedAt" in node) {
    const time = lasted(node.startedAt, node.endedAt, Date.now());
    return [
      ["State", stateWord(node.state) || "complete"],
      ["Started", node.startedAt && moment(node.startedAt)],
      ["Took", time === null ? null : `${duration(time)}${node.endedAt ? "" : " so far"}`],
      ["Error", node.error],
      ["Job", <a href={encode(nodeUrl(node.job.id, { view: "facts" }))}>{node.job.name}</a>],
      ["Commit", node.commit && <span class="mono" title={node.commit.repository}>{node.commit.sha.slice(0, 10)}</span>],
      ["Python", node.environment?.python],
      ["Image", node.environment?.image],
      ["Accelerator", node.environment?.accelerator],
      owners,
    ];
  }
  if ("version" in node) {
    const digest = node.digests.find(({ strong }) => strong) ?? node.digests[0];
    return [
      ["Version", <span class="mono" title={node.version}>{node.label ?? shortened(node.version)}</span>],
      ["Aliases", node.aliases.join(", ")],
      ["Digest", digest && <span class="mono" title={`${digest.algorithm}:${digest.value}`}>{shortened(`${digest.algorithm}:${digest.value}`)}</span>],
      ["Rows", node.rows === null ? null : count(node.rows)],
      ["Size", node.bytes === null ? null : bytes(node.bytes)],
      ["Created", node.at && moment(node.at)],
      ["Made by", node.generatedBy[0] && link(node.generatedBy[0].id, node.generatedBy[0].job.name)],
      ["Change", node.changeNote],
      owners,
      ["Warning", [node.conflict && "digests contradict each other", node.failed && "only failed runs wrote it"].filter(Boolean).join("; ")],
    ];
  }
  return [["Name", node.name], ["Since", node.at && moment(node.at)], owners];
}

/** Where the focus begins and ends: raw data, and what serves. */
function Ends({ lineage, url }: { lineage: Lineage; url: NodeUrl }) {
  const up = reach(lineage.flows, lineage.focus, false);
  const down = reach(lineage.flows, lineage.focus, true);
  const origins = lineage.cards.filter(({ id, origin }) => origin && up.has(id) && id !== lineage.focus);
  const serving = lineage.cards.filter(({ id, serving: live }) => live && down.has(id));
  return (
    <>
      <Cards title="Rests on" of={origins} url={url} />
      <Cards title="Serving now" of={serving} url={url} note={(card) => card.detail} />
    </>
  );
}

/** What comes right before and right after. */
function Beside({ lineage, url, id }: { lineage: Lineage; url: NodeUrl; id: string }) {
  const card = (other: string): Card[] => lineage.cards.filter((each) => each.id === other);
  const before = lineage.flows.filter(({ to }) => to === id).flatMap(({ from, roles }) => card(from).map((each) => ({ each, roles })));
  const after = lineage.flows.filter(({ from }) => from === id).flatMap(({ to }) => card(to));
  const roles = new Map(before.map(({ each, roles: given }) => [each.id, given.join(", ").toLowerCase()]));
  return (
    <>
      <Cards title="Right before" of={before.map(({ each }) => each)} url={url} note={(each) => roles.get(each.id) || each.version} />
      <Cards title="Right after" of={after} url={url} />
    </>
  );
}
