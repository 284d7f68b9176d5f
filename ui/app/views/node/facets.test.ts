import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { assertions, columns, derivation, documentation, fields, others } from "./facets";

describe("facets", () => {
  it("tell the schema, nested fields after their parent", () => {
    const schema = { fields: [{ name: "a", type: "struct", fields: [{ name: "b", type: "int" }] }] };
    expect(fields({ schema }).map(({ name, depth }) => [name, depth])).toEqual([["a", 0], ["b", 1]]);
  });

  it("tell where columns came from", () => {
    const columnLineage = { fields: { total: { inputFields: [{ namespace: "db", name: "sales", field: "amount", transformations: [{ type: "DIRECT", subtype: "AGGREGATION" }] }] } } };
    expect(columns({ columnLineage })).toEqual([{ name: "total", from: [{ dataset: "sales", field: "amount", how: "AGGREGATION" }] }]);
  });

  it("tell tests, documentation, and the base of a model", () => {
    expect(assertions({ dataQualityAssertions: { assertions: [{ assertion: "not_null", column: "id", success: false }] } })).toEqual([{ name: "not_null", column: "id", success: false }]);
    expect(documentation({ documentation: { description: "Sales." } })).toBe("Sales.");
    expect(derivation({ whence_modelDerivation: { base: { namespace: "hf://models", name: "bert" }, relation: "ADAPTER" } })).toMatchObject({ reference: "hf://models bert", relation: "ADAPTER" });
  });

  it("without a place of their own are listed, by name", () => {
    expect(others({ z: 1, schema: {}, a: 2 }).map(([name]) => name)).toEqual(["a", "z"]);
  });

  it("may be anything", () => {
    const anything = fc.oneof(fc.jsonValue(), fc.jsonValue().map((schema) => ({ schema, columnLineage: schema, documentation: schema, dataQualityAssertions: schema, whence_modelDerivation: schema })));
    fc.assert(
      fc.property(anything, (given) => {
        for (const read of [fields, columns, documentation, assertions, derivation, others]) read(given);
      }),
    );
  });

  it("are not followed for ever", () => {
    let deep: object = { name: "x", fields: [] };
    for (let depth = 0; depth < 50; depth += 1) deep = { name: "x", fields: [deep] };
    expect(fields({ schema: { fields: [deep] } }).length).toBeLessThan(20);
  });
});
