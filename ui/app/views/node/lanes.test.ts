import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { lanes } from "./lanes";

const history = (given: Record<string, string[]>) => lanes(Object.entries(given).map(([id, parents]) => ({ id, parents })));

describe("a history of versions", () => {
  it("without recorded parents is one lane, each followed by the one before it", () => {
    const { steps, lanes: many } = history({ v3: [], v2: [], v1: [] });
    expect(many).toBe(1);
    expect(steps.map((step) => [step.lane, step.lines.length])).toEqual([[0, 1], [0, 1], [0, 0]]);
  });

  it("forks and joins", () => {
    const { steps, lanes: many } = history({ merged: ["left", "right"], left: ["root"], right: ["root"], root: [] });
    expect(many).toBe(2);
    expect(steps.map((step) => step.lane)).toEqual([0, 0, 1, 0]);
    expect(steps[2]?.lines).toEqual([{ from: 1, to: 0 }, { from: 0, to: 0 }]);
  });

  it("draws no line to a parent that is not there", () => {
    expect(history({ v2: ["long gone"], v1: [] }).steps[0]?.lines).toEqual([]);
  });

  it("has every line end where a dot or another line goes on", () => {
    const given = fc.integer({ min: 1, max: 12 }).chain((size) =>
      fc.array(fc.subarray(Array.from({ length: size }, (_, n) => `v${n}`), { maxLength: Math.min(3, size) }), { minLength: size, maxLength: size }).map((parents) =>
        // Only older versions are parents: rows come newest first.
        parents.map((mine, row) => ({ id: `v${row}`, parents: mine.filter((parent) => Number(parent.slice(1)) > row) })),
      ),
    );
    fc.assert(
      fc.property(given, (rows) => {
        const { steps, lanes: many } = lanes(rows);
        steps.forEach((step, row) => {
          expect(step.lane).toBeLessThan(many);
          const after = steps[row + 1];
          for (const line of step.lines) {
            const goesOn = after?.lane === line.to || after?.lines.some((next) => next.from === line.to);
            expect(goesOn, `row ${row} lane ${line.to}`).toBe(true);
          }
        });
      }),
    );
  });
});
