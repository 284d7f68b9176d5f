import {
  catalogUrl, eventsUrl, FAMILIES, HOPS, KINDS, MODES, nodeUrl, RUN_STATES, runsUrl, VIEWS,
  type Family, type Mode, type NodeUrl, type Url, type View,
} from "./state";

/**
 * Links to states and back. Pure, total, and exact: `decode(encode(state))` is the state, `encode(decode(link))` is the
 * link without what means nothing. Whatever a link holds, it becomes a value of the declared types or is left out.
 */

const MOST_HOPS = 200;
const MOST_OPEN = 200;
/** Characters of one value. Uids may be long; a link that is longer than any server takes is not worth keeping. */
const MOST_TEXT = 32_768;

/** Path and query of a state, ready for `href`. */
export function encode(url: Url): string {
  switch (url.page) {
    case "catalog":
      return link("/", [["q", url.q], ["kind", url.kind ?? ""]]);
    case "runs":
      return link("/runs", [["q", url.q], ["state", url.state ?? ""]]);
    case "events":
      return link("/events", [["show", url.refused ? "refused" : ""], ["since", url.since], ["until", url.until], ["sel", url.sel]]);
    case "node":
      return link("/n", fieldsOf(url));
    case "nowhere":
      return url.path;
  }
}

/** The state of a link: `pathname` and `search` as `location` gives them. Never throws. */
export function decode(pathname: string, search: string): Url {
  const query = new URLSearchParams(search);
  switch (pathname) {
    case "/":
      return catalogUrl({ q: text(query, "q"), kind: oneOf(KINDS, query.get("kind")) });
    case "/runs":
      return runsUrl({ q: text(query, "q"), state: oneOf(RUN_STATES, query.get("state")) });
    case "/events":
      return eventsUrl({ refused: query.get("show") === "refused", sel: text(query, "sel"), since: day(query.get("since")), until: day(query.get("until")) });
    case "/n":
      return node(query);
    default:
      return { page: "nowhere", path: pathname };
  }
}

function node(query: URLSearchParams): NodeUrl {
  const shown = query.get("view");
  const mode = oneOf(MODES, shown);
  return nodeUrl(text(query, "id"), {
    view: mode ? "lineage" : (oneOf(VIEWS, shown) ?? "lineage"),
    mode: mode ?? "focus",
    up: hops(query.get("up")),
    down: hops(query.get("down")),
    open: [...new Set(list(query, "open"))].slice(0, MOST_OPEN),
    kinds: hidden(list(query, "kinds")),
    asof: text(query, "asof"),
    impact: text(query, "impact"),
    sel: text(query, "sel"),
    path: text(query, "path"),
    with: text(query, "with"),
    code: query.get("code") === "1",
  });
}

function fieldsOf(url: NodeUrl): Field[] {
  const shown: View | Mode = url.view === "lineage" ? url.mode : url.view;
  return [
    ["id", url.id],
    ["view", shown === "focus" ? "" : shown],
    ["up", url.up === HOPS ? "" : String(url.up)],
    ["down", url.down === HOPS ? "" : String(url.down)],
    ["open", url.open.join(",")],
    ["kinds", url.kinds.map((family) => `-${family}`).join(",")],
    ["asof", url.asof],
    ["impact", url.impact],
    ["sel", url.sel],
    ["path", url.path],
    ["with", url.with],
    ["code", url.code ? "1" : ""],
  ];
}

type Field = readonly [name: string, value: string];

function link(path: string, fields: readonly Field[]): string {
  const given = fields.filter(([, value]) => value !== "").map(([name, value]) => `${name}=${escaped(value)}`);
  return given.length > 0 ? `${path}?${given.join("&")}` : path;
}

/** Percent-encoded, but for what is legal in a query (RFC 3986, section 3.4) and makes uids readable. */
function escaped(value: string): string {
  return encodeURIComponent(wellFormed(value)).replace(/%(2F|3A|40|2C)/g, (code) => decodeURIComponent(code));
}

/** Without halves of surrogate pairs, which have no UTF-8. */
const wellFormed = (value: string): string => value.replace(/\p{Surrogate}/gu, "\uFFFD");

const text = (query: URLSearchParams, name: string): string => wellFormed((query.get(name) ?? "").slice(0, MOST_TEXT));

const list = (query: URLSearchParams, name: string): string[] =>
  (query.get(name) ?? "").split(",").filter((each) => each !== "" && each.length <= MOST_TEXT);

function hops(value: string | null): number {
  return value !== null && /^\d{1,3}$/.test(value) ? Math.min(Number(value), MOST_HOPS) : HOPS;
}

/** A day of the calendar as a date field writes it; anything else is none. */
function day(value: string | null): string {
  return value !== null && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : "";
}

function hidden(given: readonly string[]): Family[] {
  return FAMILIES.filter((family) => given.includes(`-${family}`));
}

function oneOf<T extends string>(known: readonly T[], value: string | null): T | null {
  return known.find((each) => each === value) ?? null;
}
