import { icons, type IconNode } from "lucide";
import type { Plugin } from "vite";

import { ICON_NAMES, type IconName } from "./app/graph/icon-names.ts";

/** `circle-x` is `CircleX` to lucide. */
const exported = (name: string): string => name.replace(/(?:^|-)(\w)/g, (_all, first: string) => first.toUpperCase());

/** The shapes of an icon as markup, for a view box of 24 by 24. */
export function shapesOf(name: IconName): string {
  const shapes = (icons as Record<string, IconNode>)[exported(name)];
  if (!shapes) throw new Error(`lucide has no icon ${name}`);
  const attributes = (of: object): string => Object.entries(of).map(([key, value]) => ` ${key}="${value}"`).join("");
  return shapes.map(([tag, of]) => `<${tag}${attributes(of)}/>`).join("");
}

/** Puts the icons into the markup of a page, where `<use>` finds them. `entry` ends the path of its HTML file. */
export function sprite(entry: string): Plugin {
  const drawn = ICON_NAMES.map((name) => `<g id="icon-${name}">${shapesOf(name)}</g>`).join("");
  return {
    name: "whence-icons",
    transformIndexHtml: (_html, { filename }) =>
      filename.endsWith(entry) ? [{ tag: "div", attrs: { hidden: true }, children: `<svg><defs>${drawn}</defs></svg>`, injectTo: "body" }] : [],
  };
}
