import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import type { Whole } from "../api/brief";
import type { Answer } from "../api/client";
import { atLeast } from "./format";
import { WholeLine } from "./whole";

/** A page of any list of the service. */
type Page = {
  readonly edges: readonly unknown[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number | null;
  readonly totalExact: boolean;
  readonly completeness: Whole;
};

/** The pages of a list so far, and what stands below it: completeness, how many, and a way to more. */
export type Pages<P> = { readonly pages: readonly P[]; readonly foot: ComponentChildren; readonly reset: () => void };

/** Starts with a page that is there; `next` asks for the one after a cursor, `pick` takes it out of the answer. */
export function usePages<P extends Page, Data>(first: P, next: (after: string | null) => Promise<Answer<Data>>, pick: (data: Data) => P): Pages<P> {
  const [more, setMore] = useState<readonly P[]>([]);
  const [state, setState] = useState("");
  const pages = [first, ...more];
  const last = more.at(-1) ?? first;
  const shown = pages.reduce((sum, page) => sum + page.edges.length, 0);
  const add = (): void => {
    setState("Loading …");
    void next(last.pageInfo.endCursor).then(({ data, failures }) => {
      if (data !== null) setMore([...more, pick(data)]);
      setState(failures[0]?.message ?? "");
    });
  };
  const foot = (
    <div class="row below">
      <WholeLine of={last.completeness} />
      <span class="end quiet" role="status">
        {state}
      </span>
      <span class="quiet num">
        {Math.min(shown, first.totalCount ?? shown)} of {atLeast(first.totalCount ?? shown, first.totalExact)}
      </span>
      {last.pageInfo.hasNextPage && (
        <button type="button" class="button" onClick={add}>
          Show more
        </button>
      )}
    </div>
  );
  return { pages, foot, reset: () => setMore([]) };
}
