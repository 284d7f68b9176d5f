import type { IconName } from "../icon-names";
import { FOLD_ICON, iconOf } from "../icons";
import type { Box } from "../layout";
import type { Card } from "../lineage";
import { arrow } from "../scene/curve";
import type { Curve } from "../scene/curve";
import { flowLit, isLit } from "../scene/emphasis";
import type { Emphasis } from "../scene/emphasis";
import { DASHES, LINE_WORDS, linesOf } from "../scene/scene";
import type { CardItem, FoldItem, Scene, Strand } from "../scene/scene";
import { element, escaped, rounded } from "./escape";
import type { Palette } from "./palette";
import { sheet, words, type Sheet } from "./sheet";
import { clipped, estimate } from "./text";
import type { Font, Measure } from "./text";

export interface PictureOptions extends Sheet {
  /** The shapes of an icon as markup, for a view box of 24 by 24. */
  readonly shapesOf: (icon: IconName) => string;
  readonly emphasis?: Emphasis | null;
  readonly measure?: Measure;
}

const DIM = 0.32;
const DIM_STRAND = 0.13;

interface Context {
  readonly palette: Palette;
  readonly emphasis: Emphasis | null;
  readonly measure: Measure;
  readonly shapesOf: PictureOptions["shapesOf"];
}

/** A scene as the text of an SVG file. */
export function svg(picture: Scene, options: PictureOptions): string {
  const { palette, shapesOf, emphasis = null, measure = estimate } = options;
  const context = { palette, emphasis, measure, shapesOf };
  const drawn =
    element("g", { class: "edges", fill: "none" }, picture.strands.map((strand) => edge(strand, context)).join("")) +
    picture.items.map((item) => (item.what === "card" ? card(item, context) : fold(item, context))).join("");
  return sheet(options, picture, drawn, (right, y) => legend(picture, palette, right, y));
}

/** The `d` of a path. */
export function pathData({ from, pieces }: Curve): string {
  const point = ({ x, y }: { x: number; y: number }): string => `${rounded(x)} ${rounded(y)}`;
  return `M${point(from)}${pieces.map(({ c1, c2, to }) => `C${point(c1)} ${point(c2)} ${point(to)}`).join("")}`;
}

function edge(strand: Strand, { palette, emphasis }: Context): string {
  const lit = flowLit(emphasis, strand.flow);
  const danger = lit && emphasis?.danger === true;
  const colour = danger ? palette.danger : palette.families[strand.family].ink;
  const opacity = lit ? (danger ? 0.75 : palette.edgeOpacity) : DIM_STRAND;
  const dashes = DASHES[strand.line];
  const [tip, ...sides] = arrow(strand.curve);
  return (
    element("path", {
      class: "edge",
      "data-from": strand.flow.from,
      "data-to": strand.flow.to,
      d: pathData(strand.curve),
      stroke: colour,
      "stroke-width": danger ? 2.4 : 1.8,
      "stroke-opacity": opacity,
      "stroke-linecap": "round",
      "stroke-dasharray": dashes.length > 0 ? dashes.join(" ") : undefined,
    }) +
    element("polygon", {
      points: [tip, ...sides].map(({ x, y }) => `${rounded(x)},${rounded(y)}`).join(" "),
      fill: colour,
      "fill-opacity": lit ? 1 : DIM,
    })
  );
}

function card({ card: { id }, card: shown, box, focus }: CardItem, context: Context): string {
  const { palette, emphasis, measure, shapesOf } = context;
  const colours = palette.families[shown.family];
  const run = shown.family === "run";
  const hit = emphasis?.danger === true && emphasis.lit.has(id);
  const frame = focus ? palette.accent : hit ? palette.danger : palette.line2;
  const left = box.x + (run ? 10 : 51);
  const room = box.width - (left - box.x) - 12 - (shown.more > 0 ? 24 : 0);
  const middle = box.y + box.height / 2;
  const head: Font = { size: run ? 14 : 15, weight: 600, mono: false };
  const small: Font = { size: run ? 11 : 12.5, weight: 400, mono: run };
  const tile = run
    ? icon(shapesOf(iconOf(shown)), left, middle - 17, 14, colours.ink)
    : element("rect", { x: box.x + 9, y: middle - 17, width: 34, height: 34, rx: 8, fill: focus ? colours.ink : colours.tile }) +
      icon(shapesOf(iconOf(shown)), box.x + 17, middle - 9, 18, focus ? palette.raise : colours.ink);
  return element(
    "g",
    { class: "card", "data-id": id, opacity: isLit(emphasis, id) ? undefined : DIM },
    element("title", {}, escaped(`${shown.word} ${shown.name} ${shown.version}`.trim())) +
      element("rect", { ...placed(box), rx: run ? 13 : 10, fill: hit ? palette.dangerTile : palette.raise, stroke: frame, "stroke-width": focus ? 2.5 : 1 }) +
      (shown.origin ? element("rect", { x: box.x, y: box.y + 8, width: 4, height: box.height - 16, rx: 2, fill: colours.ink }) : "") +
      tile +
      words(left + (run ? 19 : 0), middle - 4, clipped(shown.title, room - (run ? 19 : 0), head, measure), head, palette.ink) +
      words(left, middle + 14, clipped(secondLine(shown), room, small, measure), small, palette.ink3) +
      (shown.more > 0 ? words(box.x + box.width - 26, box.y + 16, `+${shown.more}`, { size: 11, weight: 600, mono: false }, palette.ink2) : ""),
  );
}

/** What stands below a card's title, in one line. */
export const secondLine = ({ version, detail, commit }: Card): string => [version, detail, commit].filter(Boolean).join(" · ");

function fold({ fold: shown, box }: FoldItem, { palette, emphasis, measure, shapesOf }: Context): string {
  const hit = emphasis?.danger === true && emphasis.lit.has(shown.id);
  const font: Font = { size: 14, weight: 550, mono: false };
  const middle = box.y + box.height / 2;
  const room = box.width - 48;
  let x = box.x + 34;
  const bars = shown.families.map(([family, count]) => {
    const width = (room * count) / Math.max(1, shown.count);
    const bar = element("rect", { x, y: middle + 6, width: Math.max(1, width - 1), height: 4, fill: palette.families[family].ink });
    x += width;
    return bar;
  });
  return element(
    "g",
    { class: "fold", "data-id": shown.id, opacity: isLit(emphasis, shown.id) ? undefined : DIM },
    element("rect", { ...placed(box), rx: box.height / 2, fill: palette.bg, stroke: hit ? palette.danger : palette.line2, "stroke-dasharray": "4 3" }) +
      icon(shapesOf(FOLD_ICON), box.x + 12, middle - 8, 16, palette.ink2) +
      words(box.x + 34, middle, clipped(shown.title, room, font, measure), font, palette.ink2) +
      bars.join(""),
  );
}

const placed = ({ x, y, width, height }: Box): Record<string, number> => ({ x, y, width, height });

function icon(shapes: string, x: number, y: number, size: number, stroke: string): string {
  return element(
    "g",
    { transform: `translate(${rounded(x)} ${rounded(y)}) scale(${rounded(size / 24)})`, fill: "none", stroke, "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round" },
    shapes,
  );
}

/** The kinds of lines in the picture, right-aligned at `right`. */
function legend(picture: Scene, { ink2 }: Palette, right: number, y: number): string {
  const step = 104;
  const lines = linesOf(picture);
  return lines
    .map((line, place) => {
      const x = right - step * (lines.length - place);
      const dashes = DASHES[line];
      return (
        element("line", { x1: x, x2: x + 26, y1: y, y2: y, stroke: ink2, "stroke-width": 1.8, "stroke-linecap": "round", "stroke-dasharray": dashes.length > 0 ? dashes.join(" ") : undefined }) +
        words(x + 33, y + 4, LINE_WORDS[line], { size: 12, weight: 400, mono: false }, ink2)
      );
    })
    .join("");
}
