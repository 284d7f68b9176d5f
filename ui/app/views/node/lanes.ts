/** The history of versions as lanes, as a history of commits is drawn. Pure. */

export type Step = {
  readonly id: string;
  /** Which lane its dot is in, from 0. */
  readonly lane: number;
  /** Lines from this row down to the next: lane to lane. */
  readonly lines: readonly { readonly from: number; readonly to: number }[];
};

export type History = { readonly steps: readonly Step[]; readonly lanes: number };

type Given = { readonly id: string; readonly parents: readonly string[] };

/**
 * Rows in the order given, the newest first. A version without a recorded parent is followed by the next row's, if
 * nothing else waits for that one: versions of a table mostly follow each other without anybody saying so. Such a line
 * is the same as a recorded one; `parents` tells them apart where it matters.
 */
export function lanes(given: readonly Given[]): History {
  const known = new Set(given.map((each) => each.id));
  // Which row each lane waits for, from the row before.
  let waiting: (string | null)[] = [];
  let widest = 1;
  const steps = given.map(({ id, parents }, row): Step => {
    const mine = waiting.indexOf(id);
    const lane = mine >= 0 ? mine : free(waiting);
    const after = waiting.map((each) => (each === id ? null : each));
    while (after.length <= lane) after.push(null);
    const next = parents.filter((parent) => known.has(parent));
    const follower = next.length === 0 && parents.length === 0 ? given[row + 1]?.id : undefined;
    const wanted = follower && !after.includes(follower) ? [follower] : next;
    const lines: { from: number; to: number }[] = [];
    for (const parent of wanted) {
      const there = after.indexOf(parent);
      const to = there >= 0 ? there : after[lane] === null ? lane : free(after);
      after[to] = parent;
      lines.push({ from: lane, to });
    }
    after.forEach((each, index) => {
      if (each !== null && waiting[index] === each && each !== id) lines.push({ from: index, to: index });
    });
    while (after.length > 0 && after.at(-1) === null) after.pop();
    widest = Math.max(widest, lane + 1, after.length);
    waiting = after;
    return { id, lane, lines: distinct(lines) };
  });
  return { steps, lanes: widest };
}

const free = (waiting: readonly (string | null)[]): number => {
  const found = waiting.indexOf(null);
  return found >= 0 ? found : waiting.length;
};

const distinct = (lines: readonly { from: number; to: number }[]) => [...new Map(lines.map((line) => [`${line.from} ${line.to}`, line])).values()];
