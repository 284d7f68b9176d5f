import type { ComponentChildren } from "preact";

/** One line of a list of facts. */
export function Fact({ name, look, children }: { name: string; look?: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd class={look}>{children}</dd>
    </>
  );
}
