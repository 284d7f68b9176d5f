import type { TadaDocumentNode } from "gql.tada";

import { Answers } from "./answers";
import { textOf } from "./document";
import { failureIn, failureOf, gone, type Failure } from "./failure";
import { keyFromPerson, keyOfSession } from "./key";

/** An answer: `data` is null when nothing came, and beside `failures` when a part is missing. */
export type Answer<Data> = { readonly data: Data | null; readonly failures: readonly Failure[] };

export type Options = {
  readonly signal?: AbortSignal;
  /** Ask even if the answer is remembered. */
  readonly fresh?: boolean;
};

const remembered = new Answers<Answer<unknown>>(200);

/** A question that was asked before a view needed its answer. */
type Early = { readonly body: string; readonly since: number; readonly stop: AbortController; readonly answer: Promise<Answer<unknown>> };

let early: Early | null = null;

/** Milliseconds for which an early answer counts as one to a question that is asked now. */
const EARLY = 2000;

/**
 * Asks before the answer is needed, because a person is about to want it. Whoever asks the same next, and soon, gets
 * that answer, once. One question at a time: the one before is dropped.
 */
export function askAhead<Data, Variables>(document: TadaDocumentNode<Data, Variables>, variables: Variables): void {
  const body = JSON.stringify({ query: textOf(document), variables });
  if (early?.body === body && isFresh(early)) return;
  early?.stop.abort();
  const stop = new AbortController();
  const answer = kept(body, stop.signal);
  answer.catch(() => undefined); // Dropped: nobody waits for it.
  early = { body, since: performance.now(), stop, answer };
}

const isFresh = ({ since }: Early): boolean => performance.now() - since < EARLY;

/** The answer that was asked for ahead, which is then given out. Who takes it may abort it. */
function takeEarly(body: string, signal?: AbortSignal): Promise<Answer<unknown>> | null {
  if (early?.body !== body) return null;
  const { stop, answer } = early;
  const fresh = isFresh(early);
  early = null;
  if (!fresh) return null;
  signal?.addEventListener("abort", () => stop.abort());
  return answer.then((early) => (early.failures.length > 0 ? kept(body, signal) : early));
}

/**
 * Asks the service, and remembers whole answers for going back. A question that is on its way ahead is not asked twice.
 * Never rejects but for an abort.
 */
export function ask<Data, Variables>(
  document: TadaDocumentNode<Data, Variables>,
  variables: Variables,
  options: Options = {},
): Promise<Answer<Data>> {
  const body = JSON.stringify({ query: textOf(document), variables });
  const known = options.fresh ? undefined : remembered.get(body);
  if (known) return Promise.resolve(known as Answer<Data>);
  return (takeEarly(body, options.signal) as Promise<Answer<Data>> | null) ?? kept(body, options.signal);
}

/** Asks, and remembers the answer if it is whole. */
async function kept<Data>(body: string, signal?: AbortSignal): Promise<Answer<Data>> {
  const answer = await send<Data>(body, signal);
  if (answer.failures.length === 0) remembered.set(body, answer);
  return answer;
}

/** What is remembered of a question, without asking. */
export function recall<Data, Variables>(document: TadaDocumentNode<Data, Variables>, variables: Variables): Answer<Data> | undefined {
  return remembered.get(JSON.stringify({ query: textOf(document), variables })) as Answer<Data> | undefined;
}

/** Changes something, after which no remembered answer counts. */
export async function change<Data, Variables>(document: TadaDocumentNode<Data, Variables>, variables: Variables): Promise<Answer<Data>> {
  const answer = await send<Data>(JSON.stringify({ query: textOf(document), variables }));
  forget();
  return answer;
}

async function send<Data>(body: string, signal?: AbortSignal): Promise<Answer<Data>> {
  const answer = await post<Data>(body, signal);
  if (answer.failures[0]?.status !== 401 || !(await keyFromPerson())) return answer;
  forget();
  return send(body, signal);
}

function forget(): void {
  remembered.clear();
  early = null;
}

async function post<Data>(body: string, signal?: AbortSignal): Promise<Answer<Data>> {
  const key = keyOfSession();
  const headers: Record<string, string> = { "content-type": "application/json", accept: "application/json" };
  if (key) headers.authorization = `Bearer ${key}`;
  try {
    const response = await fetch("/graphql", { method: "POST", headers, body, signal: signal ?? null });
    return read<Data>(response, await response.json().catch(() => null));
  } catch (error) {
    if (signal?.aborted) throw error;
    return { data: null, failures: [gone] };
  }
}

function read<Data>(response: Response, body: unknown): Answer<Data> {
  const said = body as { data?: Data | null; errors?: unknown[] } | null;
  if (!response.ok || !said || (said.data === undefined && !said.errors)) {
    return { data: null, failures: [failureOf(response.status, body, response.headers.get("retry-after"))] };
  }
  return { data: said.data ?? null, failures: (said.errors ?? []).map((error) => failureIn(error, response.status)) };
}
