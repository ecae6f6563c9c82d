import type { RawSource, SourceRequest } from '../../compiler/plan.ts';
import { type ArrayBuilder, buildArray, buildCategory, buildColumns, buildInline } from './arrays.ts';
import { readIdx } from './idx.ts';
import { readImages } from './images.ts';
import { readNpy, readNpz } from './npy.ts';
import { gridPoints, latinHypercube, uniformPoints } from './points.ts';
import { readJsonl } from './records.ts';
import type { SourceReader } from './source.ts';
import { readTable } from './table.ts';
import { readText } from './text.ts';
import { buildTokens, buildWindow } from './tokens.ts';
import { readWav } from './wav.ts';

/** How each kind of source is read. A trainer carries those its program names. */
export const sourceReaders: Readonly<Partial<Record<SourceRequest['call'], SourceReader>>> = {
  csv: readTable,
  tsv: readTable,
  jsonl: readJsonl,
  npy: readNpy,
  npz: readNpz,
  idx: readIdx,
  images: readImages,
  wav: readWav,
  text: readText,
  grid: gridPoints,
  uniform: uniformPoints,
  latin_hypercube: latinHypercube,
};

/** How each kind of raw array is made from sources. */
export const arrayBuilders: Readonly<Record<RawSource['kind'], ArrayBuilder>> = {
  column: buildColumns,
  columns: buildColumns,
  category: buildCategory,
  array: buildArray,
  inline: buildInline,
  window: buildWindow,
  tokens: buildTokens,
};
