import { useMemo, useRef } from "preact/hooks";

import { useQuestion } from "../../../api/use-question";
import { MAP_FAMILIES, reachOf, type Columns, type Reach } from "../../../graph/map/columns";
import { mapSvg } from "../../../graph/map/picture";
import { count, moment } from "../../../parts/format";
import { save } from "../../../parts/save";
import { Awaited, Empty, Partial } from "../../../parts/states";
import type { Go } from "../../../url/history";
import type { NodeUrl } from "../../../url/state";
import { familiesOf } from "../answer";
import { AsOf } from "../bits/as-of";
import { Status } from "../bits/status";
import { Exports, Filters, Modes, type Export } from "../bits/toolbar";
import { csv, json } from "../export";
import { picturesOf } from "../exports";
import { ImpactPanel } from "../panel/impact";
import { impactQuestion, mapQuestion, type MapAnswer } from "../questions";
import { impactVariables, MOST_MAPPED } from "../variables";
import { columnsOf } from "./map-answer";
import { nameOf, Shapes } from "./parts";
import { Plot, type Drawn } from "./plot";

/** Everything by time and pipeline; with an impact, what a deletion hits of it. */
export function MapView({ node, url, go }: { node: { readonly id: string }; url: NodeUrl; go: Go }) {
  const asked = useQuestion(mapQuestion, { view: { asOf: url.asof || null, maxNodes: MOST_MAPPED } }, { keep: true });
  const answer = asked.data?.map ?? null;
  const columns = useMemo(() => (answer ? columnsOf(answer) : null), [answer]);
  const times = useMemo(() => (columns ? [...columns.at].filter((time) => !Number.isNaN(time)) : []), [columns]);
  const impact = useQuestion(impactQuestion, url.impact ? impactVariables(url.impact, url) : null);
  const reached = impact.data?.impact.subgraph ?? null;
  const hit = useMemo(() => (columns && reached && url.impact ? reachOf([...reached.roots, ...reached.nodes.map(({ id }) => id)], columns) : null), [columns, reached, url.impact]);
  const drawn = useRef<Drawn | null>(null);
  if (!answer || !columns) {
    return <div class="lineage waiting"><Awaited asked={asked} lines={8} what="Loading the map" /></div>;
  }
  return (
    <div class="lineage mode-map">
      <div class="board">
        <div class="toolbar">
          <Filters counts={new Map(countsOf(answer, columns.family))} url={url} go={go}>
            {!url.impact && url.sel && url.sel !== node.id && (
              <button type="button" class="apart" title="What a deletion would hit (i)" onClick={() => go({ ...url, impact: url.sel })}>
                Impact of the selected
              </button>
            )}
          </Filters>
          <div class="tools">
            <Exports of={exportsOf(answer, columns, drawn)} />
            <Modes mode="map" onMode={(mode) => go({ ...url, mode })} />
          </div>
        </div>
        <Partial failures={asked.failures} again={asked.again} />
        {columns.ids.length === 0 ? (
          <Empty title="Nothing to map">No run and no version is known{url.asof ? " at this instant" : ""}.</Empty>
        ) : (
          <Plot columns={columns} url={url} go={go} focus={node.id} hit={hit} drawn={drawn} />
        )}
        <footer class="foot">
          <Shapes />
          <Status whole={answer.completeness}>
            <span><b>{count(answer.total)}</b> nodes</span>
            <span><b>{count(answer.edgeTotal)}</b> edges</span>
            {answer.truncated && <span class="cut">{count(answer.leftOut)}{answer.leftOutExact ? "" : " or more"} older ones left out</span>}
          </Status>
          <AsOf asof={url.asof} times={times} onChange={(asof) => go({ ...url, asof }, { replace: true })} />
        </footer>
      </div>
      {url.impact && (
        <aside class="beside" aria-label="Impact">
          <ImpactPanel url={url} impact={impact} root={titleOf(columns, url.impact)} drawn={drawnOf(columns, hit, reached?.roots ?? [], url)} elsewhere="no run and no version, hidden, or older than the map" />
        </aside>
      )}
    </div>
  );
}

function countsOf(answer: MapAnswer, family: Uint8Array) {
  const drawn = (name: (typeof MAP_FAMILIES)[number]): number => family.reduce((sum, code) => sum + Number(MAP_FAMILIES[code] === name), 0);
  return familiesOf(answer.totalByKind, drawn("deployment"), drawn("base"));
}

const titleOf = (columns: Columns, id: string): string => {
  const place = columns.ids.indexOf(id);
  return place < 0 ? id : nameOf(columns, place);
};

/** How many of what a deletion hits are to be seen on the map. */
const drawnOf = (columns: Columns, hit: Reach | null, roots: readonly string[], { kinds }: NodeUrl): number =>
  [...(hit?.nodes ?? [])].filter((node) => !roots.includes(columns.ids[node]!) && !kinds.some((family) => family === MAP_FAMILIES[columns.family[node]!])).length;

function exportsOf(answer: MapAnswer, columns: Columns, drawn: { readonly current: Drawn | null }): readonly Export[] {
  const row = (id: string, node: number) => {
    const at = columns.at[node]!;
    return [id, MAP_FAMILIES[columns.family[node]!]!, columns.names[node]!, columns.lanes[columns.lane[node]!]?.name ?? "shared", Number.isNaN(at) ? null : new Date(at).toISOString()];
  };
  const picture = (): string => {
    const { ground, lit } = drawn.current!;
    const [since, until] = [ground.axis.since, ground.axis.until].map((time) => moment(new Date(time).toISOString()));
    const footer = `${count(answer.total)} nodes on the map · ${since} to ${until} UTC · ${answer.completeness.sentence}`;
    return mapSvg(ground, lit, { palette: ground.palette, title: ground.danger ? "Impact on the map" : "Map of all runs and versions", footer });
  };
  return [
    ...(columns.ids.length > 0 ? picturesOf("map", picture) : []),
    { word: "What is shown, CSV", make: () => save(csv([["id", "kind", "name", "lane", "at"], ...columns.ids.map(row)]), "map.csv", "text/csv") },
    { word: "What is shown, JSON", make: () => save(json(answer), "map.json", "application/json") },
  ];
}
