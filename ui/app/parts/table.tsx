import type { ComponentChildren } from "preact";

type Props = { label: string; caption?: string; columns: readonly string[]; look?: string; children: ComponentChildren };

/** A table that scrolls by itself, under the words of its columns; caption and label are for who hears it. */
export function Table({ label, caption = label, columns, look, children }: Props) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table class={look}>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((word) => (
              <th key={word} scope="col">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
