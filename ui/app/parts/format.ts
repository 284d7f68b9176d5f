/** Numbers, times and names for people. Pure; times are RFC 3339 texts as the service sends them. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `1,234,567`, of a whole number. Not by toLocaleString, which took a tenth of the time of a picture. */
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

/** What writes instants, in ms since 1970, in the zone of who looks. One formatter for all of them: making it takes long. */
export function dateFormat(form: Intl.DateTimeFormatOptions): (at: number) => string {
  let format: Intl.DateTimeFormat | undefined;
  return (at) => (format ??= new Intl.DateTimeFormat("en-GB", form)).format(at);
}

const DATE = { day: "numeric", month: "short", year: "numeric" } as const;
const dated = dateFormat(DATE);
const timed = dateFormat({ ...DATE, hour: "2-digit", minute: "2-digit" });

/** `1 run`, `12 runs`. */
export const counted = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`;

/** A count that may be a lower bound: `10,000+`. */
export const atLeast = (value: number, exact: boolean): string => (exact ? count(value) : `${count(value)}+`);

/** Bytes in decimal units: `2.1 kB`. */
export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const power = value < 1000 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), units.length - 1);
  const scaled = value / 1000 ** power;
  return `${power > 0 && scaled < 100 ? scaled.toFixed(1) : Math.round(scaled)} ${units[power]}`;
}

/** Milliseconds since 1970 of a text of time; NaN when it is none. Digits below the millisecond are dropped. */
export const instant = (text: string): number => Date.parse(text.replace(/(\.\d{3})\d+/, "$1"));

/** `14 Nov 2026, 09:42`, in the zone of who looks. */
export function moment(text: string): string {
  const at = instant(text);
  return Number.isNaN(at) ? text : timed(at);
}

/** `3 min ago`, `in 2 d`; beyond a month the date. */
export function ago(text: string, now: number): string {
  const at = instant(text);
  if (Number.isNaN(at)) return text;
  const away = Math.abs(now - at);
  if (away < 45 * SECOND) return "now";
  if (away > 30 * DAY) return dated(at);
  const said = away < HOUR ? `${Math.round(away / MINUTE)} min` : away < DAY ? `${Math.round(away / HOUR)} h` : `${Math.round(away / DAY)} d`;
  return at <= now ? `${said} ago` : `in ${said}`;
}

/** A duration in milliseconds: `820 ms`, `4.2 s`, `3 min 12 s`, `2 h 5 min`, `4 d 3 h`. */
export function duration(ms: number): string {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < MINUTE) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < HOUR) return two(ms, MINUTE, "min", SECOND, "s");
  if (ms < DAY) return two(ms, HOUR, "h", MINUTE, "min");
  return two(ms, DAY, "d", HOUR, "h");
}

function two(ms: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const whole = Math.floor(ms / large);
  const rest = Math.floor((ms % large) / small);
  return rest ? `${whole} ${largeUnit} ${rest} ${smallUnit}` : `${whole} ${largeUnit}`;
}

/** Milliseconds from start to end, to `now` while there is no end; null without a start. */
export function lasted(startedAt: string | null, endedAt: string | null, now: number): number | null {
  if (!startedAt) return null;
  const from = instant(startedAt);
  const to = endedAt ? instant(endedAt) : now;
  return Number.isNaN(from) || Number.isNaN(to) ? null : Math.max(0, to - from);
}

/** A number that a run reported, short: at most four significant digits. */
export function metric(value: number | null, text: string): string {
  if (value === null) return text;
  if (Number.isInteger(value)) return count(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-4 || size >= 1e7) ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}

/** How much it is: its rows, else its size; empty when neither is known. */
export const sized = (rows: number | null, size: number | null): string => (rows !== null ? counted(rows, "row") : size !== null ? bytes(size) : "");

/** A name's last part, and what stands before it: `/data/raw/a.csv` is `a.csv` in `/data/raw`. */
export function tail(name: string): { readonly name: string; readonly folder: string } {
  const trimmed = name.replace(/\/+$/, "");
  const cut = trimmed.lastIndexOf("/");
  if (cut < 0 || cut === trimmed.length - 1) return { name, folder: "" };
  return { name: trimmed.slice(cut + 1), folder: trimmed.slice(0, cut) || "/" };
}

const LONG_HEX = /[0-9a-f]{16,}/gi;
/** Begin and end, because the begin of a UUID of version 7 is its time: those of one pipeline share it. */
const UUID = /([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8}([0-9a-f]{4})/gi;

/** The same text with its digests and UUIDs cut to what people compare: `sha256:16dee37a…`, `01a1ff30…a399`. */
export function shortened(text: string): string {
  return text.replace(UUID, "$1…$2").replace(LONG_HEX, (hex) => `${hex.slice(0, 8)}…`);
}

/** How a version is called: its label, else its name, where `~` is a state of which nothing is known. */
export function versionName(version: string, label: string | null): string {
  if (label) return label;
  return version === "~" ? "unknown state" : shortened(version);
}

/** `TRAINED_ON_DERIVED` as people write it: `trained on derived`. */
export const spoken = (code: string): string => code.toLowerCase().replaceAll("_", " ");

/** A part of a uid as it was before percent-encoding; as it stands where it is no such thing. */
export function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
