import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { dateFormat, moment } from "../../../parts/format";
import { useQuestion } from "../../../api/use-question";
import { historyQuestion } from "../questions";
import { binned, bucketFor, instants, placeOf } from "./history";

const BARS = 88;
const HEIGHT = 26;
const STEP = 4;
/** Milliseconds a thumb rests before the graph is asked for. */
const REST = 180;

const day = dateFormat({ day: "numeric", month: "short", year: "2-digit" });

interface AsOfProps {
  /** The instant of the URL; empty for now. */
  readonly asof: string;
  /** Instants of what is shown, ms since 1970. */
  readonly times: readonly number[];
  readonly onChange: (asof: string) => void;
}

/** A slider over the history of events: the graph as it was. Its end is now. */
export function AsOf({ asof, times, onChange }: AsOfProps) {
  const range = useMemo(() => instants(times, Date.now()), [times]);
  const bucket = bucketFor(range);
  const history = useQuestion(
    historyQuestion,
    bucket ? { bucket, since: new Date(range.since).toISOString(), until: new Date(range.until).toISOString() } : null,
    { keep: true },
  );
  const bars = useMemo(() => {
    const events = history.data?.stats.map(({ from, events: many }) => [Date.parse(from), many] as const);
    return binned(range, BARS, bucket && events ? events : times.map((time) => [time, 1] as const));
  }, [history.data, range, bucket, times]);
  const most = Math.max(1, ...bars);

  const told = placeOf(range, BARS, asof);
  const [held, hold] = useState<number | null>(null);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => hold(null), [asof]);
  const place = held ?? told;
  const text = place >= BARS ? "now" : moment(held === null && asof ? asof : at(place));

  function at(bar: number): string {
    const time = range.since + ((range.until - range.since) * bar) / BARS;
    return new Date(Math.round(time)).toISOString();
  }

  const slide = (bar: number): void => {
    hold(bar);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => onChange(bar >= BARS ? "" : at(bar)), REST);
  };

  return (
    <div class="float as-of">
      <label>
        <span>As of</span>
        <b>{text}</b>
      </label>
      <div class="past">
        <svg viewBox={`0 0 ${BARS * STEP} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {bars.map((many, bar) => {
            const height = many === 0 ? 0.8 : 3 + (HEIGHT - 3) * (many / most);
            return <rect key={bar} class={bar < place ? "before" : ""} x={bar * STEP} y={HEIGHT - height} width={STEP - 1.4} height={height} rx="1" />;
          })}
        </svg>
        <input
          type="range"
          min="0"
          max={BARS}
          value={place}
          aria-label="Show the graph as of"
          aria-valuetext={text}
          onInput={(event) => slide(Number(event.currentTarget.value))}
        />
        <p aria-hidden="true">
          <span>{day(range.since)}</span>
          <span>{bucket ? "events" : "what is shown, by time"}</span>
          <span>now</span>
        </p>
      </div>
      {asof && (
        <button type="button" class="button small" onClick={() => onChange("")}>
          Now
        </button>
      )}
    </div>
  );
}
