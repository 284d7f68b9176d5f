import { useEffect } from "preact/hooks";

/** The title of the tab while a view is shown. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · whence` : "whence";
  }, [title]);
}
