import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Compiled } from '../../compiler/compile.ts';
import type { Precision } from '../../compiler/ir/program.ts';
import { compileSource } from '../../runtime/compile-source.ts';
import { nodeFiles } from '../../runtime/node/files.ts';
import { libraryTexts } from '../../runtime/node/library.ts';

export const examples = join(import.meta.dirname, '..', '..', 'examples');
/** Every example, by its path in the folder. */
export const models = readdirSync(examples, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.bpnet'))
  .toSorted();

/** Long sequences and wide layers are made short and narrow, so that the reference gets through. */
const smaller: Record<string, Record<string, number>> = {
  'char-lstm/model.bpnet': { T: 5, E: 3, H: 4 },
  'fashion-resnet/model.bpnet': { B: 4, C: 2 },
  'mnist-cnn/model.bpnet': { B: 4, C: 2, H: 8 },
  'contrastive-digits/model.bpnet': { B: 4, H: 8, Z: 4 },
  'spoken-digits/model.bpnet': { B: 4, C: 2 },
  'tiny-gpt/model.bpnet': { layers: 1, T: 5, E: 4, N: 2 },
  'translation/model.bpnet': { V: 20, W: 30, E: 3, H: 4 },
};

export async function compiledExample(
  model: string,
  precision: Precision,
  set: Readonly<Record<string, number>> = {},
): Promise<Compiled> {
  const path = join(examples, model);
  const result = await compileSource(readFileSync(path, 'utf8'), path, {
    read: nodeFiles(dirname(path)).read,
    library: libraryTexts(),
    precision,
    set: { ...smaller[model], ...set },
  });
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return result;
}
