import { useRef, useState } from "preact/hooks";

import type { Brief } from "../api/brief";
import { search } from "../api/search";
import { useQuestion } from "../api/use-question";
import { lookOf } from "../parts/kinds";
import { Icon } from "../parts/icon";
import { calling, Tile } from "../parts/node";
import { unique } from "../parts/unique";
import type { Go } from "../url/history";
import { catalogUrl, nodeUrl } from "../url/state";
import { useSettled } from "./typed";

const SHOWN = 8;

/** The search of the top bar: what fits is shown while one types; Enter opens it, or all that fits. */
export function Search({ go, field }: { go: Go; field: { current: HTMLInputElement | null } }) {
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const asked = useSettled(text.trim(), 120);
  const answer = useQuestion(search, open && asked ? { text: asked, kinds: null, first: SHOWN, after: null, exact: true } : null, { keep: true });
  const found = asked && open ? unique([answer.data?.resolve?.node ?? [], answer.data?.find.edges.map((edge) => edge.node) ?? []].flat(), ({ id }) => id) : [];
  const box = useRef<HTMLDivElement>(null);

  const leave = (): void => {
    setOpen(false);
    setActive(-1);
    field.current?.blur();
  };
  const choose = (node: Brief | undefined): void => {
    if (node) go(nodeUrl(node.id));
    else if (text.trim()) go(catalogUrl({ q: text.trim() }));
    leave();
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setOpen(true);
      setActive((active + 1 + step + found.length + 1) % (found.length + 1) - 1);
    } else if (event.key === "Enter") {
      choose(found[active]);
    } else if (event.key === "Escape") {
      leave();
    }
  };

  return (
    <div
      class="search"
      role="search"
      ref={box}
      onFocusOut={(event) => {
        if (!box.current?.contains(event.relatedTarget as Node | null)) setOpen(false);
      }}
    >
      <Icon of="search" />
      <input
        ref={field}
        type="text"
        role="combobox"
        aria-label="Search names, digests, tags, owners"
        aria-expanded={open && found.length > 0}
        aria-controls="found"
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `found-${active}` : undefined}
        placeholder="Find a dataset, run, model, digest…"
        autocomplete="off"
        spellcheck={false}
        value={text}
        onFocus={() => setOpen(true)}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setActive(-1);
          setOpen(true);
        }}
        onKeyDown={onKey}
      />
      <kbd aria-hidden="true">/</kbd>
      <div class="found float" hidden={!open || !asked}>
        <ul id="found" role="listbox" aria-label="Found">
          {found.map((node, index) => (
            <Found key={node.id} node={node} id={`found-${index}`} active={index === active} choose={choose} />
          ))}
        </ul>
        <p class="quiet" role="status">
          {foundLine(found.length, answer.data?.find.totalCount ?? 0, answer.loading, answer.failures[0]?.message)}
          {found.length > 0 && (
            <span class="end">
              <kbd>Enter</kbd> all of them
            </span>
          )}
        </p>
      </div>
    </div>
  );
}

function Found({ node, id, active, choose }: { node: Brief; id: string; active: boolean; choose: (node: Brief) => void }) {
  const { title, version, place } = calling(node);
  return (
    <li id={id} role="option" aria-selected={active} onMouseDown={(event) => event.preventDefault()} onClick={() => choose(node)}>
      <Tile of={node} small />
      <span class="title">{title}</span>
      {version && <code class="version">{version}</code>}
      <span class="quiet place">
        {lookOf(node).word} · {place}
      </span>
    </li>
  );
}

function foundLine(shown: number, total: number, loading: boolean, failure: string | undefined): string {
  if (failure) return failure;
  if (shown > 0) return total > shown ? `${shown} of ${total}` : `${shown} found`;
  return loading ? "Searching …" : "Nothing has that in its name, tags, owners or digests.";
}
