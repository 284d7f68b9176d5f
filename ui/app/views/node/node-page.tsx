import type { ResultOf } from "../../api/document";
import { useQuestion } from "../../api/use-question";
import { CopyButton } from "../../parts/copy";
import { atLeast } from "../../parts/format";
import { Icon } from "../../parts/icon";
import { lookOf } from "../../parts/kinds";
import { calling, Marks, named, NodeLink, State, Tile } from "../../parts/node";
import { Answered, Empty } from "../../parts/states";
import { useTitle } from "../../shell/title";
import { encode } from "../../url/codec";
import type { Go } from "../../url/history";
import { nodeUrl, type NodeUrl, type View } from "../../url/state";
import { nodeOf, type Head } from "./questions";
import { Tab } from "./tab";
import { tabsOf } from "./tabs";

/** `/n?id=…`: one node, under a head with its tabs. */
export function NodePage({ url, go }: { url: NodeUrl; go: Go }) {
  const asked = useQuestion(nodeOf, url.id ? { ref: url.id } : null, { keep: true });
  if (!url.id) return <Missing id="" found={null} />;
  return (
    <div class="node-page">
      <Answered asked={asked}>
        {({ resolve }) => (resolve.node ? <Page node={resolve.node} url={url} go={go} /> : <Missing id={url.id} found={resolve} />)}
      </Answered>
    </div>
  );
}

function Page({ node, url, go }: { node: Head; url: NodeUrl; go: Go }) {
  useTitle(named(node));
  const tabs = tabsOf(node);
  const view: View = tabs.some((tab) => tab.view === url.view) ? url.view : "facts";
  const { title, version, place } = calling(node);
  const state = "job" in node ? node.state : null;
  return (
    <>
      <header class="nodebar">
        <Tile of={node} />
        <div class="identity">
          <p class="crumb" title={place}>
            {lookOf(node).word}
            {place && ` · ${place}`}
          </p>
          <h1>
            <span class="title" title={node.name}>
              {title}
            </span>
            {version && <code>{version}</code>}
            {"aliases" in node && node.aliases.map((alias) => <span key={alias} class="chip">{alias}</span>)}
            <Marks node={node} />
            {state && <State of={state} />}
          </h1>
        </div>
        <nav class="tabs" aria-label="Views of this node">
          {tabs.map((tab) => (
            <a key={tab.view} href={encode(nodeUrl(url.id, { view: tab.view, asof: url.asof }))} aria-current={tab.view === view ? "page" : undefined}>
              {tab.word}
              {tab.count !== null && <small class="num">{atLeast(tab.count, tab.exact)}</small>}
            </a>
          ))}
        </nav>
        <div class="actions">
          <a class="button" aria-current={view === "lineage" && url.impact !== "" ? "true" : undefined} href={encode(nodeUrl(url.id, { mode: url.mode, impact: url.impact ? "" : node.id, asof: url.asof }))}>
            <Icon of="zap" /> Impact
          </a>
          <CopyButton text={() => location.href} what="the link">
            <span class="wide">Copy link</span>
          </CopyButton>
        </div>
      </header>
      {/* Lineage moves from node to node in one picture; every other view begins anew. */}
      <Tab key={view === "lineage" ? view : node.id} view={view} node={node} url={url} go={go} />
    </>
  );
}

/** What a reference that means nothing, or several things, leads to. */
function Missing({ id, found }: { id: string; found: ResultOf<typeof nodeOf>["resolve"] | null }) {
  useTitle("Not found");
  const several = found !== null && found.candidates.length > 0;
  return (
    <div class="page">
      <h1>{several ? "Which one?" : "Not here"}</h1>
      <section class="panel" aria-label="What it may be">
        {several ? (
          <ul class="list">
            {found.candidates.map((node) => (
              <li key={node.id}>
                <NodeLink node={node} />
                <span class="quiet end">{lookOf(node).word}</span>
              </li>
            ))}
          </ul>
        ) : (
          <Empty title={id ? `Nothing is known as ${id}.` : "The link names nothing: it has no id."}>
            {found && found.suggestions.length > 0 && (
              <>
                <p>Close to it:</p>
                <ul class="list">
                  {found.suggestions.map((each) => (
                    <li key={each}>
                      <a href={encode(nodeUrl(each))}>{each}</a>
                    </li>
                  ))}
                </ul>
              </>
            )}
            <p>
              <a href="/">Search the catalog</a>
            </p>
          </Empty>
        )}
      </section>
    </div>
  );
}
