/** Why an answer did not come, in one shape: what the service says, or what kept us from asking it. */
export type Failure = {
  /** One of the service's codes (BAD_REQUEST, NOT_FOUND, …), or SERVICE_GONE when nothing answers. */
  readonly code: string;
  /** For a person. */
  readonly message: string;
  /** What to do about it; empty when nobody knows. */
  readonly hint: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Seconds until another try makes sense; null when the service did not say. */
  readonly retryAfter: number | null;
};

export const GONE = "SERVICE_GONE";

export const gone: Failure = {
  code: GONE,
  message: "The service does not answer.",
  hint: "Is it running? Start it with: whence serve. The page goes on by itself when it is back.",
  status: 0,
  retryAfter: null,
};

type Said = { code?: unknown; message?: unknown; hint?: unknown; extensions?: { code?: unknown; hint?: unknown } };

const words = (value: unknown, otherwise: string): string => (typeof value === "string" && value ? value : otherwise);

/** The failure of an HTTP answer whose body is `{code, message, hint}`; of any other body, what the status tells. */
export function failureOf(status: number, body: unknown, retryAfter: string | null): Failure {
  const said: Said = typeof body === "object" && body !== null ? body : {};
  return {
    code: words(said.code, status >= 500 ? "STORE_UNAVAILABLE" : "BAD_REQUEST"),
    message: words(said.message, `The service answered with status ${status}.`),
    hint: words(said.hint, ""),
    status,
    retryAfter: seconds(retryAfter),
  };
}

/** The failure of one entry of `errors` in a GraphQL answer. */
export function failureIn(error: unknown, status: number): Failure {
  const said: Said = typeof error === "object" && error !== null ? error : {};
  return failureOf(status, { message: said.message, code: said.extensions?.code, hint: said.extensions?.hint }, null);
}

/** Retry-After as seconds (RFC 9110, section 10.2.3, the form with a number). */
function seconds(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header.trim()) ? Number(header) : null;
}
