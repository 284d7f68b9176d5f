import type { IconNode } from "lucide";
import { h } from "preact";

/** An icon of lucide (ISC), drawn in the colour of the text around it. Without a label it is decoration. */
export function Icon({ of, label }: { of: IconNode; label?: string }) {
  const named = label ? ({ role: "img", "aria-label": label } as const) : ({ "aria-hidden": true } as const);
  return (
    <svg class="icon" viewBox="0 0 24 24" {...named}>
      {of.map(([tag, attributes]) => h(tag, attributes as Record<string, string>))}
    </svg>
  );
}
