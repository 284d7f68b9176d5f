import { useEffect, useState } from "preact/hooks";

import { ask } from "../../api/client";
import type { ResultOf } from "../../api/document";
import { search } from "../../api/search";
import { useQuestion } from "../../api/use-question";
import { lookOf } from "../../parts/kinds";
import { calling, NodeLink } from "../../parts/node";
import { usePages } from "../../parts/pages";
import { Answered, Empty } from "../../parts/states";
import { Ago } from "../../parts/time";
import { useSettled } from "../../shell/search";
import type { Go } from "../../url/history";
import { catalogUrl, type CatalogUrl } from "../../url/state";

const PAGE = 50;

type Page = ResultOf<typeof search>["find"];
type Row = Page["edges"][number]["node"];

/** All that fits a search, in pages. */
export function Found({ url, go }: { url: CatalogUrl; go: Go }) {
  const [text, setText] = useState(url.q);
  const settled = useSettled(text, 150);
  useEffect(() => setText(url.q), [url.q]);
  useEffect(() => {
    if (settled !== url.q && settled === text) go(catalogUrl({ ...url, q: settled }), { replace: true });
  }, [settled]);

  const variables = { text: url.q, kinds: url.kind ? [url.kind] : null, first: PAGE, after: null, exact: false };
  const asked = useQuestion(search, variables, { keep: true });
  return (
    <section class="panel" aria-labelledby="found-title">
      <div class="row">
        <h2 id="found-title">Search</h2>
        <input
          class="grow"
          type="search"
          aria-label="Search in names, tags, owners, digests"
          value={text}
          placeholder="Part of a name, a tag, an owner, a digest"
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <a class="button" href="/">
          Clear
        </a>
      </div>
      <Answered asked={asked}>{(data) => <Pages key={JSON.stringify(variables)} first={data.find} variables={variables} />}</Answered>
    </section>
  );
}

type Variables = { text: string; kinds: Row["kind"][] | null; first: number; after: string | null; exact: boolean };

function Pages({ first, variables }: { first: Page; variables: Variables }) {
  const { pages, foot } = usePages(first, (after) => ask(search, { ...variables, after }), (data: ResultOf<typeof search>) => data.find);
  const rows = pages.flatMap((page) => page.edges.map((edge) => edge.node));
  if (rows.length === 0) {
    return (
      <Empty title="Nothing fits.">
        <p>Names, tags and owners are searched, upper and lower case alike; of a digest or commit the first 8 digits are enough.</p>
      </Empty>
    );
  }
  return (
    <>
      <Rows rows={rows} />
      {foot}
    </>
  );
}

/** Clients of OpenLineage tag every run with their version: no search is for that. */
const told = (tag: string): boolean => !tag.startsWith("openlineage_client_version:");

function Rows({ rows }: { rows: readonly Row[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Found">
      <table>
        <caption class="hidden">What was found, the newest first</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Kind</th>
            <th scope="col">Where</th>
            <th scope="col">Tags and owners</th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <NodeLink node={row} />
              </th>
              <td>{lookOf(row).word}</td>
              <td class="quiet cut" title={calling(row).place}>
                {calling(row).place}
              </td>
              <td>
                <Words of={[...row.tags.filter(told), ...row.owners]} />
              </td>
              <td class="num">
                <Ago at={row.at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Short words as chips: tags, owners, aliases. */
export function Words({ of }: { of: readonly string[] }) {
  return (
    <span class="chips">
      {of.map((word) => (
        <span key={word} class="chip">
          {word}
        </span>
      ))}
    </span>
  );
}
