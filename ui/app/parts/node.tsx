import type { Brief } from "../api/brief";
import { encode } from "../url/codec";
import { nodeUrl, type Kind, type NodeUrl } from "../url/state";
import { shortened, spoken, tail, versionName, unescaped } from "./format";
import { Icon } from "./icon";
import { lookOf } from "./kinds";

/** The icon of a kind on its tile. */
export function Tile({ of, small }: { of: { kind: Kind; role?: string | null; processingType?: string | null }; small?: boolean }) {
  const look = lookOf(of);
  return (
    <span class={small ? "tile small" : "tile"} data-family={look.family}>
      <Icon of={look.icon} />
    </span>
  );
}

/** How a node is called, in parts: title, version, and where it lies. */
export function calling(node: Brief): { readonly title: string; readonly version: string; readonly place: string } {
  if ("version" in node) {
    const { name, folder } = tail(node.asset.name);
    return { title: name, version: versionName(node.version, node.label), place: placed(node.asset.namespace, folder) };
  }
  if ("job" in node) {
    const id = shortened(unescaped(node.id.replace(/^run\//, "")));
    return { title: node.job.name, version: id, place: node.job.namespace };
  }
  if ("sha" in node) return { title: node.sha.slice(0, 10), version: "", place: node.repository };
  if ("namespace" in node && node.kind !== "JOB") {
    const { name, folder } = tail(node.name);
    return { title: name, version: "", place: placed(node.namespace, folder) };
  }
  return { title: shortened(node.name), version: "", place: "namespace" in node ? node.namespace : "" };
}

const placed = (namespace: string, folder: string): string => (folder ? `${namespace} · ${folder}` : namespace);

/** All that tells a node apart, as one line. */
export function named(node: Brief): string {
  const { title, version } = calling(node);
  return version ? `${title} ${version}` : title;
}

/** A node as a link to its page. */
export function NodeLink({ node, view, bare }: { node: Brief; view?: Partial<NodeUrl>; bare?: boolean }) {
  const { title, version, place } = calling(node);
  return (
    <a class="node" href={encode(nodeUrl(node.id, view))} title={place ? `${place} · ${title}` : title}>
      {!bare && <Tile of={node} small />}
      <span class="title">{title}</span>
      {version && <code class="version">{version}</code>}
      <Marks node={node} />
    </a>
  );
}

/** What is wrong with a version, in words. */
export function Marks({ node }: { node: Brief }) {
  if (!("version" in node)) return null;
  return (
    <>
      {node.failed && <span class="mark danger">failed</span>}
      {node.conflict && <span class="mark danger">conflict</span>}
    </>
  );
}

/** How a link between two nodes is known, where nobody recorded it. */
export function Evidence({ of }: { of: string }) {
  return of === "RECORDED" ? null : <span class="chip" data-evidence={of}>{spoken(of)}</span>;
}

export const STATES = { RUNNING: "running", COMPLETE: "complete", FAIL: "failed", ABORT: "aborted", UNKNOWN: "unknown" } as const;

/** The state of a run: a dot and a word. */
export function State({ of }: { of: keyof typeof STATES }) {
  return (
    <span class="state" data-state={of}>
      <i aria-hidden="true" />
      {STATES[of]}
    </span>
  );
}
