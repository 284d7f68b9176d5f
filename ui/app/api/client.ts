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

/**
 * Asks the service. The same question with the same variables is asked once at a time, and its answer remembered for
 * going back; whole answers only. Never rejects but for an abort.
 */
export function ask<Data, Variables>(
  document: TadaDocumentNode<Data, Variables>,
  variables: Variables,
  options: Options = {},
): Promise<Answer<Data>> {
  const body = JSON.stringify({ query: textOf(document), variables });
  const known = options.fresh ? undefined : remembered.get(body);
  if (known) return Promise.resolve(known as Answer<Data>);
  return send<Data>(body, options.signal).then((answer) => {
    if (answer.failures.length === 0) remembered.set(body, answer);
    return answer;
  });
}

/** What is remembered of a question, without asking. */
export function recall<Data, Variables>(document: TadaDocumentNode<Data, Variables>, variables: Variables): Answer<Data> | undefined {
  return remembered.get(JSON.stringify({ query: textOf(document), variables })) as Answer<Data> | undefined;
}

/** Changes something, after which no remembered answer counts. */
export async function change<Data, Variables>(document: TadaDocumentNode<Data, Variables>, variables: Variables): Promise<Answer<Data>> {
  const answer = await send<Data>(JSON.stringify({ query: textOf(document), variables }));
  remembered.clear();
  return answer;
}

async function send<Data>(body: string, signal?: AbortSignal): Promise<Answer<Data>> {
  const answer = await post<Data>(body, signal);
  if (answer.failures[0]?.status !== 401 || !(await keyFromPerson())) return answer;
  remembered.clear();
  return send(body, signal);
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
