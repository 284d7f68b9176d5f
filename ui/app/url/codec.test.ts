import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decode, encode } from "./codec";
import { catalogUrl, eventsUrl, FAMILIES, HOPS, KINDS, MODES, nodeUrl, RUN_STATES, runsUrl, VIEWS, type Url } from "./state";

const followed = (url: Url): Url => {
  const { pathname, search } = new URL(encode(url), "http://here");
  return decode(pathname, search);
};

const text = fc.string({ unit: "grapheme", maxLength: 60 });
const uid = fc.oneof(
  text.map((name) => `asset/file/${encodeURIComponent(name)}`),
  fc.uuid().map((id) => `run/${id}@2026-01-31T09:30:00Z`),
  fc.constant("content/sha256:16dee37a297fd9bae9e58a9a9f372586b433c0c7ea6502d6ececc267d961f131"),
);
const token = uid.filter((each) => each !== "" && !each.includes(","));
const nodes = fc
  .record({
    view: fc.constantFrom(...VIEWS),
    mode: fc.constantFrom(...MODES),
    up: fc.integer({ min: 0, max: 200 }),
    down: fc.integer({ min: 0, max: 200 }),
    open: fc.uniqueArray(token, { maxLength: 5 }),
    kinds: fc.subarray([...FAMILIES]),
    asof: text,
    impact: text,
    sel: text,
    path: text,
    with: text,
    code: fc.boolean(),
  })
  // Only lineage has a mode; the others always carry the usual one.
  .map((given) => ({ ...given, mode: given.view === "lineage" ? given.mode : ("focus" as const) }));
const days = fc.constantFrom("", "2026-01-31", "2024-02-29");
const urls: fc.Arbitrary<Url> = fc.oneof(
  fc.tuple(uid, nodes).map(([id, over]) => nodeUrl(id, over)),
  fc.record({ q: text, kind: fc.option(fc.constantFrom(...KINDS)) }).map(catalogUrl),
  fc.record({ q: text, state: fc.option(fc.constantFrom(...RUN_STATES)) }).map(runsUrl),
  fc.record({ refused: fc.boolean(), sel: text, since: days, until: days }).map(eventsUrl),
);

describe("links", () => {
  it("lead back to the state that they were made of", () => {
    fc.assert(
      fc.property(urls, (url) => {
        expect(followed(url)).toEqual(url);
      }),
    );
  });

  it("of any text are read, and once written say the same for ever", () => {
    const hostile = fc.oneof(fc.string({ unit: "binary" }), text);
    fc.assert(
      fc.property(fc.constantFrom("/", "/n", "/runs", "/events"), fc.array(fc.tuple(fc.constantFrom("id", "view", "up", "open", "kinds", "q", "state", "sel", "since", "x"), hostile)), (path, fields) => {
        const search = `?${fields.map(([name, value]) => `${name}=${encodeURIComponent(value.replace(/\p{Surrogate}/gu, "?"))}`).join("&")}`;
        const url = decode(path, search);
        expect(followed(url)).toEqual(url);
      }),
    );
  });

  it("survive what is no percent-encoding", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (search) => {
        decode("/n", `?${search}`);
      }),
    );
  });

  it("leave out what is usual and keep out what they do not know", () => {
    expect(encode(nodeUrl("run/1"))).toBe("/n?id=run/1");
    expect(encode(decode("/n", "?id=run/1&utm=x&view=focus&up=5&kinds=artifact,-nothing&code=yes"))).toBe("/n?id=run/1");
  });

  it("are the documented grammar", () => {
    const url = decode("/n", "?id=run/1&view=outline&up=3&open=f12,f19,f12&kinds=-artifact&asof=2026-11-18T16:20Z&code=1");
    expect(url).toEqual(
      nodeUrl("run/1", { mode: "outline", up: 3, open: ["f12", "f19"], kinds: ["artifact"], asof: "2026-11-18T16:20Z", code: true }),
    );
  });

  it.each(["-1", "1e3", "9999", "", " 5", "0x10"])("take no %j for a number of hops", (up) => {
    expect(decode("/n", `?id=a&up=${encodeURIComponent(up)}`)).toMatchObject({ up: HOPS });
  });

  it.each(["2026-1-1", "2026-13-01", "yesterday", "2026-01-01T00:00Z"])("take no %j for a day", (since) => {
    expect(decode("/events", `?since=${encodeURIComponent(since)}`)).toEqual(eventsUrl());
  });

  it("hold halves of surrogate pairs as replacement characters", () => {
    expect(encode(catalogUrl({ q: "a\ud800b" }))).toBe(`/?q=a${encodeURIComponent("\uFFFD")}b`);
  });

  it("of another path are nowhere", () => {
    expect(decode("/graphql", "")).toEqual({ page: "nowhere", path: "/graphql" });
  });
});
