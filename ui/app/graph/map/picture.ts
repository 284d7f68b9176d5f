import { element, escaped } from "../svg/escape";
import { sheet, words, type Sheet } from "../svg/sheet";
import { clipped, estimate } from "../svg/text";
import { ticks, xOf } from "./axis";
import { FAILED, MAP_FAMILIES, type Reach } from "./columns";
import { bend, endOfNode, flowColour, HEXAGON, markColour, SHAPES, stands, unlit, xOfNode, yOfNode, type Ground } from "./ground";
import { laneTop, markScale } from "./lanes";

const NAMES = 198;
const SHARED = 40;
const TIMES = 22;
const PILL = 150;
const BOLD = { size: 13, weight: 600, mono: false };
const SMALL = { size: 11, weight: 500, mono: false };

/**
 * The stretch of time that a map shows, with all its lanes, as the text of an SVG file. Unlike on the screen every node is
 * a mark of its own and every flow a line, named by `data-id`, `data-from` and `data-to`.
 */
export function mapSvg(shown: Ground, lit: Reach | null, page: Sheet): string {
  const ground = { ...shown, lanes: { ...shown.lanes, top: SHARED } };
  const { columns, axis, lanes, palette } = ground;
  const height = SHARED + lanes.count * lanes.height;
  const names = columns.lanes.map(({ name }, lane) => words(0, laneTop(lanes, lane) + lanes.height / 2 + 4, clipped(name, NAMES - 12, BOLD, estimate), BOLD, palette.ink));
  const hubs = columns.hubs.map(({ node, uses }, place) =>
    element("g", { class: lit?.nodes.has(node) ? "lit" : undefined, "data-id": columns.ids[node]! },
      words(place * PILL, 16, clipped(columns.names[node]!, PILL - 10, SMALL, estimate), SMALL, markColour(ground, columns.family[node]!, lit?.nodes.has(node) ?? false)) +
        words(place * PILL, 31, `${uses} ${uses === 1 ? "use" : "uses"}`, SMALL, palette.ink3)),
  );
  const lines = Array.from({ length: lanes.count + 1 }, (_, lane) => element("path", { d: `M0 ${laneTop(lanes, lane)}h${axis.width}`, stroke: palette.line }));
  const times = ticks(axis, 90).map(({ time, label }) => {
    const x = xOf(axis, time);
    return element("path", { d: `M${x} ${SHARED}V${height}`, stroke: palette.line, "stroke-dasharray": "2 4" }) + words(x + 5, height + 14, label, SMALL, palette.ink3);
  });
  const marks = [...ground.index.order].filter((node) => stands(ground, node)).map((node) => mark(ground, node, lit));
  // A picture in the picture, because it cuts off what leaves the stretch of time.
  const plot = element("svg", { x: NAMES, width: axis.width, height: height + TIMES }, [...hubs, ...lines, ...times, flows(ground, lit), ...marks].join(""));
  return sheet(page, { width: NAMES + axis.width, height: height + TIMES }, words(0, 24, "Shared", BOLD, palette.ink) + names.join("") + plot);
}

function flows(ground: Ground, lit: Reach | null): string {
  const { columns, palette } = ground;
  const drawn = Array.from(columns.from, (from, edge) => {
    const to = columns.to[edge]!;
    if (!stands(ground, from) || !stands(ground, to)) return "";
    const shines = lit?.edges.has(edge) ?? false;
    const [x1, x2, y2] = [xOfNode(ground, from), xOfNode(ground, to), yOfNode(ground, to)];
    const reach = bend(x1, x2);
    const y1 = yOfNode(ground, from);
    if (Math.max(x1, x2) < 0 || Math.min(x1, x2) > ground.axis.width) return "";
    return element("path", {
      class: shines ? "lit" : undefined,
      "data-from": columns.ids[from]!,
      "data-to": columns.ids[to]!,
      d: `M${cents(x1, y1)}C${cents(x1 + reach, y1)} ${cents(x2 - reach, y2)} ${cents(x2, y2)}`,
      stroke: shines ? flowColour(ground, edge) : palette.edge,
      "stroke-width": shines ? 1.5 : 0.8,
      "stroke-opacity": shines ? 0.8 : palette.edgeOpacity,
    });
  });
  return element("g", { class: "edges", fill: "none" }, drawn.join(""));
}

const cents = (x: number, y: number): string => `${x.toFixed(2)} ${y.toFixed(2)}`;

function mark(ground: Ground, node: number, lit: Reach | null): string {
  const { columns, axis, lanes, palette } = ground;
  const [x, y, scale, family] = [xOfNode(ground, node), yOfNode(ground, node), markScale(lanes), columns.family[node]!];
  const serves = MAP_FAMILIES[family] === "deployment";
  const end = serves ? endOfNode(ground, node) : x;
  if (end < 0 || x > axis.width) return "";
  const shape = SHAPES[family]!;
  const shines = lit?.nodes.has(node) ?? false;
  const bar = serves ? element("rect", { x, y: y - 3 * scale, width: Math.max(4, end - x), height: 6 * scale, opacity: shines ? 0.8 : 0.2 }) : "";
  const drawn =
    shape.of === "box"
      ? element("rect", { x: x - (shape.width / 2) * scale, y: y - (shape.height / 2) * scale, width: shape.width * scale, height: shape.height * scale })
      : shape.of === "disc"
        ? element("circle", { cx: x, cy: y, r: shape.radius * scale })
        : element("polygon", { points: HEXAGON.map(([dx, dy]) => cents(x + dx * shape.radius * scale, y + dy * shape.radius * scale)).join(" ") });
  const condition = columns.condition[node]!;
  const ring = condition ? element("circle", { cx: x, cy: y, r: 6 * scale, fill: "none", stroke: condition === FAILED ? palette.danger : palette.accent }) : "";
  return element(
    "g",
    { class: shines ? "lit" : undefined, "data-id": columns.ids[node]!, fill: markColour(ground, family, shines), opacity: lit && !shines ? unlit(ground) : undefined },
    element("title", {}, escaped(columns.names[node]!)) + bar + drawn + ring,
  );
}
