import type { IconName } from "../graph/icon-names";

/** An icon, drawn in the colour of the text around it. Without a label it is decoration. */
export function Icon({ of, label }: { of: IconName; label?: string }) {
  const named = label ? ({ role: "img", "aria-label": label } as const) : ({ "aria-hidden": true } as const);
  return (
    <svg class="icon" viewBox="0 0 24 24" {...named}>
      <use href={`#icon-${of}`} />
    </svg>
  );
}

/** The shapes of an icon, as the markup of the page has them. */
export const shapesOf = (icon: IconName): string => document.getElementById(`icon-${icon}`)?.innerHTML ?? "";
