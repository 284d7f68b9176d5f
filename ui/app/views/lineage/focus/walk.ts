/** Where the arrow keys lead in a picture. Pure. */
import type { Item, Scene } from "../../../graph/scene/scene";

export type Direction = "left" | "right" | "up" | "down";

/** The card or pill to go to from `id`: along flows to the sides, within the column up and down; null at the picture's end. */
export function neighbour(picture: Scene, id: string, direction: Direction): string | null {
  const here = picture.items.find((item) => item.id === id);
  if (!here) return picture.focus;
  const level = middle(here);
  const candidates = direction === "left" || direction === "right" ? linked(picture, id, direction) : inColumn(picture, here, direction);
  const away = (item: Item): number => Math.abs(middle(item) - level);
  const [nearest] = [...candidates].sort((a, b) => away(a) - away(b));
  return nearest?.id ?? null;
}

const middle = ({ box }: Item): number => box.y + box.height / 2;

function linked(picture: Scene, id: string, direction: "left" | "right"): Item[] {
  const ids = new Set(
    picture.strands.flatMap(({ flow }) => (direction === "left" ? (flow.to === id ? [flow.from] : []) : flow.from === id ? [flow.to] : [])),
  );
  return picture.items.filter((item) => ids.has(item.id));
}

function inColumn(picture: Scene, here: Item, direction: "up" | "down"): Item[] {
  const beyond = (item: Item): boolean => (direction === "up" ? middle(item) < middle(here) : middle(item) > middle(here));
  return picture.items.filter((item) => item.id !== here.id && item.box.x === here.box.x && beyond(item));
}
