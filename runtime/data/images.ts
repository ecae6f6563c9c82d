import type { SourceRequest } from '../../compiler/plan.ts';
import { fail } from '../fail.ts';
import { fileRows, readEach, withArray } from './folder.ts';
import { decodePng, inChannels, type Picture } from './png.ts';
import type { ReadFile, TableSource } from './source.ts';

/**
 * `images("folder", channels = 3)`: PNG pictures of one size, `raw.image` [height, width, channels] of 0 … 255, and
 * `raw.class`, the folder each lies in. `images("list.csv")`: the files its column `file` names, with its other columns.
 */
export async function readImages({ paths, options }: SourceRequest, read: ReadFile): Promise<TableSource> {
  const rows = await fileRows(paths[0]!, read);
  const channels = Number(options['channels'] ?? 0);
  const pictures = await readEach(rows, read, async (bytes, file) => {
    const picture = await decodePng(bytes, file);
    return channels && channels !== picture.channels ? inChannels(picture, channels) : picture;
  });
  const [first] = pictures;
  const size = first!.pixels.length;
  const values = new Uint8Array(rows.rows * size);
  pictures.forEach((picture, i) => {
    if (sizeText(picture) !== sizeText(first!)) {
      const file = rows.places[i]!;
      const more = picture.channels === first!.channels ? '' : ', or say `channels = 3`';
      const text = `${file} is ${sizeText(picture)}, ${rows.places[0]} is ${sizeText(first!)}: give all one size${more}.`;
      fail('row-shape-mismatch', text, { file });
    }
    values.set(picture.pixels, i * size);
  });
  const { height, width, channels: depth } = first!;
  return withArray(rows, { name: 'image', shape: [height, width, depth], dtype: 'int', values });
}
function sizeText({ width, height, channels }: Picture): string {
  return `${width}×${height} with ${channels} ${channels === 1 ? 'channel' : 'channels'}`;
}
