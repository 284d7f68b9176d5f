import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { Icon } from "./icon";

/** Copies a text; says so for a moment. Without the right to copy it says that instead. */
export function CopyButton({ text, what, children }: { text: () => string; what: string; children?: ComponentChildren }) {
  const [said, setSaid] = useState("");
  const copy = (): void => {
    // A page that was not served over HTTPS or from this machine has no clipboard.
    const copied = navigator.clipboard?.writeText(text()) ?? Promise.reject(new Error("no clipboard"));
    copied.then(
      () => say("Copied"),
      () => say("Copying is not allowed here"),
    );
  };
  const say = (words: string): void => {
    setSaid(words);
    setTimeout(() => setSaid(""), 1600);
  };
  return (
    <button type="button" class={children ? "button" : "button bare"} onClick={copy} aria-label={children ? undefined : `Copy ${what}`} title={said || `Copy ${what}`}>
      <Icon of={said === "Copied" ? "check" : "copy"} />
      {children}
      <span class="hidden" role="status">
        {said}
      </span>
    </button>
  );
}

/** Lines to paste into a shell. */
export function Lines({ text, what }: { text: string; what: string }) {
  return (
    <div class="lines">
      <pre tabIndex={0} aria-label={what}>
        <code>{text}</code>
      </pre>
      <CopyButton text={() => text} what={what} />
    </div>
  );
}

/** A digest as people compare it, whole on hover and when copied. */
export function Hash({ algorithm, value }: { algorithm: string; value: string }) {
  return (
    <span class="hash">
      <code title={`${algorithm}:${value}`}>
        {algorithm}:{value.length > 20 ? `${value.slice(0, 10)}…${value.slice(-4)}` : value}
      </code>
      <CopyButton text={() => `${algorithm}:${value}`} what={`${algorithm} digest`} />
    </span>
  );
}
