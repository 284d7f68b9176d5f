import { useState } from "preact/hooks";

import { useQuestion } from "../../api/use-question";
import { familyIcon, iconOf } from "../../graph/icons";
import type { Lineage } from "../../graph/lineage";
import { count, counted, moment } from "../../parts/format";
import { Icon } from "../../parts/icon";
import { Answered, Empty } from "../../parts/states";
import { encode } from "../../url/codec";
import type { Go } from "../../url/history";
import { refocused, type NodeUrl } from "../../url/state";
import { cardOf } from "./answer";
import { stateWord } from "./focus/words";
import { rowsOf, sorted, type Row, type SortKey } from "./outline-rows";
import { reachedQuestion } from "./questions";
import { impactVariables } from "./variables";

interface OutlineProps {
  readonly url: NodeUrl;
  readonly go: Go;
  readonly lineage: Lineage;
  readonly later: ReadonlySet<string>;
  readonly onOpen: (id: string, all: boolean) => void;
}

/** The picture's twin as a table; with an impact, everything that it hits. */
export function Outline(props: OutlineProps) {
  return props.url.impact ? <Hit {...props} /> : <Table {...props} rows={rowsOf(props.lineage)} caption="The lineage, from the first origin to the last consumer" />;
}

/** All that a deletion hits, also what no picture has room for. */
function Hit(props: OutlineProps) {
  const asked = useQuestion(reachedQuestion, impactVariables(props.url.impact, props.url));
  return (
    <Answered asked={asked} lines={10}>
      {({ impact: { subgraph, total } }) => {
        const roots = new Set([props.url.impact]);
        const now = Date.now();
        const cards = subgraph.nodes.flatMap((node, place) =>
          roots.has(node.id) ? [] : [{ ...cardOf(node, now), depth: subgraph.depths[place] ?? 0 }],
        );
        const rows = rowsOf({ focus: "", cards, folds: [], flows: [] });
        return rows.length === 0 ? <Empty title="Nothing depends on it" /> : <Table {...props} rows={rows} caption={`${counted(total, "node")} that would lose a source, nearest first`} />;
      }}
    </Answered>
  );
}

const COLUMNS: readonly (readonly [SortKey, string])[] = [["hops", "Hops"], ["name", "Name"], ["kind", "Kind"], ["version", "Version"], ["at", "When"], ["state", "State"]];
/** Rows of one page of the table: more would take long to draw, and nobody reads on. */
const PAGE = 500;

function Table({ url, lineage, later, rows, caption, onOpen }: OutlineProps & { rows: readonly Row[]; caption: string }) {
  const [sort, setSort] = useState<{ key: SortKey; down: boolean }>({ key: "hops", down: false });
  const [pages, setPages] = useState(1);
  const all = sorted(rows, sort.key, sort.down);
  return (
    <div class="outline" data-scrolls>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {COLUMNS.map(([key, word]) => (
              <th key={key} scope="col" aria-sort={sort.key === key ? (sort.down ? "descending" : "ascending") : "none"}>
                <button type="button" onClick={() => setSort({ key, down: sort.key === key && !sort.down })}>
                  {word} {sort.key === key && <Icon of={sort.down ? "arrow-down" : "arrow-up"} />}
                </button>
              </th>
            ))}
            <th scope="col"><span class="hidden">More</span></th>
          </tr>
        </thead>
        <tbody>
          {all.slice(0, pages * PAGE).map((row) => (
            <Line key={row.id} row={row} url={url} focus={row.id === lineage.focus} later={later.has(row.id)} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
      {all.length > pages * PAGE && (
        <button type="button" class="button" onClick={() => setPages(pages + 1)}>
          {count(Math.min(PAGE, all.length - pages * PAGE))} more of {count(all.length)}
        </button>
      )}
    </div>
  );
}

function Line({ row, url, focus, later, onOpen }: { row: Row; url: NodeUrl; focus: boolean; later: boolean; onOpen: OutlineProps["onOpen"] }) {
  const state = stateWord(row.state);
  return (
    <tr class={[focus ? "focus" : "", later ? "later" : "", row.id === url.sel ? "selected" : ""].filter(Boolean).join(" ")}>
      <td class="num">{focus ? "focus" : row.hops === null ? row.side : row.hops}</td>
      <th scope="row">
        <span class="named">
          <span class={`tile is-${row.family}`}><Icon of={row.card ? iconOf(row.card) : familyIcon(row.family)} /></span>
          {row.card ? <a href={encode({ ...url, sel: row.id })} title={row.full}>{row.name}</a> : <span class="quiet">{row.name}</span>}
        </span>
      </th>
      <td>{row.kind}</td>
      <td class="mono">{row.version}</td>
      <td class="num">{row.at && moment(row.at)}</td>
      <td>{[state, row.detail, ...row.warnings, later ? "later" : ""].filter(Boolean).join(" · ")}</td>
      <td>
        {row.more > 0 && (
          <button type="button" class="button small" onClick={(event) => onOpen(row.id, event.shiftKey)}>
            <Icon of="plus" /> {row.card ? `${row.more} behind it` : `open ${count(row.more)}`}
          </button>
        )}
        {row.card && !focus && <a class="button small" href={encode(refocused(url, row.id))}>Focus</a>}
      </td>
    </tr>
  );
}
