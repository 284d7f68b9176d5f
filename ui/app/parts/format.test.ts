import { describe, expect, it } from "vitest";

import { ago, bytes, count, counted, duration, instant, lasted, metric, shortened, spoken, tail, unescaped, versionName } from "./format";

describe("numbers", () => {
  it.each([[0, "0 B"], [999, "999 B"], [1000, "1.0 kB"], [37_600, "37.6 kB"], [212_000_000, "212 MB"], [1.5e18, "1500 PB"]])("%d bytes are %s", (given, said) => {
    expect(bytes(given)).toBe(said);
  });
  it("have separators and plurals", () => {
    expect([0, 999, 1000, -1_234_567, 1e21].map(count)).toEqual(["0", "999", "1,000", "-1,234,567", "1e+21"]);
    expect([counted(1, "row"), counted(0, "row"), counted(2, "event was", "events were")]).toEqual(["1 row", "0 rows", "2 events were"]);
  });
  it.each([
    [0.9984, "0.9984", "0.9984"],
    [0.99839743, "", "0.9984"],
    [9.5958e-22, "", "9.60e-22"],
    [0, "0", "0"],
    [1_000_000, "", "1,000,000"],
    [null, "NaN", "NaN"],
  ])("a metric of %s (%s) is %s", (value, text, said) => {
    expect(metric(value, text)).toBe(said);
  });
});

describe("times", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  it.each([
    ["2026-11-21T11:59:40Z", "now"],
    ["2026-11-21T11:57:00Z", "3 min ago"],
    ["2026-11-20T12:00:00Z", "1 d ago"],
    ["2026-11-23T12:00:00Z", "in 2 d"],
    ["2025-01-02T12:00:00Z", "2 Jan 2025"],
    ["never", "never"],
  ])("%s is %s", (text, said) => expect(ago(text, now)).toBe(said));
  it("are read to the millisecond, whatever digits follow", () => {
    expect(instant("2026-11-21T12:00:00.123456789Z")).toBe(now + 123);
  });
  it.each([[8, "8 ms"], [5100, "5.1 s"], [192_000, "3 min 12 s"], [120_000, "2 min"], [7_500_000, "2 h 5 min"], [356_400_000, "4 d 3 h"], [-3, "0 ms"]])("%d ms are %s", (ms, said) => {
    expect(duration(ms)).toBe(said);
  });
  it("last until now while there is no end, and nothing without a start", () => {
    expect(lasted("2026-11-21T11:59:00Z", null, now)).toBe(60_000);
    expect(lasted(null, null, now)).toBeNull();
    expect(lasted("2026-11-21T12:00:00Z", "2026-11-21T11:00:00Z", now)).toBe(0);
  });
});

describe("names", () => {
  it.each([
    ["/data/raw/a.csv", { name: "a.csv", folder: "/data/raw" }],
    ["a.csv", { name: "a.csv", folder: "" }],
    ["/a.csv", { name: "a.csv", folder: "/" }],
    ["bucket/", { name: "bucket/", folder: "" }],
    ["db.schema.table", { name: "db.schema.table", folder: "" }],
  ])("%s in parts", (given, parts) => expect(tail(given)).toEqual(parts));
  it("are cut where they are digests and UUIDs, so that those of one minute differ", () => {
    expect(shortened("run:01a1ff30-6c42-7d07-a3ce-d22251dcf12a")).toBe("run:01a1ff30…f12a");
    expect(shortened(`sha256:${"16dee37a297fd9ba".repeat(4)}`)).toBe("sha256:16dee37a…");
    expect(shortened("v12 of deadbeef")).toBe("v12 of deadbeef");
  });
  it("of versions are their label, else what they are called", () => {
    expect([versionName("7", "summer"), versionName("~", null), versionName("7", null)]).toEqual(["summer", "unknown state", "7"]);
  });
  it("are spoken and unescaped, also when they are no percent-encoding", () => {
    expect(spoken("TRAINED_ON_DERIVED")).toBe("trained on derived");
    expect([unescaped("a%2Fb"), unescaped("100%")]).toEqual(["a/b", "100%"]);
  });
});
