import type { CardFamily } from "../lineage";

/** The colours of a picture, resolved: what the tokens of styles/tokens.css are in the theme shown. */
export interface Palette {
  readonly bg: string;
  readonly surface: string;
  readonly raise: string;
  readonly line: string;
  readonly line2: string;
  readonly edge: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly accent: string;
  readonly danger: string;
  readonly dangerTile: string;
  readonly edgeOpacity: number;
  readonly families: Readonly<Record<CardFamily, { readonly ink: string; readonly tile: string }>>;
}
