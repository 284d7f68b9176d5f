/** A whole graph in columns: node `i` is entry `i` of each. Typed arrays, because there are tens of thousands. */
import type { CardFamily } from "../lineage";

/** Codes of the `family` column. */
export const MAP_FAMILIES = ["data", "run", "model", "artifact", "deployment", "base", "code"] as const satisfies readonly CardFamily[];

export const FAILED = 1;
export const RUNNING = 2;

export interface LaneInfo {
  readonly name: string;
  /** Nodes in the lane, by family. */
  readonly families: Readonly<Partial<Record<CardFamily, number>>>;
  readonly nodes: number;
}

/** Something that so much uses that it stands in the shared lane, once. */
export interface HubInfo {
  readonly node: number;
  readonly uses: number;
}

export interface Columns {
  readonly ids: readonly string[];
  readonly names: readonly string[];
  readonly family: Uint8Array;
  /** A lane's index; -1 is the shared lane. */
  readonly lane: Int16Array;
  /** Milliseconds since 1970 UTC; NaN where unknown. */
  readonly at: Float64Array;
  /** When a run ended; NaN while it runs, and for all that is no run. */
  readonly until: Float64Array;
  /** `FAILED`, `RUNNING` or neither. */
  readonly condition: Uint8Array;
  /** Edges in the direction of flow: what came first, and what came of it. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly lanes: readonly LaneInfo[];
  readonly hubs: readonly HubInfo[];
}

/** Neighbours of every node: those of `i` are `nodes[start[i] … start[i + 1] - 1]`, reached over `edges` likewise. */
export interface Neighbours {
  readonly start: Int32Array;
  readonly nodes: Int32Array;
  readonly edges: Int32Array;
}

/** Where each node's flows lead, or with `here` and `there` exchanged, where they come from. */
export function neighbours(count: number, here: Int32Array, there: Int32Array): Neighbours {
  const start = new Int32Array(count + 1);
  for (const node of here) start[node + 1]!++;
  for (let node = 0; node < count; node++) start[node + 1]! += start[node]!;
  const next = start.slice(0, count);
  const nodes = new Int32Array(here.length);
  const edges = new Int32Array(here.length);
  here.forEach((node, edge) => {
    const place = next[node]!++;
    nodes[place] = there[edge]!;
    edges[place] = edge;
  });
  return { start, nodes, edges };
}

/** What is lit. */
export interface Reach {
  readonly nodes: ReadonlySet<number>;
  readonly edges: ReadonlySet<number>;
}

/** These nodes, as far as they are on the map, and the flows among them. */
export function reachOf(ids: Iterable<string>, { ids: all, from, to }: Columns): Reach {
  const wanted = new Set(ids);
  const nodes = new Set(all.flatMap((id, node) => (wanted.has(id) ? [node] : [])));
  const edges = new Set<number>();
  from.forEach((node, edge) => nodes.has(node) && nodes.has(to[edge]!) && edges.add(edge));
  return { nodes, edges };
}

/** What lies up- and downstream of a node, itself among it; hubs are reached and not walked through. */
export interface Lit extends Reach {
  readonly upstream: number;
  readonly downstream: number;
}

export function lineageOf(node: number, before: Neighbours, after: Neighbours, hubs: ReadonlySet<number>): Lit {
  const edges = new Set<number>();
  const walk = (side: Neighbours): Set<number> => {
    const reached = new Set([node]);
    for (const here of reached) {
      if (hubs.has(here) && here !== node) continue;
      for (let place = side.start[here]!; place < side.start[here + 1]!; place++) {
        edges.add(side.edges[place]!);
        reached.add(side.nodes[place]!);
      }
    }
    return reached;
  };
  const up = walk(before);
  const down = walk(after);
  return { nodes: new Set([...up, ...down]), edges, upstream: up.size - 1, downstream: down.size - 1 };
}
