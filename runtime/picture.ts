import type { PicturePlan } from '../compiler/plan.ts';
import type { Picture } from './png.ts';

/**
 * Pictures of one size, row-major one after another, side by side in rows of `columns` (default: about square).
 * 0 is black and 1 is white; where a value is negative, −1 is black; `range` says otherwise. Beyond is cut off.
 */
export function tilesOf(values: ArrayLike<number>, plan: PicturePlan): Picture {
  const { height, width, channels } = plan;
  const size = height * width * channels;
  const count = values.length / size;
  const columns = Math.min(plan.columns ?? Math.ceil(Math.sqrt(count)), count);
  const line = columns * width * channels;
  const rows = Math.ceil(count / columns);
  const [low, high] = plan.range ?? [Array.prototype.some.call(values, (v: number) => v < 0) ? -1 : 0, 1];
  const pixels = new Uint8Array(rows * height * line);
  for (let i = 0; i < values.length; i++) {
    const tile = Math.floor(i / size);
    const y = Math.floor((i % size) / (width * channels));
    const x = i % (width * channels);
    const at = (Math.floor(tile / columns) * height + y) * line + (tile % columns) * width * channels + x;
    // A typed array turns what is no number into 0.
    pixels[at] = Math.min(255, Math.max(0, Math.round((255 * (values[i]! - low)) / (high - low))));
  }
  return { width: columns * width, height: rows * height, channels, pixels };
}
