import { useRef, useState } from "preact/hooks";

import { useUrl, type Go } from "../url/history";
import { catalogUrl, eventsUrl, runsUrl, type Url } from "../url/state";
import { Catalog } from "../views/catalog/catalog";
import { Events } from "../views/events/events";
import { NodePage } from "../views/node/node-page";
import { Nowhere } from "../views/nowhere";
import { Runs } from "../views/runs/runs";
import { KeyDialog } from "./key-dialog";
import { useKeys } from "./keys";
import { Shortcuts } from "./shortcuts";
import { TopBar } from "./top-bar";

/** The whole page: the view that the address says, below the top bar. */
export function App() {
  const [url, go] = useUrl();
  const [keysShown, showKeys] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useKeys({
    "/": () => field.current?.focus(),
    "?": () => showKeys(true),
    "g c": () => go(catalogUrl()),
    "g r": () => go(runsUrl()),
    "g e": () => go(eventsUrl()),
  });

  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <TopBar url={url} go={go} field={field} showKeys={() => showKeys(true)} />
      <main id="main" tabIndex={-1} data-page={url.page}>
        <View url={url} go={go} />
      </main>
      {keysShown && <Shortcuts close={() => showKeys(false)} />}
      <KeyDialog />
    </>
  );
}

function View({ url, go }: { url: Url; go: Go }) {
  switch (url.page) {
    case "catalog":
      return <Catalog url={url} go={go} />;
    case "node":
      return <NodePage url={url} go={go} />;
    case "runs":
      return <Runs url={url} go={go} />;
    case "events":
      return <Events url={url} go={go} />;
    case "nowhere":
      return <Nowhere path={url.path} />;
  }
}
