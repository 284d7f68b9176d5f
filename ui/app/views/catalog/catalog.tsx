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

const COUNTED: readonly (readonly [Kind, "datasets" | "models" | "artifacts" | "jobs" | "runs"])[] = [
  ["DATASET", "datasets"], ["MODEL", "models"], ["ARTIFACT", "artifacts"], ["JOB", "jobs"], ["RUN", "runs"],
];

/** How many there are of each kind; each a filter. */
function Kinds({ asked, chosen, q }: { asked: Asked<Overview>; chosen: Kind | null; q: string }) {
  return (
    <nav class="kinds" aria-label="Kinds">
      {COUNTED.map(([kind, field]) => {
        const counts = asked.data?.[field];
        return (
          <a key={kind} href={encode(catalogUrl({ q, kind: chosen === kind ? null : kind }))} aria-current={chosen === kind ? "true" : undefined}>
            <i data-family={LOOKS[kind].family} aria-hidden="true" />
            {LOOKS[kind].many}
            <span class="num quiet">{counts ? atLeast(counts.totalCount ?? 0, counts.totalExact) : "…"}</span>
          </a>
        );
      })}
    </nav>
  );
}
