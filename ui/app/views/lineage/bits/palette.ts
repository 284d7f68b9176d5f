import { useEffect, useState } from "preact/hooks";

import type { CardFamily } from "../../../graph/lineage";
import type { Palette } from "../../../graph/svg/palette";

const FAMILIES: readonly CardFamily[] = ["data", "run", "base", "model", "artifact", "deployment", "code"];

const TOKENS = ["bg", "surface", "raise", "line", "line2", "edge", "ink", "ink2", "ink3", "accent", "danger"] as const;

/** What the tokens are in the theme that is shown: canvases and exported pictures know no CSS variables. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const families = FAMILIES.map((family) => {
    const name = family === "code" ? "run" : family;
    return [family, { ink: token(name), tile: token(`${name}-tile`) }] as const;
  });
  return {
    ...(Object.fromEntries(TOKENS.map((name) => [name, token(name)])) as Record<(typeof TOKENS)[number], string>),
    dangerTile: token("danger-tile"),
    edgeOpacity: document.documentElement.dataset.theme === "dark" ? 0.55 : 0.5,
    families: Object.fromEntries(families) as Palette["families"],
  };
}

/** The palette, read again when the theme changes. */
export function usePalette(): Palette {
  const [palette, setPalette] = useState(readPalette);
  useEffect(() => {
    const read = (): void => setPalette(readPalette());
    const theme = new MutationObserver(read);
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const media = ["(forced-colors: active)", "(prefers-color-scheme: dark)"].map((query) => matchMedia(query));
    media.forEach((each) => each.addEventListener("change", read));
    return () => {
      theme.disconnect();
      media.forEach((each) => each.removeEventListener("change", read));
    };
  }, []);
  return palette;
}
