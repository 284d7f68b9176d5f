import "./lineage.css";

import { useKeys } from "../../shell/keys";
import type { Go } from "../../url/history";
import { nodeUrl, type Mode, type NodeUrl } from "../../url/state";
import { Around } from "./around";
import { backedOut } from "./backed-out";
import { MapView } from "./map/map-view";

export interface LineageProps {
  /** The node that `url.id`, which may be a digest or a name, turned out to mean. */
  readonly node: { readonly id: string };
  readonly url: NodeUrl;
  readonly go: Go;
}

/** Where a node came from and what came of it: as a picture, an outline, or on the map of everything. The URL is the state. */
export function LineageView({ node, url, go }: LineageProps) {
  const mode = (next: Mode) => () => go({ ...url, mode: next });
  useKeys({
    "1": mode("focus"),
    "2": mode("map"),
    "3": mode("outline"),
    i: () => go({ ...url, impact: url.impact ? "" : url.sel || node.id, path: "" }),
    c: () => go(nodeUrl(node.id, { view: "compare", with: url.sel === node.id ? "" : url.sel })),
    Escape: () => {
      const back = backedOut(url);
      if (back) go(back);
    },
  });
  return url.mode === "map" ? <MapView node={node} url={url} go={go} /> : <Around url={url} go={go} />;
}
