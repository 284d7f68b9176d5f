import { useQuestion } from "../../api/use-question";
import { counted } from "../../parts/format";
import { named, NodeLink } from "../../parts/node";
import { Answered, Empty } from "../../parts/states";
import type { Go } from "../../url/history";
import type { NodeUrl } from "../../url/state";
import { facts, type Head } from "../node/questions";
import { aspects, type Aspect, type Known } from "./aspects";
import { others } from "./questions";

type Props = { readonly node: Head; readonly url: NodeUrl; readonly go: Go };

/** Two versions, or two runs, side by side. Without a second one in the link it is the one before. */
export function Compare({ node, url, go }: Props) {
  const version = "asset" in node ? node.asset.id : null;
  const job = "job" in node ? node.job.id : null;
  const asked = useQuestion(others, { asset: version ?? "", job, runs: job !== null, versions: version !== null });
  return (
    <div class="page">
      <h2 class="hidden">Compare</h2>
      <Answered asked={asked}>
        {({ versions, find }) => {
          const known = (versions ?? find)?.edges.map((edge) => edge.node) ?? [];
          const before = known[known.findIndex(({ id }) => id === node.id) + 1] ?? known.find(({ id }) => id !== node.id);
          const other = url.with || before?.id;
          const choices = known.filter(({ id }) => id !== node.id);
          return (
            <>
              {choices.length > 0 && (
                <label class="row">
                  Compare with
                  <select value={choices.some(({ id }) => id === other) ? other : ""} onChange={(event) => go({ ...url, with: event.currentTarget.value })}>
                    {!choices.some(({ id }) => id === other) && <option value="">another</option>}
                    {choices.map((each) => <option key={each.id} value={each.id}>{[named(each), each.at?.slice(0, 16).replace("T", " ")].filter(Boolean).join(" · ")}</option>)}
                  </select>
                </label>
              )}
              {other ? <Both key={other} a={node.id} b={other} /> : <Empty title="There is nothing to compare it with: no other is known." />}
            </>
          );
        }}
      </Answered>
    </div>
  );
}

function Both({ a, b }: { a: string; b: string }) {
  const left = useQuestion(facts, { id: a });
  const right = useQuestion(facts, { id: b });
  // One state for both: what failed on either side is told once, and asked again together.
  const asked = {
    data: left.data && right.data && { one: left.data.node, two: right.data.node },
    failures: [...left.failures, ...right.failures],
    again: () => [left, right].forEach(({ again }) => again()),
  };
  return (
    <Answered asked={asked} lines={10}>
      {({ one, two }) => (one && two ? <Differences a={one} b={two} /> : <Empty title={`Nothing is known as ${one ? b : a}.`} />)}
    </Answered>
  );
}

function Differences({ a, b }: { a: Known; b: Known }) {
  const compared = aspects(a, b);
  const many = compared.reduce((sum, { differing }) => sum + differing.length, 0);
  return (
    <>
      <p role="status">{many === 0 ? "They are the same in all that is known of both." : `${counted(many, "difference")} in ${compared.filter(({ differing }) => differing.length > 0).map(({ title }) => title.toLowerCase()).join(", ")}.`}</p>
      {compared.map((aspect) => <Section key={aspect.title} of={aspect} a={a} b={b} />)}
    </>
  );
}

function Section({ of: { title, differing, same }, a, b }: { of: Aspect; a: Known; b: Known }) {
  return (
    <section class="panel compared" aria-label={title}>
      <h3>{title}</h3>
      {differing.length > 0 && <Rows of={differing} caption={`${title}: what differs`} a={a} b={b} />}
      {same.length > 0 && (
        <details>
          <summary>{counted(same.length, "is the same", "are the same")}</summary>
          <Rows of={same} caption={`${title}: what is the same`} a={a} b={b} />
        </details>
      )}
    </section>
  );
}

function Rows({ of: rows, caption, a, b }: { of: Aspect["same"]; caption: string; a: Known; b: Known }) {
  return (
    <table>
      <caption class="hidden">{caption}</caption>
      <thead>
        <tr>
          <td />
          {[a, b].map((node) => <th key={node.id} scope="col"><NodeLink node={node} view={{ view: "facts" }} bare /></th>)}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, a: left, b: right }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {[left, right].map((value, side) => <td key={side} class={value === null ? "quiet" : "mono"}>{value ?? "not said"}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
