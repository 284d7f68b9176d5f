import type { ResultOf } from "../../api/document";
import { search } from "../../api/search";
import { useQuestion } from "../../api/use-question";
import { lookOf } from "../../parts/kinds";
import { calling, NodeLink } from "../../parts/node";
import { usePages } from "../../parts/pages";
import { Answered, Empty } from "../../parts/states";
import { Table } from "../../parts/table";
import { Ago } from "../../parts/time";
import { useTyped } from "../../shell/typed";
import type { Go } from "../../url/history";
import { catalogUrl, type CatalogUrl } from "../../url/state";

const PAGE = 50;

type Page = ResultOf<typeof search>["find"];
type Row = Page["edges"][number]["node"];

/** All that fits a search, in pages. */
export function Found({ url, go }: { url: CatalogUrl; go: Go }) {
  const typed = useTyped(url.q, 150, (q) => go(catalogUrl({ ...url, q }), { replace: true }));

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
          placeholder="Part of a name, a tag, an owner, a digest"
          {...typed}
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
  const { nodes: rows, foot } = usePages(first, search, variables, (data) => data.find);
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
    <Table label="Found" caption="What was found, the newest first" columns={["Name", "Kind", "Where", "Tags and owners", "When"]}>
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
    </Table>
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
