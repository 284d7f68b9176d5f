import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { test } from "vitest";

import { layout } from "../../app/graph/layout";
import { retrained } from "../../app/graph/layout/story.fixture";
import { linkTo } from "../support/asking";
import { given, service } from "../support/given";
import { browser, open, visit } from "../support/visit";

/** Figures for `make bench` (scripts/bench_page.py), not tests. Written to `given.output`: name -> one value a round. */

const [rounds, seconds] = [Number(given.rounds ?? 1), Number(given.seconds ?? 1)];
const roots = (given.roots ?? "").split(" ");
/** Milliseconds in which a picture comes to rest, and a pointer tells what a person looks at. */
const REST = 500;
const figures: Record<string, number[]> = {};

const note = async (name: string, value: number): Promise<void> => {
  (figures[name] ??= []).push(value);
  await writeFile(given.output ?? "figures.json", JSON.stringify(figures));
};

/** Of a sorted list, the value that so large a part does not exceed. */
const quantile = (values: readonly number[], part: number): number => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? NaN;

test("layout of 60 cards", async () => {
  const { nodes, links } = retrained(60);
  for (let round = 0; round < 20; round++) layout(nodes, links);
  for (let round = 0; round < Math.max(rounds, 3); round++) {
    const times = Array.from({ length: 30 }, () => {
      const began = performance.now();
      layout(nodes, links);
      return performance.now() - began;
    });
    await note("layout", quantile(times, 0.5));
  }
});

test("Focus: from the click to the picture, and on to a neighbour", async () => {
  const large = service("large");
  for (const root of roots.slice(0, Math.max(rounds, 1))) {
    await visit(large, async ({ page }) => {
      await open(page, linkTo(root, { view: "facts" }));
      await note("focus", await page.evaluate(clickToPicture));
      for (let step = 0; step < rounds; step++) {
        for (const [name, hovered] of [["neighbour", false], ["neighbour by mouse", true]] as const) {
          await page.waitForTimeout(REST); // Nobody double-clicks on what appeared this very moment.
          const took = await toNeighbour(page, hovered);
          if (took !== null) await note(name, took);
        }
      }
    });
  }
}, 300_000);

test("Map: first paint, frames, memory", async () => {
  for (let round = 0; round < rounds; round++) {
    await visit(service("map"), async ({ page }) => {
      await page.goto("about:blank");
      const before = await rendererRss();
      await open(page, linkTo(roots[0] ?? "", { view: "facts" }));
      await page.getByRole("link", { name: "Lineage", exact: true }).click();
      const modes = page.getByRole("group", { name: "View of the lineage" });
      await modes.waitFor();
      await note("paint", await page.evaluate(mapToPaint));
      for (const move of ["pan", "zoom"] as const) await note(move, quantile(await page.evaluate(framesWhile, { move, seconds }), 0.95));
      const after = await rendererRss();
      if (before !== null && after !== null) await note("memory", after - before);
    });
  }
}, 300_000);

/** Milliseconds from a click on the tab until a card of the focus was painted. Runs in the page. */
function clickToPicture(): Promise<number> {
  return new Promise((resolve) => {
    const began = performance.now();
    [...document.querySelectorAll<HTMLAnchorElement>(".tabs a")].find(({ textContent }) => textContent?.startsWith("Lineage"))?.click();
    const look = (): void => {
      if (document.querySelector("[role=treeitem].focus")) requestAnimationFrame(() => resolve(performance.now() - began));
      else requestAnimationFrame(look);
    };
    look();
  });
}

/**
 * Milliseconds from a double click on a neighbour until that is the focus; null where there is none. By the event alone the
 * page knows nothing beforehand; `hovered` moves a pointer there first and lets it rest, as a person with a mouse does.
 */
async function toNeighbour(page: Page, hovered: boolean): Promise<number | null> {
  const next = await page.evaluate(neighbourInSight);
  if (!next) return null;
  const took = page.evaluate(untilFocused, next.id);
  if (hovered) {
    await page.mouse.move(next.x, next.y);
    await page.waitForTimeout(REST);
    await page.mouse.dblclick(next.x, next.y, { delay: 60 });
  } else await page.locator(`[data-id="${next.id}"]`).dispatchEvent("dblclick");
  return took;
}

/** A card in the window other than the focus, and its middle. Runs in the page. */
function neighbourInSight(): { id: string; x: number; y: number } | null {
  for (const card of document.querySelectorAll<HTMLElement>("[role=treeitem]:not(.focus):not(.fold)")) {
    const { left, top, width, height } = card.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    if (card.contains(document.elementFromPoint(x, y))) return { id: card.dataset.id ?? "", x, y };
  }
  return null;
}

/** Milliseconds from the next double click until a node is the focus and painted. Runs in the page. */
function untilFocused(id: string): Promise<number> {
  return new Promise((resolve) => {
    document.addEventListener("dblclick", () => {
      const began = performance.now();
      const look = (): void => {
        if (document.querySelector<HTMLElement>("[role=treeitem].focus")?.dataset.id === id) requestAnimationFrame(() => resolve(performance.now() - began));
        else requestAnimationFrame(look);
      };
      look();
    }, { once: true, capture: true });
  });
}

/** Milliseconds from the click on "Map" until something is on its canvas. Runs in the page. */
function mapToPaint(): Promise<number> {
  const drawn = (canvas: HTMLCanvasElement): boolean => {
    const context = canvas.getContext("2d");
    if (!context || canvas.width === 0 || canvas.height === 0) return false;
    return context.getImageData(0, 0, canvas.width, canvas.height).data.some((part) => part !== 0);
  };
  return new Promise((resolve) => {
    const began = performance.now();
    [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "Map")?.click();
    const look = (): void => {
      if ([...document.querySelectorAll<HTMLCanvasElement>(".plot canvas")].some(drawn)) requestAnimationFrame(() => resolve(performance.now() - began));
      else requestAnimationFrame(look);
    };
    look();
  });
}

/** Milliseconds of each frame while the map is dragged or zoomed, to and fro, for some seconds. Runs in the page. */
function framesWhile({ move, seconds }: { move: "pan" | "zoom"; seconds: number }): Promise<number[]> {
  return new Promise((resolve) => {
    const plot = document.querySelector(".plot");
    const { left, top, width, height } = plot?.getBoundingClientRect() ?? new DOMRect();
    const frames: number[] = [];
    const began = performance.now();
    let last = began;
    const step = (now: number): void => {
      frames.push(now - last);
      last = now;
      if (now - began > seconds * 1000) {
        resolve(frames.slice(1));
        return;
      }
      const forth = Math.floor((now - began) / 500) % 2 === 0 ? 1 : -1;
      const at = { bubbles: true, cancelable: true, clientX: left + width / 2, clientY: top + height / 2 };
      plot?.dispatchEvent(new WheelEvent("wheel", { ...at, ...(move === "pan" ? { deltaX: 14 * forth } : { deltaY: 5 * forth, ctrlKey: true }) }));
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}

/** Resident memory of the largest renderer, MiB; null where the system does not tell. */
async function rendererRss(): Promise<number | null> {
  if (!existsSync("/proc/self/status")) return null;
  const session = await (await browser()).newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const sizes = await Promise.all(processInfo.filter(({ type }) => type === "renderer").map(async ({ id }) => {
    const status = await readFile(`/proc/${id}/status`, "utf-8").catch(() => "");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  }));
  return Math.max(...sizes);
}
