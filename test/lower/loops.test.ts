import fc from 'fast-check';
import { expect, test } from 'vitest';
import { passNames } from '../../compiler/3-optimize/passes.ts';
import { checkProgram } from '../../compiler/ir/kernel-check.ts';
import type { Program } from '../../compiler/ir/program.ts';
import { js } from '../../compiler/backends/js/backend.ts';
import { outputsOf, programOf, run, textOf } from '../derive/loops.ts';
import { randomLoops } from '../derive/random-loops.ts';

/** Every scratch buffer in a place of its own. */
function apart(program: Program): Program {
  let end = program.arenaBytes / 8;
  const buffers = program.buffers.map((buffer) => {
    if (buffer.role !== 'scratch') return buffer;
    const offset = end;
    end += Math.ceil(buffer.size / 2) * 2;
    return { ...buffer, offset };
  });
  return { ...program, buffers, arenaBytes: end * 8 };
}

test('loops compute the same where no two buffers share memory; nothing is read before it is written', async () => {
  const holds = fc.asyncProperty(fc.noBias(fc.integer()), fc.boolean(), async (seed, optimised) => {
    const loop = randomLoops(seed);
    const program = await programOf(loop, 2, { without: optimised ? [] : passNames() });
    expect(checkProgram(program)).toEqual([]);
    const shared = outputsOf(run(program, js, { before: NaN }));
    expect(Object.values(shared).flat(), textOf(loop, 2)).not.toContain(NaN);
    expect(outputsOf(run(apart(program), js, { before: NaN })), textOf(loop, 2)).toEqual(shared);
  });
  await fc.assert(holds, { numRuns: 8, endOnFailure: true });
}, 120_000);
