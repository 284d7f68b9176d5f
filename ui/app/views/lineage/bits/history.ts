/** The history below the as-of slider. Pure; instants in ms since 1970. */

export interface Range {
  readonly since: number;
  readonly until: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Ranges shorter than this end soon after the last instant instead of now: nothing happened since. */
const SHORT = 2 * DAY;

/** From a little before the first of the instants to now, or to a little after the last when they are close together. */
export function instants(times: readonly number[], now: number): Range {
  const first = times.reduce((least, time) => Math.min(least, time), times[0] ?? now - HOUR);
  const last = times.reduce((most, time) => Math.max(most, time), first);
  const until = last - first < SHORT ? Math.min(now, last + Math.max(1000, (last - first) * 0.1)) : now;
  const room = Math.max(1000, (until - first) * 0.03);
  return { since: Math.floor((first - room) / 1000) * 1000, until };
}

/** The width of the service's buckets for a range; null where even hours are too coarse to tell anything. */
export function bucketFor({ since, until }: Range): "HOUR" | "DAY" | "WEEK" | null {
  const days = (until - since) / DAY;
  if (days < 2) return null;
  if (days < 8) return "HOUR";
  return days < 1000 ? "DAY" : "WEEK";
}

/** Counts of `bars` equal stretches of a range; what lies outside counts in none. */
export function binned({ since, until }: Range, bars: number, counted: readonly (readonly [time: number, many: number])[]): number[] {
  const bins = new Array<number>(bars).fill(0);
  for (const [time, many] of counted) {
    const place = Math.min(bars - 1, Math.floor(((time - since) / (until - since)) * bars));
    if (place >= 0 && time <= until) bins[place]! += many;
  }
  return bins;
}

/** The bar at whose beginning an instant of the URL lies; the end, `bars`, is now. What is no instant is now, too. */
export function placeOf({ since, until }: Range, bars: number, asof: string): number {
  const time = Date.parse(asof);
  if (Number.isNaN(time)) return bars;
  return Math.max(0, Math.min(bars, Math.round(((time - since) / (until - since)) * bars)));
}
