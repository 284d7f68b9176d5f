import { graphql } from "../../api/document";
import { ask } from "../../api/client";
import type { Lineage } from "../../graph/lineage";
import type { Emphasis } from "../../graph/scene/emphasis";
import type { Scene } from "../../graph/scene/scene";
import { svg } from "../../graph/svg/picture";
import { png } from "../../graph/svg/png";
import { counted, tail } from "../../parts/format";
import type { NodeUrl } from "../../url/state";
import { cardOf } from "./answer";
import { readPalette } from "./bits/palette";
import type { Export } from "./bits/toolbar";
import { shapesOf } from "../../parts/icon";
import { save } from "../../parts/save";
import { csv, fileName, json, lineageCsv } from "./export";
import { reachedQuestion, type FocusAnswer, type ImpactAnswer } from "./questions";
import { impactVariables } from "./variables";

const manifestQuestion = graphql(`
  query Manifest($ref: String!, $asOf: DateTime) {
    export(ref: $ref, asOf: $asOf)
  }
`);

export interface Exported {
  readonly url: NodeUrl;
  readonly answer: FocusAnswer;
  readonly lineage: Lineage;
  readonly picture: Scene;
  readonly emphasis: Emphasis | null;
  readonly impact: ImpactAnswer | null;
}

/** A picture as files; `draw` gives its SVG. */
export const picturesOf = (title: string, draw: () => string): readonly Export[] => [
  { word: "Picture, SVG", make: () => save(draw(), fileName(title, "svg"), "image/svg+xml") },
  {
    word: "Picture, PNG",
    make: async () => {
      const drawn = draw();
      save(await png(drawn, sizeOf(drawn)), fileName(title, "png"), "image/png");
    },
  },
];

/** The files that can be made of a lineage: the picture as it is drawn, the answer as it was given, the proof for an audit. */
export function exportsOf(shown: Exported): readonly Export[] {
  const { url, answer, lineage, impact } = shown;
  const title = titleOf(shown);
  const picture = (): string => svg(shown.picture, { palette: readPalette(), shapesOf, title, footer: footerOf(answer), emphasis: shown.emphasis });
  const pictures = picturesOf(title, picture);
  const manifest: Export = {
    word: "For an audit, JSON",
    make: async () => {
      const { data } = await ask(manifestQuestion, { ref: answer.focus, asOf: url.asof || null });
      if (data) save(json(data.export), fileName(`${title}-audit`, "json"), "application/json");
    },
  };
  if (impact) {
    return [
      ...pictures,
      { word: `What is hit, CSV (${counted(impact.total, "node")})`, make: async () => saveReached(url, title) },
      { word: "What is hit, JSON", make: () => save(json(impact), fileName(`impact-${title}`, "json"), "application/json") },
      manifest,
    ];
  }
  return [
    ...pictures,
    { word: "What is shown, CSV", make: () => save(lineageCsv(lineage), fileName(title, "csv"), "text/csv") },
    { word: "What is shown, JSON", make: () => save(json(answer), fileName(title, "json"), "application/json") },
    manifest,
  ];
}

const titleOf = ({ lineage, emphasis }: Exported): string => {
  const focus = lineage.cards.find(({ id }) => id === lineage.focus);
  const name = focus ? `${tail(focus.name).name} ${focus.version}`.trim() : lineage.focus;
  return emphasis?.danger ? `Impact in the lineage of ${name}` : `Lineage of ${name}`;
};

const footerOf = ({ shown, total, completeness }: FocusAnswer): string => `${shown} of ${total} nodes shown · ${completeness.sentence}`;

function sizeOf(picture: string): { width: number; height: number } {
  const { width, height } = new DOMParser().parseFromString(picture, "image/svg+xml").documentElement.attributes as unknown as Record<string, Attr>;
  return { width: Number(width?.value), height: Number(height?.value) };
}

/** Everything that a deletion hits, one line each, nearest first. */
async function saveReached(url: NodeUrl, title: string): Promise<void> {
  const { data } = await ask(reachedQuestion, impactVariables(url.impact, url));
  if (!data) return;
  const { nodes, depths } = data.impact.subgraph;
  const rows = nodes.map((node, place) => {
    const card = cardOf(node, Date.now());
    return [node.id, card.word, card.name, card.version, depths[place] ?? null, card.at, card.state];
  });
  save(csv([["id", "kind", "name", "version", "hops", "at", "state"], ...rows]), fileName(`${title}-hit`, "csv"), "text/csv");
}
