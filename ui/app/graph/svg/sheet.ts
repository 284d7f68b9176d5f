import { element, escaped, rounded } from "./escape";
import type { Palette } from "./palette";
import type { Font } from "./text";

/** What every exported picture has. */
export interface Sheet {
  readonly palette: Palette;
  /** What the picture shows, for readers and screen readers. */
  readonly title: string;
  /** The completeness line: a picture never travels without it. */
  readonly footer: string;
}

export const MARGIN = 32;
const FOOTER = 44;
const SANS = "Inter, system-ui, sans-serif";
const MONO = "'JetBrains Mono', ui-monospace, monospace";

/**
 * A drawing of this size as the text of an SVG file: no scripts, no links, no fonts or pictures from elsewhere.
 * `drawn` is markup; `beside` gets the right end and the height of the line below it.
 */
export function sheet(
  { palette, title, footer }: Sheet,
  size: { readonly width: number; readonly height: number },
  drawn: string,
  beside: (right: number, y: number) => string = () => "",
): string {
  const width = size.width + 2 * MARGIN;
  const height = size.height + 2 * MARGIN + FOOTER;
  const content = [
    element("title", {}, escaped(title)),
    element("rect", { width, height, fill: palette.bg }),
    element("g", { transform: `translate(${MARGIN} ${MARGIN})` }, drawn),
    words(MARGIN, height - 20, footer, { size: 12, weight: 400, mono: false }, palette.ink2),
    beside(width - MARGIN, height - 24),
  ].join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${rounded(width)} ${rounded(height)}`, role: "img" },
    `\n${content}\n`,
  )}\n`;
}

export function words(x: number, y: number, text: string, font: Font, fill: string): string {
  return element("text", { x, y, fill, "font-family": font.mono ? MONO : SANS, "font-size": font.size, "font-weight": font.weight }, escaped(text));
}
