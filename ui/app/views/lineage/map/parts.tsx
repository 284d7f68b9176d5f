import { familyIcon } from "../../../graph/icons";
import { MAP_FAMILIES, type Columns, type Lit } from "../../../graph/map/columns";
import { count, counted, moment, shortened, tail } from "../../../parts/format";
import { Icon } from "../../../parts/icon";
import { Mix } from "../focus/card";

const ORDER = ["data", "run", "base", "model", "artifact", "deployment"] as const;
const DETAILED = 60;

/** The lanes' names, with what is in them where there is room to say so. */
export function LaneNames({ columns, height, lit }: { columns: Columns; height: number; lit: ReadonlySet<number> | null }) {
  const touched = lit && new Set([...lit].map((node) => columns.lane[node]!));
  return (
    <ul>
      {columns.lanes.map(({ name, nodes, families }, lane) => (
        <li key={`${name} ${lane}`} class={touched && !touched.has(lane) ? "dim" : ""} style={{ height: `${height}px` }} title={name}>
          <b>{name}</b>
          <small>{height >= DETAILED ? `${counted(nodes, "node")}${families.model ? ` · ${counted(families.model, "model")}` : ""}` : count(nodes)}</small>
          {height >= DETAILED && <Mix of={ORDER.flatMap((family) => (families[family] ? [[family, families[family]] as const] : []))} />}
        </li>
      ))}
    </ul>
  );
}

export const nameOf = (columns: Columns, node: number): string => {
  const whole = columns.names[node]!;
  if (columns.ids[node]!.startsWith("environment/")) return shortened(whole); // no path: "Debian GNU/Linux"
  const [name = "", version] = whole.split(/@(?=[^@]*$)/);
  return shortened(version ? `${tail(name).name} ${version}` : tail(name).name);
};

/** What is used everywhere, drawn once: a button each. */
export function Hubs({ columns, lit, danger, onSelect }: { columns: Columns; lit: ReadonlySet<number> | null; danger: boolean; onSelect: (node: number) => void }) {
  return (
    <>
      <div class="shared-name">
        <b>Shared</b>
        <small>{columns.hubs.length > 0 ? "drawn once" : "nothing is"}</small>
      </div>
      <div class="shared" data-scrolls>
        {columns.hubs.map(({ node, uses }) => (
          <button key={node} type="button" class={`is-${MAP_FAMILIES[columns.family[node]!]!} ${lit && !lit.has(node) ? "dim" : danger ? "hit" : ""}`} onClick={() => onSelect(node)} title={columns.names[node]}>
            <i /> {nameOf(columns, node)} <small>{counted(uses, "use")}</small>
          </button>
        ))}
      </div>
    </>
  );
}

const SHAPES = [["data", "data"], ["run", "run"], ["model", "model"], ["artifact", "artifact"], ["deployment", "serving"]] as const;

/** What the marks' shapes mean. */
export function Shapes() {
  return (
    <ul class="shapes" aria-label="Shapes of the marks">
      {SHAPES.map(([family, word]) => <li key={family}><i class={`shape-${family} is-${family}`} />{word}</li>)}
    </ul>
  );
}

/** What is under the pointer, or selected. */
export function Told({ columns, node, many, lit }: { columns: Columns; node: number; many: number; lit: Lit | null }) {
  const family = MAP_FAMILIES[columns.family[node]!]!;
  const at = columns.at[node]!;
  return (
    <>
      <span class={`tile is-${family}`}><Icon of={familyIcon(family)} /></span>
      <div>
        <b>{nameOf(columns, node)}</b>
        <p class="quiet">{many > 1 ? `the latest of ${count(many)} close together · click to zoom in` : Number.isNaN(at) ? "no time known" : moment(new Date(at).toISOString())}</p>
        {lit && <p><b class="num">{count(lit.upstream)}</b> upstream · <b class="num">{count(lit.downstream)}</b> downstream on this map</p>}
      </div>
    </>
  );
}
