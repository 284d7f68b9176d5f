import { useEffect, useState } from "preact/hooks";

import { ago, duration, lasted, moment } from "./format";

/** Milliseconds since 1970, anew every so often. */
export function useNow(every = 30_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

/** How long ago, with the instant itself on hover and for machines. */
export function Ago({ at }: { at: string | null | undefined }) {
  const now = useNow();
  return at ? (
    <time dateTime={at} title={at}>
      {ago(at, now)}
    </time>
  ) : (
    <Nothing />
  );
}

/** The instant, in the zone of who looks. */
export function Moment({ at }: { at: string | null | undefined }) {
  return at ? (
    <time dateTime={at} title={at}>
      {moment(at)}
    </time>
  ) : (
    <Nothing />
  );
}

/** How long a run took, or takes by now. */
export function Lasted({ from, to, running }: { from: string | null; to: string | null; running: boolean }) {
  const now = useNow(1000);
  const ms = lasted(from, to, now);
  if (ms === null || (!to && !running)) return <Nothing />;
  return <span class="num">{duration(ms)}</span>;
}

/** A dash for who sees it, words for who hears it. */
export function Nothing({ said = "not known" }: { said?: string }) {
  return (
    <span class="nothing">
      <span aria-hidden="true">–</span>
      <span class="hidden">{said}</span>
    </span>
  );
}
