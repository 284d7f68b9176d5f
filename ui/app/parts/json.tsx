import { useMemo } from "preact/hooks";

import { bytes } from "./format";
import { CopyButton } from "./copy";
import { save } from "./save";

/** Characters of JSON that a page shows; more is offered as a file. */
const MOST = 200_000;
const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null|-?\d[\d.eE+-]*)\b/g;

/** Any JSON for people: indented, coloured, with line breaks where it is long. Only ever text. */
export function Json({ of, name, what = "JSON" }: { of: unknown; name?: string; what?: string }) {
  const text = useMemo(() => JSON.stringify(of, null, 2) ?? "null", [of]);
  return (
    <div class="lines">
      <pre tabIndex={0} aria-label={what} class="json">
        <code>{coloured(text.slice(0, MOST))}</code>
      </pre>
      <CopyButton text={() => text} what={what} />
      {text.length > MOST && (
        <p class="quiet">
          Too large to show whole ({bytes(text.length)}).{" "}
          <button type="button" class="button small" onClick={() => save(text, name ?? "whence.json", "application/json")}>
            Save all of it
          </button>
        </p>
      )}
    </div>
  );
}

function coloured(text: string) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(TOKENS)) {
    parts.push(text.slice(end, found.index));
    const kind = found[2] ? "key" : found[1] ? "string" : "value";
    parts.push(<span class={kind}>{found[1] ?? found[3]}</span>, found[2] ?? "");
    end = found.index + found[0].length;
  }
  return [...parts, text.slice(end)];
}
