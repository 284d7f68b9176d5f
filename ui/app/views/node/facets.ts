/**
 * The facets of OpenLineage that have a place of their own on the page, read from whatever was sent: what does not have
 * the shape of its specification is left to the list of facets as they came.
 */

export type Field = { readonly name: string; readonly type: string; readonly description: string; readonly depth: number };
export type Column = { readonly name: string; readonly from: readonly { readonly dataset: string; readonly field: string; readonly how: string }[] };
export type Assertion = { readonly name: string; readonly column: string; readonly success: boolean };

type Dict = Readonly<Record<string, unknown>>;

const dict = (value: unknown): Dict => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Dict) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === "string" ? value : typeof value === "number" ? String(value) : "");

/** SchemaDatasetFacet: its fields, nested ones after their parent. */
export function fields(facets: unknown): readonly Field[] {
  return nested(list(dict(dict(facets).schema).fields), 0);
}

/** Depth to which nested fields are followed. */
const DEEPEST = 8;

function nested(given: readonly unknown[], depth: number): readonly Field[] {
  if (depth > DEEPEST) return [];
  return given.map(dict).flatMap((field) => [
    { name: text(field.name), type: text(field.type), description: text(field.description), depth },
    ...nested(list(field.fields), depth + 1),
  ]);
}

/** ColumnLineageDatasetFacet: each column with the columns it came from. */
export function columns(facets: unknown): readonly Column[] {
  return Object.entries(dict(dict(dict(facets).columnLineage).fields)).map(([name, given]) => ({
    name,
    from: list(dict(given).inputFields).map(dict).map((input) => ({
      dataset: text(input.name),
      field: text(input.field),
      how: list(input.transformations).map(dict).map((each) => text(each.subtype) || text(each.type)).filter(Boolean).join(", "),
    })),
  }));
}

/** DocumentationDatasetFacet and DocumentationJobFacet. */
export const documentation = (facets: unknown): string => text(dict(dict(facets).documentation).description);

/** DataQualityAssertionsDatasetFacet: tests and how they ended. */
export function assertions(facets: unknown): readonly Assertion[] {
  return list(dict(dict(facets).dataQualityAssertions).assertions).map(dict).map((each) => ({
    name: text(each.assertion),
    column: text(each.column),
    success: each.success === true,
  }));
}

export type Derivation = { readonly reference: string; readonly name: string; readonly relation: string; readonly changed: string };

/** whence_modelDerivation: the base, as a reference that the service resolves, and what of it was changed. */
export function derivation(facets: unknown): Derivation | null {
  const facet = dict(dict(facets).whence_modelDerivation);
  const base = dict(facet.base);
  const name = text(base.name);
  if (!name) return null;
  const changed = list(facet.changedGroups).map(text).filter(Boolean);
  return {
    reference: `${text(base.namespace)} ${name}`,
    name,
    relation: text(facet.relation) || "DERIVED",
    changed: changed.length > 0 ? `changed ${changed.join(", ")}` : "",
  };
}

const SHOWN_ELSEWHERE = new Set(["schema", "columnLineage", "documentation", "dataQualityAssertions"]);

/** The facets without a place of their own, by name. */
export function others(facets: unknown): readonly (readonly [name: string, facet: unknown])[] {
  return Object.entries(dict(facets)).filter(([name]) => !SHOWN_ELSEWHERE.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
}
