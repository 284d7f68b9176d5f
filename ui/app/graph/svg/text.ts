/** Width of a text in pixels; the page measures, tests and anything without a canvas estimate. */
export type Measure = (text: string, font: Font) => number;

export interface Font {
  readonly size: number;
  readonly weight: number;
  readonly mono: boolean;
}

/** Mean advance of a character, in em: 0.6 is exact for JetBrains Mono, 0.56 a little wide for Inter. */
export const estimate: Measure = (text, { size, mono }) => [...text].length * size * (mono ? 0.6 : 0.56);

/** As much of a text as fits, with an ellipsis if that is not all. */
export function clipped(text: string, room: number, font: Font, measure: Measure): string {
  if (measure(text, font) <= room) return text;
  const characters = [...text];
  let fits = 0;
  let tooLong = characters.length;
  while (fits + 1 < tooLong) {
    const middle = (fits + tooLong) >> 1;
    if (measure(`${characters.slice(0, middle).join("")}…`, font) <= room) fits = middle;
    else tooLong = middle;
  }
  return `${characters.slice(0, fits).join("")}…`;
}
