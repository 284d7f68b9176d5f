import type { FragmentOf } from "../../api/document";
import { Fact } from "../../parts/fact";
import { count, metric as number, shortened, spoken, unescaped } from "../../parts/format";
import { Evidence, NodeLink } from "../../parts/node";
import { encode } from "../../url/codec";
import { nodeUrl } from "../../url/state";
import type { Known } from "./facts";
import { Nodes, Panel } from "./facts";
import { line, series, type Measured } from "./metrics";

type Run = Extract<Known, { params: unknown }>;
type Made = Extract<Known, { generatedBy: unknown }>["generatedBy"][number];

const NOT_RECORDED = <span class="quiet">not recorded</span>;

/** How a run ran: code, environment, parameters, seeds, what it read and wrote, its numbers. */
export function Making({ run, title }: { run: Run | Made; title: string }) {
  const seeds = Object.entries(run.seeds as Record<string, unknown>);
  return (
    <>
      <Panel title={title}>
        {run.error && <p class="notice danger wrap">{run.error}</p>}
        <dl class="facts">
          {title === "Made by" && <Fact name="Run"><NodeLink node={run} /></Fact>}
          {run.parent && <Fact name="Part of"><NodeLink node={run.parent} /></Fact>}
          <Fact name="Commit">{run.commit ? <CommitLine of={run.commit} /> : NOT_RECORDED}</Fact>
          <Fact name="Environment">
            {run.environment ? <a href={encode(nodeUrl(run.environment.id, { view: "facts" }))}>{shortened(run.environment.name)}</a> : NOT_RECORDED}
          </Fact>
          {seeds.map(([library, seed]) => (
            <Pair key={library} name={`Seed ${library}`} value={String(seed)} />
          ))}
        </dl>
        <Lists run={run} />
      </Panel>
      {run.params.length > 0 && (
        <Panel title="Parameters" end={count(run.params.length)}>
          <dl class="facts">
            {run.params.map((param) => (
              <Pair key={param.name} name={param.name} value={param.value} />
            ))}
          </dl>
        </Panel>
      )}
      {title !== "Made by" && <Numbers title="Metrics" of={run.metrics} />}
    </>
  );
}

function Pair({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt title={name}>{name}</dt>
      <dd>
        <code class="wrap">{value}</code>
      </dd>
    </>
  );
}

function CommitLine({ of }: { of: NonNullable<Made["commit"]> }) {
  return (
    <>
      <a href={encode(nodeUrl(of.id, { view: "facts" }))} title={of.repository}>
        <code>{of.sha.slice(0, 10)}</code>
      </a>
      {of.dirty && <span class="mark danger">not clean</span>} <span class="quiet wrap">{of.repository}</span>
    </>
  );
}

function Lists({ run }: { run: Run | Made }) {
  return (
    <>
      {run.inputs.length > 0 && <h4>Read</h4>}
      <ul class="list tight">
        {run.inputs.map((use) => (
          <li key={`${use.version.id}${use.role ?? ""}`}>
            <NodeLink node={use.version} />
            {use.role && <span class="chip">{spoken(use.role)}</span>}
            <Evidence of={use.evidence} />
          </li>
        ))}
      </ul>
      {run.outputs.length > 0 && <h4>Wrote</h4>}
      <Nodes of={run.outputs} />
    </>
  );
}

const WIDTH = 132;
const HEIGHT = 32;

/** What runs reported, each name once; over the steps of training as a line. */
export function Numbers({ title, of }: { title: string; of: readonly FragmentOf<never>[] | readonly Measured[] }) {
  const all = series(of as readonly Measured[]);
  if (all.length === 0) return null;
  return (
    <Panel title={title} end={count(all.length)}>
      <table class="numbers">
        <caption class="hidden">{title}</caption>
        <thead class="hidden">
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Over the steps</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {all.map((each) => (
            <tr key={each.name}>
              <th scope="row" title={each.name}>
                {each.name}
              </th>
              <td>
                {each.points.length > 1 && (
                  <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${each.name} over ${each.points.length} steps`}>
                    <path d={line(each.points, WIDTH, HEIGHT, 3)} />
                  </svg>
                )}
                {each.headline.dataset && (
                  <a class="quiet" href={encode(nodeUrl(each.headline.dataset))}>
                    on {shortened(unescaped(each.headline.dataset.split("/").at(2) ?? each.headline.dataset))}
                  </a>
                )}
              </td>
              <td class="num strong" title={each.headline.text}>
                {number(each.headline.value, each.headline.text)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
