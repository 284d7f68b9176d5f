import { useMemo } from "preact/hooks";

import { useQuestion } from "../../../api/use-question";
import { MAP_FAMILIES, type Columns } from "../../../graph/map/columns";
import { count } from "../../../parts/format";
import { Empty, Partial, Skeleton, Trouble } from "../../../parts/states";
import type { Go } from "../../../url/history";
import type { Family, NodeUrl } from "../../../url/state";
import { familiesOf } from "../answer";
import { AsOf } from "../bits/as-of";
import { Status } from "../bits/status";
import { Exports, Filters, Modes, type Export } from "../bits/toolbar";
import { csv, json, save } from "../export";
import { mapQuestion, type MapAnswer } from "../questions";
import { MOST_MAPPED } from "../variables";
import { columnsOf } from "./map-answer";
import { Shapes } from "./parts";
import { Plot } from "./plot";

/** Everything by time and pipeline. */
export function MapView({ node, url, go }: { node: { readonly id: string }; url: NodeUrl; go: Go }) {
  const asked = useQuestion(mapQuestion, { view: { asOf: url.asof || null, maxNodes: MOST_MAPPED } }, { keep: true });
  const answer = asked.data?.map ?? null;
  const columns = useMemo(() => (answer ? columnsOf(answer) : null), [answer]);
  const times = useMemo(() => (columns ? [...columns.at].filter((time) => !Number.isNaN(time)) : []), [columns]);
  const [failure] = asked.failures;
  if (!answer || !columns) {
    return <div class="lineage waiting">{failure ? <Trouble failure={failure} again={asked.again} /> : <Skeleton lines={8} what="Loading the map" />}</div>;
  }
  const toggle = (family: Family): void =>
    go({ ...url, kinds: url.kinds.includes(family) ? url.kinds.filter((each) => each !== family) : [...url.kinds, family] }, { replace: true });
  return (
    <div class="lineage mode-map">
      <div class="board">
        <div class="toolbar">
          <Filters counts={new Map(countsOf(answer, columns.family))} hidden={url.kinds} onToggle={toggle} />
          <div class="tools">
            <Exports of={exportsOf(answer, columns)} />
            <Modes mode="map" onMode={(mode) => go({ ...url, mode })} />
          </div>
        </div>
        <Partial failures={asked.failures} again={asked.again} />
        {columns.ids.length === 0 ? (
          <Empty title="Nothing to map">No run and no version is known{url.asof ? " at this instant" : ""}.</Empty>
        ) : (
          <Plot columns={columns} url={url} go={go} focus={node.id} />
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
    </div>
  );
}

function countsOf(answer: MapAnswer, family: Uint8Array) {
  const drawn = (name: (typeof MAP_FAMILIES)[number]): number => family.reduce((sum, code) => sum + Number(MAP_FAMILIES[code] === name), 0);
  return familiesOf(answer.totalByKind, drawn("deployment"), drawn("base"));
}

function exportsOf(answer: MapAnswer, columns: Columns): readonly Export[] {
  const row = (id: string, node: number) => {
    const at = columns.at[node]!;
    return [id, MAP_FAMILIES[columns.family[node]!]!, columns.names[node]!, columns.lanes[columns.lane[node]!]?.name ?? "shared", Number.isNaN(at) ? null : new Date(at).toISOString()];
  };
  return [
    { word: "What is shown, CSV", make: () => save(csv([["id", "kind", "name", "lane", "at"], ...columns.ids.map(row)]), "map.csv", "text/csv") },
    { word: "What is shown, JSON", make: () => save(json(answer), "map.json", "application/json") },
  ];
}
