import { describe, test } from 'vitest';
import type { Buffer, Precision } from '../../compiler/ir/program.ts';
import { expectAgreement, someNumber } from './agree.ts';
import { compiledExample, models } from './example-programs.ts';

/** Every example as compiled, every entry of it: all backends compute the same bits as the reference. */
describe.each(models)('%s', (model) => {
  test.each<Precision>(['f32', 'f64'])(
    '%s',
    async (precision) => {
      const { program } = await compiledExample(model, precision);
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
/** Few, so that the reference gets through, and not a multiple of four. */
const rows = 3;

/** Labels below every number of classes. */
function plausible(buffer: Buffer, i: number): number {
  return buffer.type.dtype === 'float' ? someNumber(buffer, i) : someNumber(buffer, i) % 2;
}
