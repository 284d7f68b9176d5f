import { Icon } from "../parts/icon";
import { encode } from "../url/codec";
import type { Go } from "../url/history";
import { catalogUrl, eventsUrl, runsUrl, type Url } from "../url/state";
import { Search } from "./search";
import { useTheme } from "./theme";

const PLACES = [
  ["catalog", "Catalog", encode(catalogUrl())],
  ["runs", "Runs", encode(runsUrl())],
  ["events", "Events", encode(eventsUrl())],
] as const;

type Props = { url: Url; go: Go; field: { current: HTMLInputElement | null }; showKeys: () => void };

/** Name, places, search, keys and theme: on top of every view. */
export function TopBar({ url, go, field, showKeys }: Props) {
  const [theme, toggle] = useTheme();
  return (
    <header class="topbar">
      <a class="brand" href="/" aria-label="whence: catalog">
        <Brand />
        <span>whence</span>
      </a>
      <nav aria-label="Places">
        {PLACES.map(([page, word, href]) => (
          <a key={page} href={href} aria-current={url.page === page ? "page" : undefined}>
            {word}
          </a>
        ))}
        <a href="/graphql" target="_self">
          API
        </a>
      </nav>
      <Search go={go} field={field} />
      <button type="button" class="button bare keyboard" aria-label="Keys" title="Keys (?)" onClick={showKeys}>
        <kbd aria-hidden="true">?</kbd>
      </button>
      <button type="button" class="button bare" aria-label={theme === "dark" ? "Light theme" : "Dark theme"} title="Theme" onClick={toggle}>
        <Icon of={theme === "dark" ? "sun" : "moon"} />
      </button>
    </header>
  );
}

function Brand() {
  return (
    <svg class="logo" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M4 6c5 0 4 6 9 6M4 18c5 0 4-6 9-6M13 12h3" />
      <circle class="data" cx="4" cy="6" r="2" />
      <circle class="base" cx="4" cy="18" r="2" />
      <circle class="model" cx="19" cy="12" r="3.2" />
    </svg>
  );
}
