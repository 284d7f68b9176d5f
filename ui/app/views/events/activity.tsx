import { useMemo } from "preact/hooks";

import type { ResultOf } from "../../api/document";
import { useQuestion } from "../../api/use-question";
import { counted, DAY, dateFormat, instant } from "../../parts/format";
import { Answered } from "../../parts/states";
import { activity } from "./questions";

const DAYS = 90;
const day = dateFormat({ day: "numeric", month: "short" });

type Days = ResultOf<typeof activity>["stats"];

/** How many events happened on each of the last days. */
export function Activity() {
  const span = useMemo(() => {
    const until = Math.ceil(Date.now() / DAY) * DAY;
    return { since: new Date(until - DAYS * DAY).toISOString(), until: new Date(until).toISOString() };
  }, []);
  const asked = useQuestion(activity, span);
  return (
    <section class="panel" aria-label={`The last ${DAYS} days`}>
      <Answered asked={asked} lines={2}>
        {(data) => <Bars days={data.stats} since={instant(span.since)} />}
      </Answered>
    </section>
  );
}

function Bars({ days, since }: { days: Days; since: number }) {
  const most = Math.max(1, ...days.map((day) => day.events));
  const total = days.reduce((sum, day) => sum + day.events, 0);
  return (
    <figure class="activity">
      <svg viewBox={`0 0 ${DAYS * 10} 60`} preserveAspectRatio="none" role="img" aria-label={`${counted(total, "event")} in ${DAYS} days, at most ${most} a day`}>
        {days.map((day) => {
          const height = day.events === 0 ? 1 : Math.max(3, (day.events / most) * 58);
          return (
            <rect key={day.from} x={Math.round((instant(day.from) - since) / DAY) * 10 + 1} y={60 - height} width="8" height={height} rx="1.5" data-some={day.events > 0}>
              <title>{`${day.from.slice(0, 10)}: ${counted(day.events, "event")}`}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption class="row quiet num">
        <span>{day(since)}</span>
        <span class="middle">{counted(total, "event")} in {DAYS} days</span>
        <span class="end">today</span>
      </figcaption>
    </figure>
  );
}
