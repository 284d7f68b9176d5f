import type { Link } from "./types";

/** The links of each node that leave it, by index; links from a node to itself are left out. */
export function outgoing(count: number, links: readonly Link[]): number[][] {
  const leaving: number[][] = Array.from({ length: count }, () => []);
  links.forEach(({ source, target }, link) => {
    if (source !== target) leaving[source]!.push(link);
  });
  return leaving;
}

const UNSEEN = 0;
const OPEN = 1;
const DONE = 2;

/**
 * Which links to turn around so that no cycle is left: those that lead back into the depth-first path.
 *
 * Iterative, because the history of a model that is retrained daily is deeper than a call stack.
 */
export function reversed(count: number, links: readonly Link[]): boolean[] {
  const leaving = outgoing(count, links);
  const state = new Uint8Array(count);
  const next = new Int32Array(count);
  const turned = links.map(() => false);
  for (let root = 0; root < count; root++) {
    if (state[root] !== UNSEEN) continue;
    const path = [root];
    state[root] = OPEN;
    while (path.length > 0) {
      const node = path[path.length - 1]!;
      const link = leaving[node]![next[node]!++];
      if (link === undefined) {
        state[node] = DONE;
        path.pop();
        continue;
      }
      const target = links[link]!.target;
      if (state[target] === OPEN) turned[link] = true;
      else if (state[target] === UNSEEN) {
        state[target] = OPEN;
        path.push(target);
      }
    }
  }
  return turned;
}

/** The links with those turned around that `turned` names. */
export function acyclic(links: readonly Link[], turned: readonly boolean[]): Link[] {
  return links.map((link, index) =>
    turned[index] ? { source: link.target, target: link.source } : link,
  );
}
