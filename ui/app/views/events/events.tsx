import { DAY } from "../../parts/format";
import { useTitle } from "../../shell/title";
import { encode } from "../../url/codec";
import type { Go } from "../../url/history";
import { eventsUrl, type EventsUrl } from "../../url/state";
import { Activity } from "./activity";
import { EventList, type Wanted } from "./event-list";
import { Refused } from "./refused";

/** Milliseconds between looks at the log. */
const LIVE = 5000;

/** `/events`: the log itself, and what was not taken into it. */
export function Events({ url, go }: { url: EventsUrl; go: Go }) {
  useTitle(url.refused ? "Refused events" : "Events");
  const select = (sel: string): void => go(eventsUrl({ ...url, sel }), { replace: true });
  return (
    <div class="page">
      <div class="row head">
        <h1>Events</h1>
        <nav class="segments" aria-label="Which events">
          <a href={encode(eventsUrl())} aria-current={url.refused ? undefined : "true"}>
            Log
          </a>
          <a href={encode(eventsUrl({ refused: true }))} aria-current={url.refused ? "true" : undefined}>
            Refused
          </a>
        </nav>
      </div>
      {url.refused ? (
        <section class="panel" aria-label="Refused events">
          <Refused sel={url.sel} select={select} />
        </section>
      ) : (
        <>
          <Activity />
          <section class="panel" aria-label="The log">
            <Days url={url} go={go} />
            <EventList wanted={wantedOf(url)} sel={url.sel} select={select} every={url.sel || url.until ? 0 : LIVE} />
          </section>
        </>
      )}
    </div>
  );
}

/** The days of the link as instants: the last day counts whole. */
const wantedOf = ({ since, until }: EventsUrl): Wanted => ({
  touching: null,
  since: since ? `${since}T00:00:00Z` : null,
  until: until ? new Date(Date.parse(until) + DAY).toISOString() : null,
});

/** From which day to which. */
function Days({ url, go }: { url: EventsUrl; go: Go }) {
  const field = (name: "since" | "until", word: string) => (
    <label>
      {word}{" "}
      <input type="date" value={url[name]} max="9999-12-30" onChange={(event) => go(eventsUrl({ ...url, sel: "", [name]: event.currentTarget.value }), { replace: true })} />
    </label>
  );
  return (
    <div class="row days" role="group" aria-label="Which days (UTC)">
      {field("since", "From")} {field("until", "to")}
      {(url.since || url.until) && <a class="button small" href={encode(eventsUrl())}>All days</a>}
    </div>
  );
}
