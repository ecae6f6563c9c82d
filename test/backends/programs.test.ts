import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Buffer, Precision, Program } from '../../compiler/ir/program.ts';
import { compileSource } from '../../runtime/compile-source.ts';
import { nodeFiles } from '../../runtime/node/files.ts';
import { libraryTexts } from '../../runtime/node/library.ts';
import { expectAgreement, someNumber } from './agree.ts';

/** Every example as compiled, every entry of it: all backends compute the same bits as the reference. */
const examples = join(import.meta.dirname, '..', '..', 'examples');
const models = readdirSync(examples, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.bpnet'))
  .toSorted();

describe.each(models)('%s', (model) => {
  test.each<Precision>(['f32', 'f64'])(
    '%s',
    async (precision) => {
      const program = await compiled(model, precision);
      if (precision === 'f64' && program.arenaBytes > large) return;
      for (const entry of Object.values(program.entries)) {
        expectAgreement(
          program,
          entry.dims.map((name) => Math.min(program.capacities[name]!, rows)),
          plausible,
          entry.name,
          [3],
        );
      }
    },
    120_000,
  );
});

/** What is this large is tried in f32 alone. */
const large = 4e6;
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
/** Few, so that the reference gets through, and not a multiple of four. */
const rows = 3;

/** Labels below every number of classes. */
function plausible(buffer: Buffer, i: number): number {
  return buffer.type.dtype === 'float' ? someNumber(buffer, i) : someNumber(buffer, i) % 2;
}

async function compiled(model: string, precision: Precision): Promise<Program> {
  const path = join(examples, model);
  const result = await compileSource(readFileSync(path, 'utf8'), path, {
    read: nodeFiles(dirname(path)).read,
    library: libraryTexts(),
    precision,
    set: smaller[model] ?? {},
  });
  expect(result.ok ? [] : result.diagnostics).toEqual([]);
  if (!result.ok) throw new Error('does not compile');
  return result.program;
}
