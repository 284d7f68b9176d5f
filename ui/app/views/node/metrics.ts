/** Numbers of runs, as series over the steps of training. Pure. */

export type Measured = { readonly name: string; readonly value: number | null; readonly text: string; readonly step: number | null; readonly dataset: string | null };

export type Series = {
  readonly name: string;
  /** The value that a person would quote: the one without a step, else the last. */
  readonly headline: Measured;
  /** Finite values with a step, by step. */
  readonly points: readonly { readonly step: number; readonly value: number }[];
};

/** One series a name, in the order in which the names first appear. */
export function series(metrics: readonly Measured[]): readonly Series[] {
  const byName = new Map<string, Measured[]>();
  for (const each of metrics) byName.set(each.name, [...(byName.get(each.name) ?? []), each]);
  return [...byName].flatMap(([name, all]) => {
    const stepped = all.filter((each) => each.step !== null).sort((a, b) => (a.step ?? 0) - (b.step ?? 0));
    const headline = all.find((each) => each.step === null) ?? stepped.at(-1);
    const points = stepped.flatMap(({ step, value }) => (step !== null && value !== null ? [{ step, value }] : []));
    return headline ? [{ name, headline, points }] : [];
  });
}

/** The path of a line through points, in a box of `width` by `height` with `pad` around it; empty below two points. */
export function line(points: Series["points"], width: number, height: number, pad: number): string {
  if (points.length < 2) return "";
  const steps = points.map((point) => point.step);
  const values = points.map((point) => point.value);
  const x = scale(Math.min(...steps), Math.max(...steps), pad, width - pad);
  const y = scale(Math.min(...values), Math.max(...values), height - pad, pad);
  return points.map((point, index) => `${index ? "L" : "M"}${x(point.step).toFixed(1)} ${y(point.value).toFixed(1)}`).join("");
}

function scale(from: number, to: number, low: number, high: number): (value: number) => number {
  const span = to - from;
  return (value) => (span === 0 ? (low + high) / 2 : low + ((value - from) / span) * (high - low));
}
