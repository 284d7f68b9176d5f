import { minify } from "terser";
import type { Plugin, Rollup } from "vite";

type Ast = ReturnType<Rollup.PluginContext["parse"]>;
type Node = { readonly type: string; readonly start: number; readonly end: number };

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;

/** Whether a function needs to be one that `function` makes: it speaks of a `this` or of `arguments` of its own. */
function needsOwnThis(node: Node): boolean {
  if (node.type === "ThisExpression" || (node.type === "Identifier" && "name" in node && node.name === "arguments")) return true;
  if (node.type === "FunctionExpression" || node.type === "FunctionDeclaration") return false;
  return within(node).some(needsOwnThis);
}

const within = (node: Node): Node[] => (Object.values(node) as unknown[]).flat().filter(isNode);

/** `function f(x) { … }` on the top level as `var f = (x) => { … };`: minifiers leave that alone, and it compresses better. */
function withArrows(code: string, ast: Ast): string {
  const parts: string[] = [];
  let end = 0;
  for (const node of ast.body) {
    if (node.type !== "FunctionDeclaration" || node.generator || !node.id || !node.body || within(node).some(needsOwnThis)) continue;
    const head = `var ${node.id.name} = ${node.async ? "async " : ""}`;
    parts.push(code.slice(end, node.start), head, code.slice(node.id.end, node.body.start), "=>", code.slice(node.body.start, node.end), ";");
    end = node.end;
  }
  return [...parts, code.slice(end)].join("");
}

/**
 * What Preact asks of components and of the page that none here has: methods of classes, contexts, promises to wait for,
 * hooks of other tools. Known to be absent, the code behind them is left out.
 */
const ABSENT = [
  "componentDidCatch", "componentDidMount", "componentDidUpdate", "componentWillMount", "componentWillReceiveProps", "componentWillUnmount",
  "componentWillUpdate", "contextType", "getChildContext", "getDerivedStateFromError", "getDerivedStateFromProps", "getSnapshotBeforeUpdate",
  "debounceRendering", "then", "vnode", "__m", "__z",
];
const READS = new RegExp(`\\b[\\w$]+(?:\\.[\\w$]+)*\\.(?:${ABSENT.join("|")})\\b(?!\\s*=[^=])`, "g");

/** Markup from text, which this page must never take (README.md): without it nothing in its script writes `innerHTML`. */
const MARKUP = /"dangerouslySetInnerHTML" *== *\w+/g;

/** Makes the scripts of a page small before the bundler minifies them. `entry` ends the path of its HTML file. */
export function shrink(entry: string): Plugin {
  return {
    name: "whence-shrink",
    apply: "build",
    transform: (code, id) => (id.includes("/node_modules/preact/") ? { code: code.replace(READS, "void 0").replace(MARKUP, "!1"), map: null } : null),
    async renderChunk(code, chunk) {
      if (!chunk.facadeModuleId?.endsWith(entry)) return null;
      const compress = { passes: 3, keep_fargs: false, pure_getters: true, unsafe_arrows: true };
      // Names stay: the bundler's are short already, and more alike from one function to the next.
      const small = await minify(withArrows(code, this.parse(code)), { module: true, ecma: 2020, compress, mangle: false });
      return { code: small.code ?? this.error("terser answered with nothing"), map: null };
    },
  };
}
