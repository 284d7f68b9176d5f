import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isotonic } from "./isotonic";
import { layout } from "./index";
import type { Box, Layout, Link, Size } from "./index";
import { retrained, story } from "./story.fixture";

/** Crossings of the story as stored: lower it when the layout gets better, never raise it. */
const STORY_CROSSINGS = 2;

const size = fc.record({ width: fc.integer({ min: 20, max: 260 }), height: fc.integer({ min: 10, max: 90 }) });

const anyGraph = fc.integer({ min: 1, max: 40 }).chain((count) =>
  fc.record({
    nodes: fc.array(size, { minLength: count, maxLength: count }),
    links: fc.array(
      fc.record({ source: fc.nat({ max: count - 1 }), target: fc.nat({ max: count - 1 }) }),
      { maxLength: 90 },
    ),
  }),
);

const acyclicGraph = anyGraph.map(({ nodes, links }) => ({
  nodes,
  links: links
    .filter(({ source, target }) => source !== target)
    .map(({ source, target }): Link => ({ source: Math.min(source, target), target: Math.max(source, target) })),
}));

function overlap(a: Box, b: Box): boolean {
  const slack = 1e-6;
  return (
    a.x + a.width > b.x + slack &&
    b.x + b.width > a.x + slack &&
    a.y + a.height > b.y + slack &&
    b.y + b.height > a.y + slack
  );
}

function numbers({ boxes, routes, width, height }: Layout): number[] {
  return [
    width,
    height,
    ...boxes.flatMap(({ x, y }) => [x, y]),
    ...routes.flatMap((route) => route.flatMap(({ x, y }) => [x, y])),
  ];
}

describe("layout", () => {
  it("never lets two cards overlap, whatever the graph", () => {
    fc.assert(
      fc.property(anyGraph, ({ nodes, links }) => {
        const { boxes } = layout(nodes, links);
        boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => expect(overlap(a, b)).toBe(false)));
      }),
      { numRuns: 60 },
    );
  });

  it("runs every link of an acyclic graph from left to right", () => {
    fc.assert(
      fc.property(acyclicGraph, ({ nodes, links }) => {
        const { boxes, routes } = layout(nodes, links);
        links.forEach(({ source, target }, index) => {
          const route = routes[index]!;
          expect(boxes[source]!.x + boxes[source]!.width).toBeLessThan(boxes[target]!.x);
          route.slice(1).forEach((point, place) => expect(point.x).toBeGreaterThanOrEqual(route[place]!.x));
        });
      }),
      { numRuns: 60 },
    );
  });

  it("gives finite numbers and keeps the picture at its origin, cycles included", () => {
    fc.assert(
      fc.property(anyGraph, ({ nodes, links }) => {
        const drawn = layout(nodes, links);
        expect(numbers(drawn).every(Number.isFinite)).toBe(true);
        expect(Math.min(...drawn.boxes.map(({ x }) => x))).toBe(0);
        expect(Math.min(...drawn.boxes.map(({ y }) => y))).toBeCloseTo(0, 6);
      }),
      { numRuns: 60 },
    );
  });

  it("gives the same picture for the same graph", () => {
    fc.assert(
      fc.property(anyGraph, ({ nodes, links }) => {
        expect(layout(nodes, links)).toEqual(layout(nodes, links));
      }),
      { numRuns: 30 },
    );
  });

  it("starts and ends every route at the ports of its cards, also where it closes a cycle", () => {
    const nodes: Size[] = [0, 1, 2].map(() => ({ width: 100, height: 40 }));
    const links = [
      { source: 0, target: 1 },
      { source: 1, target: 2 },
      { source: 2, target: 0 },
    ];
    const { boxes, routes } = layout(nodes, links);
    const back = routes[2]!;
    expect(back.at(-1)!.x).toBe(boxes[0]!.x + boxes[0]!.width);
    expect(back[0]!.x).toBe(boxes[2]!.x);
    expect(routes[0]).toEqual([
      { x: boxes[0]!.x + 100, y: boxes[0]!.y + 20 },
      { x: boxes[1]!.x, y: boxes[1]!.y + 20 },
    ]);
  });

  it("keeps long links clear of the cards that they pass", () => {
    const { nodes, links } = story();
    const { boxes, routes } = layout(nodes, links);
    links.forEach(({ source, target }, index) => {
      const route = routes[index]!;
      route.slice(1).forEach((to, place) => {
        const from = route[place]!;
        if (from.y !== to.y) return;
        boxes.forEach(({ x, y, width, height }, node) => {
          if (node === source || node === target) return;
          const beside = to.x <= x + 1e-6 || from.x >= x + width - 1e-6;
          expect(beside || from.y <= y || from.y >= y + height).toBe(true);
        });
      });
    });
  });

  it(`draws the story with at most ${STORY_CROSSINGS} crossings, as in the golden picture`, async () => {
    const { names, nodes, links } = story();
    const drawn = layout(nodes, links);
    expect(drawn.crossings).toBeLessThanOrEqual(STORY_CROSSINGS);
    const lines = names.map((name, node) => {
      const { x, y } = drawn.boxes[node]!;
      return `${name.padEnd(14)} column ${drawn.ranks[node]!}  ${Math.round(x)},${Math.round(y)}`;
    });
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("./story.golden.txt");
  });

  it("puts a side input beside the run that reads it", () => {
    const { names, nodes, links } = story();
    const { ranks } = layout(nodes, links);
    const rank = (name: string): number => ranks[names.indexOf(name)]!;
    expect(rank("data-de")).toBe(rank("tune-de") - 1);
    expect(rank("base")).toBe(rank("pretrain") - 1);
  });

  it("handles nothing, one card, a link to itself, parallel links", () => {
    expect(layout([], [])).toMatchObject({ boxes: [], width: 0, height: 0, crossings: 0 });
    const one: Size = { width: 10, height: 10 };
    expect(layout([one], [{ source: 0, target: 0 }])).toMatchObject({ width: 10, height: 10 });
    const twice = { source: 0, target: 1 };
    expect(layout([one, one], [twice, twice]).routes).toHaveLength(2);
  });

  it("refuses a link to a node that there is not", () => {
    expect(() => layout([], [{ source: 0, target: 1 }])).toThrow(RangeError);
  });

  it("survives a chain deeper than a call stack", () => {
    const count = 12_000;
    const nodes = Array.from({ length: count }, () => ({ width: 10, height: 10 }));
    const links = nodes.slice(1).map((_, node) => ({ source: node, target: node + 1 }));
    expect(layout(nodes, links).ranks.at(-1)).toBe(count - 1);
  });

  it("keeps the crossings of sixty retrained cards low", () => {
    const { nodes, links } = retrained(60);
    expect(layout(nodes, links).crossings).toBeLessThanOrEqual(36);
  });
});

describe("isotonic regression", () => {
  it("leaves ascending wishes alone and pools what violates the order", () => {
    expect(isotonic([1, 2, 5], [1, 1, 1])).toEqual([1, 2, 5]);
    expect(isotonic([3, 1], [1, 3])).toEqual([1.5, 1.5]);
  });

  it("ascends, and no nudge of a value gets closer to the wishes", () => {
    const wished = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(wished, (pairs) => {
        const wishes = pairs.map(([wish]) => wish);
        const weights = pairs.map(([, weight]) => weight);
        const fitted = isotonic(wishes, weights);
        const ascends = (values: readonly number[]): boolean => values.every((value, i) => i === 0 || value >= values[i - 1]! - 1e-9);
        const cost = (values: readonly number[]): number =>
          values.reduce((sum, value, i) => sum + weights[i]! * (value - wishes[i]!) ** 2, 0);
        expect(ascends(fitted)).toBe(true);
        fitted.forEach((_, i) => {
          for (const nudge of [-0.5, 0.5]) {
            const other = fitted.map((value, k) => (k === i ? value + nudge : value));
            if (ascends(other)) expect(cost(other)).toBeGreaterThanOrEqual(cost(fitted) - 1e-9);
          }
        });
      }),
    );
  });
});
