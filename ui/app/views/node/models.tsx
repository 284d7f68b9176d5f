import type { ResultOf } from "../../api/document";
import { useQuestion } from "../../api/use-question";
import { counted, metric, spoken } from "../../parts/format";
import { Icon } from "../../parts/icon";
import { NodeLink } from "../../parts/node";
import { usePages } from "../../parts/pages";
import { Answered, Empty } from "../../parts/states";
import { encode } from "../../url/codec";
import { nodeUrl } from "../../url/state";
import { Words } from "../catalog/found";
import { models, type Head } from "./questions";

const PAGE = 100;

type Page = ResultOf<typeof models>["modelsUsing"];
type Use = Page["edges"][number]["node"];

/** Which models used this: how, and the proof. */
export function Models({ node, asof }: { node: Head; asof: string }) {
  const asked = useQuestion(models, { ref: node.id, asOf: asof || null, first: PAGE, after: null });
  return (
    <div class="page">
      <h2 class="hidden">Models that used this</h2>
      <section class="panel" aria-label="Models that used this">
        <Answered asked={asked} lines={8}>
          {(data) => <Uses key={node.id} first={data.modelsUsing} node={node} asof={asof} />}
        </Answered>
      </section>
    </div>
  );
}

function Uses({ first, node, asof }: { first: Page; node: Head; asof: string }) {
  const { nodes, foot } = usePages(first, models, { ref: node.id, asOf: asof || null, first: PAGE, after: null }, (data) => data.modelsUsing);
  const groups = byModel(nodes);
  if (groups.length === 0) {
    return (
      <>
        <Empty title="No model is known to have used this.">
          <p>Neither directly nor by way of what was made from it.</p>
        </Empty>
        {foot}
      </>
    );
  }
  return (
    <>
      {groups.map(([first, uses]) => (
        <section key={first.model.id} class="model-uses" aria-label={first.model.name}>
          <div class="row">
            <h3>
              <NodeLink node={first.model} view={{ view: "versions" }} />
            </h3>
            <span class="quiet end">{counted(uses.length, "version")}</span>
          </div>
          <ul class="list">
            {uses.map((use) => (
              <UseLine key={use.version.id} use={use} asof={asof} />
            ))}
          </ul>
        </section>
      ))}
      {foot}
    </>
  );
}

function UseLine({ use, asof }: { use: Use; asof: string }) {
  const { version } = use;
  const headline = "headline" in version ? version.headline : null;
  const serving = "serving" in version ? version.serving.length : 0;
  return (
    <li class="use">
      <div class="row">
        <NodeLink node={version} bare />
        {"aliases" in version && <Words of={version.aliases} />}
        {serving > 0 && <span class="chip" data-family="deployment">{counted(serving, "deployment")}</span>}
        <span class="end quiet num">{headline && `${headline.name} ${metric(headline.value, headline.text)}`}</span>
      </div>
      {use.how.map((how, index) => {
        const path = use.via[index];
        return (
          <div key={how} class="how">
            <span class="chip strong">{spoken(how)}</span>
            {path && <Chain path={path} asof={asof} />}
          </div>
        );
      })}
    </li>
  );
}

/** The shortest proof, from the model to what it used, and a way to see it in Focus. */
function Chain({ path, asof }: { path: Use["via"][number]; asof: string }) {
  const from = path.nodes[0];
  const to = path.nodes.at(-1);
  const seqs = [...new Set(path.edges.flatMap((edge) => edge.eventSeqs))].sort((a, b) => a - b);
  return (
    <div class="chain">
      <ol>
        {path.nodes.map((node, index) => (
          <li key={node.id}>
            {index > 0 && <Step edge={path.edges[index - 1]} />}
            <NodeLink node={node} />
          </li>
        ))}
      </ol>
      <p class="quiet row">
        {seqs.length > 0 && <span class="num">{seqs.length === 1 ? "event" : "events"} {seqs.join(", ")}</span>}
        {from && to && (
          <a href={encode(nodeUrl(from.id, { path: to.id, asof }))}>
            <Icon of="route" /> Open in Focus
          </a>
        )}
      </p>
    </div>
  );
}

function Step({ edge }: { edge: Use["via"][number]["edges"][number] | undefined }) {
  if (!edge) return null;
  const said = edge.role ? `${spoken(edge.type)} as ${spoken(edge.role)}` : spoken(edge.type);
  return (
    <span class="step" data-evidence={edge.evidence}>
      {said}
      {edge.evidence !== "RECORDED" && ` (${spoken(edge.evidence)})`}
    </span>
  );
}

/** The uses by model, in the order of the answer. */
function byModel(uses: readonly Use[]): readonly (readonly [Use, readonly Use[]])[] {
  const groups = new Map<string, Use[]>();
  for (const use of uses) groups.set(use.model.id, [...(groups.get(use.model.id) ?? []), use]);
  return [...groups.values()].flatMap((group) => (group[0] ? [[group[0], group] as const] : []));
}
