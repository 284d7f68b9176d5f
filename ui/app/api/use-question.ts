import type { TadaDocumentNode } from "gql.tada";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { ask, recall, type Answer } from "./client";
import { GONE, type Failure } from "./failure";

/** A question that a view asks, as it stands now. */
export type Asked<Data> = {
  readonly data: Data | null;
  readonly failures: readonly Failure[];
  /** The first answer is awaited. */
  readonly loading: boolean;
  /** Asks again. */
  readonly again: () => void;
};

/** Milliseconds between tries while nothing answers. */
const PATIENCE = 3000;

const none: Answer<never> = { data: null, failures: [] };

/**
 * Asks whenever the variables change; null asks nothing. What is remembered of an answer is shown until the new one is
 * there. With `every`, in milliseconds, it is asked again and again while the page is seen. A service that does not
 * answer, or asks for patience, is asked again by itself. With `keep` the last answer stays while the next is awaited.
 */
export function useQuestion<Data, Variables>(
  document: TadaDocumentNode<Data, Variables>,
  variables: Variables | null,
  { every = 0, keep = false }: { readonly every?: number; readonly keep?: boolean } = {},
): Asked<Data> {
  const key = variables === null ? null : JSON.stringify(variables);
  const [shown, show] = useState<{ key: string | null; answer: Answer<Data> | null }>({ key: null, answer: null });
  const [round, setRound] = useState(0);
  const last = useRef<{ key: string | null; data: Data } | null>(null);

  // Before the browser paints, not after: the question is on its way while the old answer is still being drawn.
  useLayoutEffect(() => {
    if (variables === null) return;
    const stop = new AbortController();
    let timer = 0;
    const go = (): void => {
      ask(document, variables, { signal: stop.signal, fresh: true }).then(
        (answer) => {
          show({ key, answer });
          const pause = pauseAfter(answer, every);
          if (pause > 0) timer = window.setTimeout(next, pause);
        },
        () => undefined, // Only an abort rejects: the view asks something else by now.
      );
    };
    const next = (): void => {
      if (window.document.hidden) timer = window.setTimeout(next, 1000);
      else go();
    };
    go();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [document, key, round, every]);

  const answer = shown.key === key ? shown.answer : variables === null ? null : (recall(document, variables) ?? null);
  const { data, failures } = answer ?? none;
  if (data !== null) last.current = { key, data };
  const kept = data ?? (keep || last.current?.key === key ? (last.current?.data ?? null) : null);
  return { data: kept, failures, loading: answer === null && variables !== null, again: () => setRound(round + 1) };
}

function pauseAfter(answer: Answer<unknown>, every: number): number {
  const failure = answer.failures[0];
  if (failure?.code === GONE) return PATIENCE;
  if (failure?.retryAfter) return Math.max(1, failure.retryAfter) * 1000;
  return every;
}
