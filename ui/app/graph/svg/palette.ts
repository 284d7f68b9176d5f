import type { CardFamily } from "../lineage";

/** The colours of a picture, resolved: what the tokens of styles/tokens.css are in the theme shown. */
export interface Palette {
  readonly bg: string;
  readonly raise: string;
  readonly line2: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly accent: string;
  readonly danger: string;
  readonly dangerTile: string;
  readonly ok: string;
  readonly warn: string;
  readonly edgeOpacity: number;
  readonly families: Readonly<Record<CardFamily, { readonly ink: string; readonly tile: string }>>;
}
