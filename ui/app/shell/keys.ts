import { useEffect, useRef } from "preact/hooks";

/** What keys do, by their sequence: `/`, `?`, `g c`. */
export type Bindings = Readonly<Record<string, () => void>>;

/** Milliseconds in which the second key of a sequence counts. */
const SOON = 900;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

/** Listens for keys while nobody types and no dialog is open. */
export function useKeys(bindings: Bindings): void {
  // Read when a key is pressed: an effect for each change would run a frame too late for who types fast.
  const latest = useRef(bindings);
  latest.current = bindings;
  useEffect(() => {
    let before = "";
    let timer = 0;
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]")) return;
      const bound = latest.current[`${before} ${event.key}`] ?? latest.current[event.key];
      clearTimeout(timer);
      before = bound ? "" : event.key;
      timer = window.setTimeout(() => {
        before = "";
      }, SOON);
      if (!bound) return;
      event.preventDefault();
      bound();
    };
    addEventListener("keydown", listen);
    return () => {
      removeEventListener("keydown", listen);
      clearTimeout(timer);
    };
  }, []);
}
