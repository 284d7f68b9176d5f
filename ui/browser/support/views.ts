import { idOf, linkTo } from "./asking";

/** A link of the page, and what it is there to show. */
export interface View {
  readonly name: string;
  readonly link: string;
}

const KINDS = [
  "DATASET", "DATASET_VERSION", "MODEL", "MODEL_VERSION", "ARTIFACT", "ARTIFACT_VERSION", "CONTENT", "JOB", "RUN", "COMMIT", "ENVIRONMENT",
] as const;

/** Every view, on the demo's data: each place, each kind of node, and each tab and mode of a version. */
export async function viewsOf(service: string): Promise<readonly View[]> {
  const data = await idOf(service, "DATASET_VERSION", "clean.csv");
  const model = await idOf(service, "MODEL_VERSION", "risk-v2");
  const asset = await idOf(service, "DATASET", "clean.csv");
  const kinds = await Promise.all(KINDS.map(async (kind) => ({ name: `facts of ${kind}`, link: linkTo(await idOf(service, kind), { view: "facts" }) })));
  return [
    { name: "catalog", link: "/" },
    { name: "search", link: "/?q=clean" },
    { name: "search without a hit", link: "/?q=no-such-thing" },
    { name: "one kind", link: "/?kind=MODEL_VERSION" },
    { name: "runs", link: "/runs" },
    { name: "runs, none", link: "/runs?state=ABORT" },
    { name: "events", link: "/events" },
    { name: "refused events", link: "/events?show=refused" },
    { name: "focus", link: linkTo(data) },
    { name: "focus with code", link: linkTo(model, { code: "1" }) },
    { name: "outline", link: linkTo(data, { view: "outline" }) },
    { name: "map", link: linkTo(data, { view: "map" }) },
    { name: "impact", link: linkTo(data, { impact: data }) },
    { name: "impact on the map", link: linkTo(data, { view: "map", impact: data }) },
    { name: "impact as a list", link: linkTo(data, { view: "outline", impact: data }) },
    { name: "path", link: linkTo(model, { path: data }) },
    { name: "side panel", link: linkTo(data, { sel: model }) },
    { name: "models that used this", link: linkTo(data, { view: "models" }) },
    { name: "compare", link: linkTo(data, { view: "compare" }) },
    { name: "versions", link: linkTo(asset, { view: "versions" }) },
    { name: "runs of a node", link: linkTo(asset, { view: "runs" }) },
    { name: "events of a node", link: linkTo(data, { view: "events" }) },
    { name: "an unknown node", link: linkTo("nobody-knows-this") },
    ...kinds,
  ];
}
