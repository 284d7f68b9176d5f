/** The time that the map's width shows. Instants are milliseconds since 1970 UTC, lengths CSS pixels. */

export interface Axis {
  readonly since: number;
  readonly until: number;
  /** Where the axis begins and how long it is. */
  readonly left: number;
  readonly width: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365.25 * DAY;

const SHORTEST = 10 * SECOND;
const LONGEST = 100 * YEAR;

export const xOf = ({ since, until, left, width }: Axis, time: number): number => left + ((time - since) / (until - since)) * width;
export const timeOf = ({ since, until, left, width }: Axis, x: number): number => since + ((x - left) / width) * (until - since);

/** An axis around all instants, with a little room at both ends; a day around the only one, the last day when there is none. */
export function spanning(times: Float64Array, left: number, width: number, now: number): Axis {
  let first = Infinity;
  let last = -Infinity;
  for (const time of times) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  if (first > last) [first, last] = [now - DAY, now];
  const room = Math.max((last - first) * 0.02, first === last ? DAY / 2 : MINUTE);
  return { since: first - room, until: last + room, left, width };
}

/** Moved so that what was at `x` is at `x + by`. */
export function slid(axis: Axis, by: number): Axis {
  const time = (by / axis.width) * (axis.until - axis.since);
  return { ...axis, since: axis.since - time, until: axis.until - time };
}

/** Zoomed by a factor with the instant at `x` kept in place. */
export function stretched(axis: Axis, factor: number, x: number): Axis {
  const length = axis.until - axis.since;
  const wished = Math.min(LONGEST, Math.max(SHORTEST, length / factor));
  const held = timeOf(axis, x);
  const part = (x - axis.left) / axis.width;
  return { ...axis, since: held - part * wished, until: held + (1 - part) * wished };
}

export interface Tick {
  readonly time: number;
  readonly label: string;
}

const STEPS: readonly number[] = [
  SECOND, 5 * SECOND, 15 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY,
];

/** Round instants on the axis, at least `apart` pixels from each other, in UTC as all times of the page. */
export function ticks(axis: Axis, apart: number): Tick[] {
  const least = ((axis.until - axis.since) / axis.width) * apart;
  const step = STEPS.find((each) => each >= least);
  return step === undefined ? months(axis, least) : even(axis, step);
}

function even(axis: Axis, step: number): Tick[] {
  const first = Math.ceil(axis.since / step) * step;
  const count = Math.floor((axis.until - first) / step) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, place) => {
    const time = first + place * step;
    return { time, label: step < DAY ? clock(time, step) : day(time) };
  });
}

function months(axis: Axis, least: number): Tick[] {
  const step = [1, 3, 6, 12, 24, 60, 120, 240, 600].find((each) => each * (YEAR / 12) >= least) ?? 1200;
  const begin = new Date(axis.since);
  const found: Tick[] = [];
  for (let month = Math.floor((begin.getUTCFullYear() * 12 + begin.getUTCMonth()) / step) * step; ; month += step) {
    const time = Date.UTC(Math.floor(month / 12), month % 12);
    if (time > axis.until) return found;
    if (time >= axis.since) found.push({ time, label: month % 12 === 0 || step >= 12 ? String(Math.floor(month / 12)) : MONTHS[month % 12]! });
  }
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function clock(time: number, step: number): string {
  const text = new Date(time).toISOString();
  if (time % DAY === 0) return day(time);
  return step < MINUTE ? text.slice(11, 19) : text.slice(11, 16);
}

function day(time: number): string {
  const date = new Date(time);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]!}`;
}
