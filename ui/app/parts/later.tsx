import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { gone, type Failure } from "../api/failure";
import { Skeleton, Trouble } from "./states";

/** A view that is loaded when it is first shown, so that who never opens it never waits for it. */
export type Deferred<Props> = { readonly load: () => Promise<ComponentType<Props>> };

export const later = <Props,>(load: Deferred<Props>["load"]): Deferred<Props> => ({ load });

/** Loading the page anew is the remedy: after an update its scripts have other names. */
const NOT_LOADED: Failure = {
  ...gone, code: "NOT_LOADED", message: "This part of the page could not be loaded.", hint: "The service may be away, or newer than the page: load the page anew.",
};

/** The view once it is there; trouble, when the service does not give it out. */
export function Later<Props extends object>({ of, with: props }: { of: Deferred<Props>; with: Props }) {
  const [loaded, setLoaded] = useState<{ readonly View: ComponentType<Props> } | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    of.load().then((View) => setLoaded({ View }), () => setFailed(true));
  }, [of]);
  if (failed) return <Trouble failure={NOT_LOADED} again={() => location.reload()} />;
  return loaded ? <loaded.View {...props} /> : <Skeleton />;
}
