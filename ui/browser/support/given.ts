/** What the script that started the suite has set up, as JSON in $WHENCE_PAGE. */
export interface Given {
  readonly chromium: { readonly path: string; readonly flags: readonly string[] };
  /** The `whence` command, for tests that start and stop a service of their own. */
  readonly whence: string;
  /** URLs of running services. */
  readonly services: Readonly<Partial<Record<ServiceName, string>>>;
  /** A key of the service `keyed` with the scope read. */
  readonly key?: string;
  /** The uid in the middle of the large graph. */
  readonly largeFocus?: string;
  /** Where to put what is made: the folder of pictures, the file of figures. */
  readonly output?: string;
  /** Of the bench: uids to start from with a space between them, how often to measure, and seconds of one measurement of frames. */
  readonly roots?: string;
  readonly rounds?: string;
  readonly seconds?: string;
}

/**
 * `demo`: the demo's events and nothing else. `odd`: hostile names, failed and running runs, gaps, refused events. `keyed`: the demo's
 * events behind a key. `large`: a generated graph. `map`: the one that the bench draws as a map.
 */
export type ServiceName = "demo" | "odd" | "keyed" | "large" | "map";

export const given = JSON.parse(process.env.WHENCE_PAGE ?? '{"services":{}}') as Given;

/** The URL of a service. Throws when it was not started for this suite. */
export function service(name: ServiceName): string {
  const url = given.services[name];
  if (!url) throw new Error(`no service ${name} was started for this suite`);
  return url;
}
