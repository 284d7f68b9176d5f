import { describe, expect, it } from "vitest";

import { line, series } from "./metrics";

const measured = (name: string, value: number | null, step: number | null = null) => ({ name, value, text: String(value), step, dataset: null });

describe("series of metrics", () => {
  it("quote the value without a step, and draw the ones with", () => {
    const [auc, loss] = series([measured("auc", 0.7, 2), measured("auc", 0.6, 1), measured("auc", 0.9), measured("loss", 0.2, 5)]);
    expect(auc).toMatchObject({ name: "auc", headline: { value: 0.9 }, points: [{ step: 1, value: 0.6 }, { step: 2, value: 0.7 }] });
    expect(loss).toMatchObject({ headline: { value: 0.2 }, points: [{ step: 5 }] });
  });

  it("leave out of a line what is not finite", () => {
    expect(series([measured("loss", null, 1), measured("loss", 1, 2)])[0]?.points).toEqual([{ step: 2, value: 1 }]);
  });

  it("are a line from two points on, inside its box, also when flat", () => {
    expect(line([{ step: 1, value: 1 }], 100, 20, 2)).toBe("");
    expect(line([{ step: 0, value: 0 }, { step: 10, value: 1 }], 100, 20, 2)).toBe("M2.0 18.0L98.0 2.0");
    expect(line([{ step: 0, value: 3 }, { step: 1, value: 3 }], 100, 20, 2)).toBe("M2.0 10.0L98.0 10.0");
  });
});
