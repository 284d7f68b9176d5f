import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minimap, movedTo } from "./minimap";
import { between, centred, fitted, LEAST_SCALE, meets, MOST_SCALE, opening, panned, revealing, seen, toScreen, toWorld, zoomed } from "./transform";

const real = fc.double({ min: -5000, max: 5000, noNaN: true });
const aView = fc.record({ x: real, y: real, scale: fc.double({ min: LEAST_SCALE, max: MOST_SCALE, noNaN: true }) });
const aPoint = fc.record({ x: real, y: real });
const WINDOW = { width: 1200, height: 800 };
const PADDING = { top: 80, right: 30, bottom: 100, left: 30 };

describe("view", () => {
  it("goes from world to screen and back", () => {
    fc.assert(
      fc.property(aView, aPoint, (view, point) => {
        const again = toWorld(view, toScreen(view, point));
        expect(again.x).toBeCloseTo(point.x, 4);
        expect(again.y).toBeCloseTo(point.y, 4);
      }),
    );
  });

  it("zooms around the pointer and within its limits", () => {
    fc.assert(
      fc.property(aView, aPoint, fc.double({ min: 0.01, max: 100, noNaN: true }), (view, point, factor) => {
        const after = zoomed(view, factor, point);
        expect(after.scale).toBeGreaterThanOrEqual(LEAST_SCALE);
        expect(after.scale).toBeLessThanOrEqual(MOST_SCALE);
        const kept = toScreen(after, toWorld(view, point));
        expect(kept.x).toBeCloseTo(point.x, 3);
        expect(kept.y).toBeCloseTo(point.y, 3);
      }),
    );
  });

  it("fits a picture between the paddings, not larger than life", () => {
    const view = fitted({ x: 100, y: 50, width: 4000, height: 500 }, WINDOW, PADDING);
    expect(toScreen(view, { x: 100, y: 50 }).x).toBeCloseTo(30);
    expect(toScreen(view, { x: 4100, y: 550 }).x).toBeCloseTo(1170);
    expect(fitted({ x: 0, y: 0, width: 10, height: 10 }, WINDOW, PADDING).scale).toBe(1);
  });

  it("opens whole when that is readable, else at 100 % around the focus", () => {
    const focus = { x: 3000, y: 400, width: 200, height: 68 };
    expect(opening({ x: 0, y: 0, width: 1300, height: 300 }, focus, WINDOW, PADDING).scale).toBeCloseTo(1140 / 1300);
    const near = opening({ x: 0, y: 0, width: 4000, height: 900 }, focus, WINDOW, PADDING);
    expect(near).toEqual(centred(focus, WINDOW, PADDING, 1));
    expect(toScreen(near, { x: 3100, y: 434 })).toEqual({ x: 600, y: 390 });
  });

  it("moves no further than needed to reveal a card", () => {
    const view = { x: 0, y: 0, scale: 1 };
    expect(revealing(view, { x: 100, y: 100, width: 50, height: 50 }, WINDOW, PADDING)).toEqual(view);
    expect(revealing(view, { x: -40, y: 100, width: 50, height: 50 }, WINDOW, PADDING)).toEqual({ x: 70, y: 0, scale: 1 });
    expect(revealing(view, { x: 2000, y: 790, width: 50, height: 50 }, WINDOW, PADDING)).toEqual({ x: -880, y: -140, scale: 1 });
  });

  it("knows what is seen, and tweens from one view to another", () => {
    const view = panned({ x: 0, y: 0, scale: 2 }, -200, 0);
    expect(seen(view, WINDOW)).toMatchObject({ x: 100, width: 600, height: 400 });
    expect(meets(seen(view, WINDOW), { x: 0, y: 0, width: 90, height: 10 })).toBe(false);
    expect(between(view, { x: 0, y: 0, scale: 1 }, 1)).toEqual({ x: 0, y: 0, scale: 1 });
    expect(between(view, { x: 0, y: 0, scale: 8 }, 0.5).scale).toBeCloseTo(4);
  });
});

describe("minimap", () => {
  it("frames what the window shows, within itself, and moves there", () => {
    const content = { width: 4000, height: 1000 };
    const size = { width: 196, height: 118 };
    fc.assert(
      fc.property(aView, (view) => {
        const { frame } = minimap(content, view, WINDOW, size);
        expect(frame.x).toBeGreaterThanOrEqual(0);
        expect(frame.x + frame.width).toBeLessThanOrEqual(size.width);
        expect(frame.width).toBeGreaterThanOrEqual(0);
      }),
    );
    const map = minimap(content, { x: 0, y: 0, scale: 1 }, WINDOW, size);
    const moved = movedTo(map, toScreen(map.view, { x: 2000, y: 500 }), { x: 0, y: 0, scale: 1 }, WINDOW);
    expect(toScreen(moved, { x: 2000, y: 500 }).x).toBeCloseTo(600);
  });
});
