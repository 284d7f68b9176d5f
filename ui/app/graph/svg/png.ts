/** Pixels of one side that browsers draw at least (Safari draws no more). */
const MOST_SIDE = 4096;

/**
 * A picture as PNG, at `scale` pixels a CSS pixel, less if it would be larger than browsers draw. In the browser only.
 *
 * @throws Error when the browser could not draw it
 */
export async function png(markup: string, size: { readonly width: number; readonly height: number }, scale = 2): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([markup], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const factor = Math.min(scale, MOST_SIDE / Math.max(size.width, size.height, 1));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(size.width * factor));
    canvas.height = Math.max(1, Math.round(size.height * factor));
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, failed) => {
      canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("the browser could not draw the picture"))), "image/png");
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}
