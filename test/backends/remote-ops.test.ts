import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reference } from '../../compiler/backends/reference/backend.ts';
import type { Launched } from '../../compiler/backends/backend.ts';
import { findOp, opNames } from '../../compiler/ops/calculus.ts';
import type { Data } from '../evaluate.ts';
import { planOf, valuesFor } from '../ops/check-op.ts';
import { far, read, remotes, write } from './remote.ts';
import { sampleProgram } from './sample-program.ts';

/** Every op of the catalog on every machine with memory of its own: near the reference. */
const tolerance = 2e-6;

describe.each(remotes)('$name', ({ name: machine, launch, skip }) => {
  if (skip !== null) console.info(`ops on ${machine} are skipped: ${skip}`);
  test.skipIf(skip !== null).each(opNames())('%s', async (name) => {
    for (const sample of findOp(name)!.samples) {
      const program = sampleProgram(name, sample, 'f32');
      for (const leaves of fc.sample(valuesFor(planOf(sample)), { numRuns: 4, seed: 5 })) {
        const expected = await run(reference.launch(program), leaves);
        const launched = await launch(program);
        expect(far(expected, await run(launched, leaves), tolerance), JSON.stringify(sample)).toEqual([]);
        launched.remote!.close();
      }
    }
  });
});

async function run(launched: Launched, leaves: Record<string, Data>): Promise<readonly number[]> {
  const { buffers, entries } = launched.program;
  for (const buffer of buffers) {
    if (buffer.role === 'data') write(launched, buffer, (i) => leaves[buffer.name]![i]!);
  }
  launched.run('op', [], 1, 1);
  const [y] = await read(launched, [buffers[entries['op']!.outputs['y']!]!]);
  return y!;
}
