import { describe, expect, it } from "vitest";

import { aspects, type Known } from "./aspects";

const run = (over: object = {}) => ({
  id: "run/1", job: { name: "train" }, state: "COMPLETE", startedAt: "2026-01-01T00:00:00Z", endedAt: "2026-01-01T00:01:00Z", error: null,
  commit: { repository: "git", sha: "abc", dirty: false }, environment: { python: "3.11", image: null, accelerator: null, lockDigest: null, packages: { numpy: "2.0" } },
  inputs: [{ role: "TRAIN", version: { asset: { name: "clean" }, version: "1", label: null } }],
  params: [{ name: "lr", value: "0.1" }], seeds: { numpy: 7 }, metrics: [], ...over,
});
const model = (over: object = {}, by: object = {}): Known =>
  ({ id: "m", digests: [{ algorithm: "sha256", value: "aa" }], rows: null, bytes: 10, facets: {}, metrics: [{ name: "f1", value: 0.9, text: "0.9" }], generatedBy: [run(by)], ...over }) as unknown as Known;

const differing = (a: Known, b: Known) => Object.fromEntries(aspects(a, b).filter(({ differing }) => differing.length > 0).map(({ title, differing }) => [title, differing]));

describe("what two nodes differ in", () => {
  it("is nothing for one and the same", () => {
    expect(differing(model(), model())).toEqual({});
    expect(aspects(model(), model()).flatMap(({ same }) => same.map(({ name }) => name))).toEqual(expect.arrayContaining(["sha256", "lr", "numpy", "f1", "clean", "Commit"]));
  });

  it("is told by what it concerns, causes before their effects, and what differs before what is the same", () => {
    const other = model({ digests: [{ algorithm: "sha256", value: "bb" }], metrics: [{ name: "f1", value: 0.8, text: "0.8" }] }, { params: [{ name: "lr", value: "0.2" }], commit: { repository: "git", sha: "def", dirty: true } });
    expect(differing(model(), other)).toEqual({
      Bytes: [{ name: "sha256", a: "aa", b: "bb" }],
      Commit: [{ name: "Commit", a: "abc", b: "def" }, { name: "Changed since", a: "no", b: "yes" }],
      Parameters: [{ name: "lr", a: "0.1", b: "0.2" }],
      Metrics: [{ name: "f1", a: "0.9", b: "0.8" }],
    });
    const order = aspects(model(), other).map(({ differing }) => differing.length > 0);
    expect(order).toEqual([...order].sort((a, b) => Number(b) - Number(a)));
  });

  it("tells what only one side says, and takes no silence for a difference", () => {
    const fresh = model({ facets: { schema: { fields: [{ name: "age", type: "int" }, { name: "city" }] } } }, { inputs: [], environment: null });
    expect(differing(model(), fresh)).toMatchObject({
      Schema: [{ name: "age", a: null, b: "int" }, { name: "city", a: null, b: "no type" }],
      Inputs: [{ name: "clean", a: "1 · train", b: null }],
    });
    expect(differing(model({ rows: null }), model({ rows: null })).Size).toBeUndefined();
  });

  it("compares runs by themselves, and what has no run by what it is", () => {
    expect(differing(run() as unknown as Known, run({ state: "FAIL", error: "out of memory" }) as unknown as Known)).toEqual({
      Run: [{ name: "State", a: "complete", b: "fail" }, { name: "Error", a: null, b: "out of memory" }],
    });
    expect(differing(model({ generatedBy: [] }), model({ generatedBy: [], bytes: 20 }))).toEqual({ Size: [{ name: "Size", a: "10 B", b: "20 B" }] });
  });
});
