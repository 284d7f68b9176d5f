import type { ComponentChildren } from "preact";

import type { Whole } from "../../../api/brief";
import { counted, shortened, unescaped } from "../../../parts/format";
import { Icon } from "../../../parts/icon";
import { encode } from "../../../url/codec";
import { nodeUrl } from "../../../url/state";

/** The completeness line: what is shown of how much, and what the answer can't see. Always there. */
export function Status({ whole, children }: { whole: Whole; children?: ComponentChildren }) {
  return (
    <div class="status">
      {children}
      <span class={whole.complete ? "" : "cut"}>{whole.sentence}</span>
      {whole.gaps.length > 0 && <Gaps of={whole} />}
    </div>
  );
}

/** Gaps, each with what it is an example of. */
function Gaps({ of: { gaps } }: { of: Whole }) {
  return (
    <details class="menu gaps">
      <summary>
        <Icon of="triangle-alert" /> {counted(gaps.length, "gap")}
      </summary>
      <ul data-scrolls>
        {gaps.map(({ kind, sentence, examples }) => (
          <li key={kind}>
            {sentence}
            {examples.slice(0, 3).map((id) => (
              <a key={id} href={encode(nodeUrl(id, { view: "facts" }))}>{readable(id)}</a>
            ))}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The end of a uid as a person would say it. */
function readable(id: string): string {
  return shortened(id.split("/").map(unescaped).slice(-2).join(" ")).slice(0, 60);
}
