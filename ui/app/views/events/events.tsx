import { useTitle } from "../../shell/title";
import { encode } from "../../url/codec";
import type { Go } from "../../url/history";
import { eventsUrl, type EventsUrl } from "../../url/state";
import { Activity } from "./activity";
import { EventList } from "./event-list";
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
            <EventList touching={null} sel={url.sel} select={select} every={url.sel ? 0 : LIVE} />
          </section>
        </>
      )}
    </div>
  );
}
