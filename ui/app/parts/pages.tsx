import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import type { Whole } from "../api/brief";
import type { TadaDocumentNode } from "gql.tada";

import { ask } from "../api/client";
import { atLeast } from "./format";
import { WholeLine } from "./whole";

/** A page of any list of the service. */
type Page<Node> = {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number | null;
  readonly totalExact: boolean;
  readonly completeness: Whole;
};

/** What the pages of a list hold so far, and what stands below it: completeness, how many, and a way to more. */
export type Pages<Node> = { readonly nodes: readonly Node[]; readonly foot: ComponentChildren; readonly reset: () => void };

/** Starts with a page that is there; the one after it is the same question with its cursor, and `pick` takes it out of the answer. */
export function usePages<Node, Data, Variables extends { readonly after?: string | null }>(
  first: Page<Node>,
  question: TadaDocumentNode<Data, Variables>,
  variables: Variables,
  pick: (data: Data) => Page<Node>,
): Pages<Node> {
  const [more, setMore] = useState<readonly Page<Node>[]>([]);
  const [state, setState] = useState("");
  const pages = [first, ...more];
  const last = more.at(-1) ?? first;
  const nodes = pages.flatMap((page) => page.edges.map((edge) => edge.node));
  const add = (): void => {
    setState("Loading …");
    void ask(question, { ...variables, after: last.pageInfo.endCursor }).then(({ data, failures }) => {
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
        {Math.min(nodes.length, first.totalCount ?? nodes.length)} of {atLeast(first.totalCount ?? nodes.length, first.totalExact)}
      </span>
      {last.pageInfo.hasNextPage && (
        <button type="button" class="button" onClick={add}>
          Show more
        </button>
      )}
    </div>
  );
  return { nodes, foot, reset: () => setMore([]) };
}
