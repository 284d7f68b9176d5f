import { useQuestion, type Asked } from "../../api/use-question";
import type { ResultOf } from "../../api/document";
import { atLeast } from "../../parts/format";
import { LOOKS } from "../../parts/kinds";
import { Answered } from "../../parts/states";
import { useTitle } from "../../shell/title";
import { encode } from "../../url/codec";
import type { Go } from "../../url/history";
import { catalogUrl, type CatalogUrl, type Kind } from "../../url/state";
import { FirstEvent } from "./first-event";
import { Found } from "./found";
import { Lately } from "./lately";
import { overview } from "./questions";

export type Overview = ResultOf<typeof overview>;

/** `/`: search, or what there is. */
export function Catalog({ url, go }: { url: CatalogUrl; go: Go }) {
  useTitle(url.q ? `Search: ${url.q}` : "Catalog");
  const asked = useQuestion(overview, {}, { every: 10_000 });
  const searching = url.q !== "" || url.kind !== null;
  return (
    <div class="page">
      <h1 class={searching ? "hidden" : ""}>Where did it come from, and what came from it?</h1>
      <Kinds asked={asked} chosen={url.kind} q={url.q} />
      {searching ? <Found url={url} go={go} /> : <Answered asked={asked} lines={12}>{(data) => <Present data={data} />}</Answered>}
    </div>
  );
}

function Present({ data }: { data: Overview }) {
  return data.service.seq === 0 ? <FirstEvent rejected={data.service.rejected} /> : <Lately data={data} />;
}

const COUNTED: readonly Kind[] = ["DATASET", "MODEL", "ARTIFACT", "JOB", "RUN"];

/** How many there are of each kind; each a filter. */
function Kinds({ asked, chosen, q }: { asked: Asked<Overview>; chosen: Kind | null; q: string }) {
  const shown = chosen && !COUNTED.includes(chosen) ? [...COUNTED, chosen] : COUNTED;
  return (
    <nav class="kinds" aria-label="Kinds">
      {shown.map((kind) => {
        const counts = asked.data?.catalog.counts.find((each) => each.kind === kind);
        return (
          <a key={kind} href={encode(catalogUrl({ q, kind: chosen === kind ? null : kind }))} aria-current={chosen === kind ? "true" : undefined}>
            <i data-family={LOOKS[kind].family} aria-hidden="true" />
            {LOOKS[kind].many}
            <span class="num quiet">{asked.data ? atLeast(counts?.count ?? 0, counts?.exact ?? true) : "…"}</span>
          </a>
        );
      })}
    </nav>
  );
}
