import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { Skeleton, Trouble } from "./states";

/** A component whose script is loaded when it is first shown. */
export function lazily<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function Lazily(props: Props) {
    const [round, setRound] = useState(0);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (component) => {
          loaded = component;
          setRound(-1);
        },
        () => setFailed(true),
      );
    }, [round]);
    const Loaded = loaded;
    if (Loaded) return <Loaded {...props} />;
    // A new release has other scripts: what this page knows of is gone then.
    const reload = { code: "SCRIPT_GONE", message: "A part of this page could not be loaded.", hint: "Load the page again: the service may have been updated.", status: 0, retryAfter: null };
    return failed ? <Trouble failure={reload} again={() => location.reload()} /> : <Skeleton />;
  };
}
