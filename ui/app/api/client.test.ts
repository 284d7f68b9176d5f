import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Answers } from "./answers";
import { ask, askAhead, change, recall } from "./client";
import { graphql, textOf } from "./document";
import { GONE } from "./failure";
import { askWith, keyFromPerson } from "./key";

const question = graphql(`query Service { service { version } }`);
const replay = graphql(`mutation Replay($ids: [ID!]!) { replayRejected(ids: $ids) { accepted } }`);

type Sent = { url: string; headers: Record<string, string>; body: string };

let sent: Sent[] = [];
let signals: (AbortSignal | null)[] = [];
let answers: (() => Response | Promise<Response>)[] = [];
let stored = new Map<string, string>();

const said = (body: unknown, status = 200, headers: Record<string, string> = {}) => () =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
const version = (text: string) => said({ data: { service: { version: text } } });
const refusedBy = said({ code: "STORE_UNAVAILABLE", message: "Away.", hint: "Wait." }, 503);
const refused = said({ code: "UNAUTHENTICATED", message: "A key is needed.", hint: "Get one." }, 401);

beforeEach(async () => {
  sent = [];
  signals = [];
  answers = [];
  stored = new Map();
  vi.stubGlobal("sessionStorage", { getItem: (name: string) => stored.get(name) ?? null, setItem: (name: string, value: string) => void stored.set(name, value) });
  vi.stubGlobal("fetch", (url: string, init: Sent & { signal: AbortSignal | null }) => {
    sent.push({ url, headers: init.headers, body: init.body });
    signals.push(init.signal);
    const next = answers.shift();
    return next ? Promise.resolve().then(next) : Promise.reject(new TypeError("nothing listens"));
  });
  answers.push(said({ data: {} }));
  await change(replay, { ids: [] }); // Forgets what other tests asked.
  sent = [];
});
afterEach(() => vi.unstubAllGlobals());

describe("the client", () => {
  it("asks once for what it remembers, anew when told, and forgets after a change", async () => {
    answers = [version("1"), version("2"), said({ data: { replayRejected: { accepted: 0 } } }), version("3")];
    await ask(question, {});
    expect((await ask(question, {})).data).toEqual({ service: { version: "1" } });
    expect(recall(question, {})?.data).toEqual({ service: { version: "1" } });
    expect((await ask(question, {}, { fresh: true })).data).toEqual({ service: { version: "2" } });
    await change(replay, { ids: ["1"] });
    expect(recall(question, {})).toBeUndefined();
    expect((await ask(question, {})).data).toEqual({ service: { version: "3" } });
    expect(sent).toHaveLength(4);
  });

  it("tells a part that is missing from the part that came, and does not remember it", async () => {
    answers = [said({ data: { service: null }, errors: [{ message: "Too deep.", extensions: { code: "TOO_COSTLY", hint: "Ask less." } }] })];
    const answer = await ask(question, {});
    expect(answer.data).toEqual({ service: null });
    expect(answer.failures).toMatchObject([{ code: "TOO_COSTLY", message: "Too deep.", hint: "Ask less.", status: 200 }]);
    expect(recall(question, {})).toBeUndefined();
  });

  it.each([
    ["the shape of the service", said({ code: "STORE_UNAVAILABLE", message: "Away.", hint: "Wait." }, 503, { "retry-after": "4" }), { code: "STORE_UNAVAILABLE", hint: "Wait.", retryAfter: 4, status: 503 }],
    ["a page of a proxy", said("<html>bad gateway</html>", 502), { code: "STORE_UNAVAILABLE", retryAfter: null, status: 502 }],
    ["no answer of GraphQL", said([]), { code: "BAD_REQUEST", status: 200 }],
    ["a time to retry that is no number", said({}, 503, { "retry-after": "soon" }), { retryAfter: null }],
  ])("makes one shape of %s", async (_what, response, failure) => {
    answers = [response];
    const answer = await ask(question, {});
    expect(answer.data).toBeNull();
    expect(answer.failures).toMatchObject([failure]);
  });

  it("says that the service is gone when nothing answers", async () => {
    expect((await ask(question, {})).failures).toMatchObject([{ code: GONE, status: 0 }]);
  });

  it("asks a person once for a key, sends it in a header only, and keeps it for the session", async () => {
    let asked = 0;
    askWith(() => Promise.resolve(asked++ === 0 ? " secret " : null));
    answers = [refused, refused, version("1"), version("1")];
    const both = await Promise.all([ask(question, {}), ask(question, {}, { fresh: true })]);
    expect(asked).toBe(1);
    expect(both.map((answer) => answer.failures)).toEqual([[], []]);
    expect(sent.at(-1)?.headers.authorization).toBe("Bearer secret");
    expect(sent.map((each) => each.url + each.body).join()).not.toContain("secret");
    expect([...stored.values()]).toEqual(["secret"]);
  });

  it("does not ask again who declined, unless they insist", async () => {
    let asked = 0;
    askWith(() => Promise.resolve((asked++, null)));
    answers = [refused, refused];
    expect((await ask(question, {})).failures).toMatchObject([{ code: "UNAUTHENTICATED", status: 401 }]);
    await ask(question, {});
    expect(asked).toBe(1);
    expect(await keyFromPerson({ insist: true })).toBe(false);
    expect(asked).toBe(2);
  });

  it("rejects for an abort, and only then", async () => {
    const stop = new AbortController();
    answers = [() => (stop.abort(), Promise.reject(new DOMException("aborted", "AbortError")))];
    await expect(ask(question, {}, { signal: stop.signal })).rejects.toThrow("aborted");
  });
});

describe("a question asked ahead", () => {
  const fresh = { fresh: true };
  const dropped = async (): Promise<void> => {
    askAhead(replay as unknown as typeof question, {});
    await Promise.resolve();
  };

  it("is answered once: who asks next is not sent, who asks after that is", async () => {
    answers = [version("1"), version("2")];
    askAhead(question, {});
    askAhead(question, {});
    expect((await ask(question, {}, fresh)).data).toEqual({ service: { version: "1" } });
    expect(sent).toHaveLength(1);
    expect((await ask(question, {}, fresh)).data).toEqual({ service: { version: "2" } });
  });

  it("is asked anew when the answer is old, or a failure, or a change came between", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    answers = [version("1"), version("2"), refusedBy, version("3"), version("4"), said({ data: {} }), version("5")];
    askAhead(question, {});
    vi.advanceTimersByTime(2000);
    expect((await ask(question, {}, fresh)).data).toEqual({ service: { version: "2" } });
    askAhead(question, {});
    expect((await ask(question, {}, fresh)).data).toEqual({ service: { version: "3" } });
    askAhead(question, {});
    await change(replay, { ids: [] });
    expect((await ask(question, {}, fresh)).data).toEqual({ service: { version: "5" } });
    vi.useRealTimers();
  });

  it("makes way for the next one, and ends with the view that took it", async () => {
    answers = [version("1"), version("2"), version("3")];
    askAhead(question, {});
    const first = signals.at(-1);
    await dropped();
    expect(first?.aborted).toBe(true);
    const stop = new AbortController();
    askAhead(question, {});
    const taken = ask(question, {}, { ...fresh, signal: stop.signal });
    stop.abort();
    expect(signals.at(-1)?.aborted).toBe(true);
    await taken;
  });
});

describe("documents", () => {
  it("bring each fragment once", () => {
    const brief = graphql(`fragment B on Node { id }`);
    const one = graphql(`fragment C on Run { ...B }`, [brief]);
    const text = textOf(graphql(`query Q { node(id: "a") { ...B ...C } }`, [brief, one]));
    expect(text.match(/fragment B/g)).toHaveLength(1);
    expect(text.match(/fragment C/g)).toHaveLength(1);
  });
});

describe("remembered answers", () => {
  it("are at most so many: what was not looked at for longest goes", () => {
    const answers = new Answers<number>(2);
    answers.set("a", 1);
    answers.set("b", 2);
    answers.get("a");
    answers.set("c", 3);
    expect([answers.get("a"), answers.get("b"), answers.get("c")]).toEqual([1, undefined, 3]);
  });
});
