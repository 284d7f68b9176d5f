import type { ComponentChildren } from "preact";

import { GONE, type Failure } from "../api/failure";
import { keyFromPerson } from "../api/key";
import type { Asked } from "../api/use-question";
import { Icon } from "./icon";

/** Grey lines where text will be. */
export function Skeleton({ lines = 6, what = "Loading" }: { lines?: number; what?: string }) {
  return (
    <div class="skeleton" role="status">
      <span class="hidden">{what} …</span>
      {Array.from({ length: lines }, (_, line) => (
        <i key={line} data-width={line % 4} />
      ))}
    </div>
  );
}

/** Nothing to show, and why that is so or what to do. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="strong">{title}</p>
      {children && <div class="quiet">{children}</div>}
    </div>
  );
}

/** Why an answer did not come. */
export function Trouble({ failure, again }: { failure: Failure; again: () => void }) {
  const gone = failure.code === GONE;
  const wait = gone || failure.retryAfter !== null;
  return (
    <div class="trouble" role="alert">
      <Icon of="triangle-alert" />
      <div>
        <p class="strong">{failure.message}</p>
        {failure.hint && <p class="quiet">{failure.hint}</p>}
        <p class="quiet">
          {wait && <>Trying again {gone ? "every 3 s" : `in ${failure.retryAfter} s`}. </>}
          <code>{failure.code}</code>
        </p>
        <Remedy failure={failure} again={again} />
      </div>
    </div>
  );
}

function Remedy({ failure, again }: { failure: Failure; again: () => void }) {
  if (failure.status === 401) {
    const enter = (): void => void keyFromPerson({ insist: true }).then((given) => given && again());
    return (
      <button type="button" class="button" onClick={enter}>
        Enter a key
      </button>
    );
  }
  return (
    <button type="button" class="button" onClick={again}>
      Try again
    </button>
  );
}

/** Above an answer of which a part is missing, or that is older than it should be. */
export function Partial({ failures, again }: { failures: readonly Failure[]; again: () => void }) {
  if (failures.length === 0) return null;
  const gone = failures.some((failure) => failure.code === GONE);
  return (
    <div class="partial" role="alert">
      <Icon of="triangle-alert" />
      <span>
        {gone
          ? "The service does not answer: this is what it said last."
          : `A part of this answer is missing. ${[...new Set(failures.map((failure) => failure.message))].slice(0, 3).join(" ")}`}
      </span>
      <button type="button" class="button small" onClick={again}>
        Try again
      </button>
    </div>
  );
}

/** In place of an answer that is not there: why, or that it comes. */
export function Awaited({ asked, ...skeleton }: { asked: Pick<Asked<unknown>, "failures" | "again">; lines?: number; what?: string }) {
  const [failure] = asked.failures;
  return failure ? <Trouble failure={failure} again={asked.again} /> : <Skeleton {...skeleton} />;
}

/** Loading, trouble, or the answer, with a note above it when it is partial. */
export function Answered<Data>({
  asked,
  lines,
  children,
}: {
  asked: Omit<Asked<Data>, "loading">;
  lines?: number;
  children: (data: Data) => ComponentChildren;
}) {
  if (asked.data === null) return <Awaited asked={asked} {...(lines ? { lines } : {})} />;
  return (
    <>
      <Partial failures={asked.failures} again={asked.again} />
      {children(asked.data)}
    </>
  );
}
