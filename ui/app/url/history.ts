import { useCallback, useEffect, useState } from "preact/hooks";

import { decode, encode } from "./codec";
import type { Url } from "./state";

/** Goes to a state: a new entry of the history, or with `replace` (pan, zoom, typing) the present one changed. */
export type Go = (next: Url, options?: { readonly replace?: boolean }) => void;

const here = (): Url => decode(location.pathname, location.search);

/** The state in the address bar, and how to change it. Links of the page are followed without loading it again. */
export function useUrl(): readonly [url: Url, go: Go] {
  const [url, setUrl] = useState(here);
  const go = useCallback<Go>((next, options) => {
    const link = encode(next);
    if (link === location.pathname + location.search) return;
    if (options?.replace) history.replaceState(null, "", link);
    else history.pushState(null, "", link);
    setUrl(here());
  }, []);

  useEffect(() => {
    const read = (): void => setUrl(here());
    const follow = (event: MouseEvent): void => {
      const target = plainLink(event);
      if (!target) return;
      event.preventDefault();
      history.pushState(null, "", target.pathname + target.search);
      scrollTo(0, 0);
      read();
    };
    addEventListener("popstate", read);
    document.addEventListener("click", follow);
    return () => {
      removeEventListener("popstate", read);
      document.removeEventListener("click", follow);
    };
  }, []);

  return [url, go];
}

/** The address of a click on a link to a state of the page, in this tab; null for any other click. */
function plainLink(event: MouseEvent): URL | null {
  const anchor = event.target instanceof Element ? event.target.closest("a") : null;
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!anchor?.href || !plain || event.defaultPrevented || anchor.target || anchor.hasAttribute("download")) return null;
  const address = new URL(anchor.href);
  const ours = address.origin === location.origin && decode(address.pathname, address.search).page !== "nowhere";
  return ours && !address.hash ? address : null;
}
