import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

import type { IconName } from "../../../graph/icon-names";
import type { CardFamily } from "../../../graph/lineage";
import { count } from "../../../parts/format";
import { Icon } from "../../../parts/icon";
import type { Go } from "../../../url/history";
import type { Family, Mode, NodeUrl } from "../../../url/state";

const FILTERS: readonly (readonly [Family, string])[] = [
  ["data", "Data"], ["run", "Runs"], ["base", "Base"], ["model", "Models"], ["artifact", "Artifacts"], ["deployment", "Deployments"],
];

interface FiltersProps {
  readonly counts: ReadonlyMap<CardFamily, number>;
  readonly url: NodeUrl;
  readonly go: Go;
  /** More to choose, set apart. */
  readonly children?: ComponentChildren;
}

/** What of the lineage is shown, with how much of it there is. A family of which there is nothing has no button. */
export function Filters({ counts, url, go, children }: FiltersProps) {
  const hidden = url.kinds;
  const toggle = (family: Family): void =>
    go({ ...url, kinds: hidden.includes(family) ? hidden.filter((each) => each !== family) : [...hidden, family] }, { replace: true });
  return (
    <div class="float filters" role="group" aria-label="Filter by kind" data-scrolls>
      {FILTERS.filter(([family]) => counts.has(family) || hidden.includes(family)).map(([family, word]) => (
        <button key={family} type="button" aria-pressed={!hidden.includes(family)} onClick={() => toggle(family)}>
          <i class={`is-${family}`} />
          {word} <span class="num">{count(counts.get(family) ?? 0)}</span>
        </button>
      ))}
      {children}
    </div>
  );
}

const MODES: readonly (readonly [Mode, string, IconName])[] = [["focus", "Focus", "crosshair"], ["map", "Map", "map"], ["outline", "Outline", "list-tree"]];

export function Modes({ mode, onMode }: { mode: Mode; onMode: (mode: Mode) => void }) {
  return (
    <div class="float modes" role="group" aria-label="View of the lineage">
      {MODES.map(([each, word, icon], place) => (
        <button key={each} type="button" aria-pressed={each === mode} title={`${word} (${place + 1})`} onClick={() => onMode(each)}>
          <Icon of={icon} />
          {word}
        </button>
      ))}
    </div>
  );
}

/** A file that can be made of what is shown. */
export interface Export {
  readonly word: string;
  readonly make: () => void | Promise<void>;
}

/** What is shown, as files. */
export function Exports({ of: files }: { of: readonly Export[] }) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = (): void => {
    if (menu.current) menu.current.open = false;
    menu.current?.querySelector("summary")?.focus();
  };
  return (
    <details class="float menu exports" ref={menu} onKeyDown={(event) => {
      if (event.key !== "Escape" || !menu.current?.open) return;
      close();
      event.preventDefault();
    }}>
      <summary title="Export">
        <Icon of="download" />
        Export
      </summary>
      <ul>
        {files.map(({ word, make }) => (
          <li key={word}>
            <button type="button" onClick={() => {
              void make();
              close();
            }}>
              {word}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
