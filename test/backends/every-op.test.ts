import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optimize } from '../../compiler/3-optimize/optimize.ts';
import { lower } from '../../compiler/4-lower/lower.ts';
import type { Backend } from '../../compiler/backends/backend.ts';
import { js } from '../../compiler/backends/js/backend.ts';
import { wasm } from '../../compiler/backends/wasm/backend.ts';
import { reference } from '../../compiler/backends/reference/backend.ts';
import type { Graph } from '../../compiler/ir/graph.ts';
import type { Precision } from '../../compiler/ir/program.ts';
import { findOp, opNames } from '../../compiler/ops/calculus.ts';
import { type Data, evaluateOutputs } from '../evaluate.ts';
import { planOf, valuesFor } from '../ops/check-op.ts';
import { graphOf } from './op-graph.ts';

/** Every op of the catalog, through every stage below it, on every backend: the bits of the reference. */
const backends: readonly Backend[] = [js, wasm];

describe.each(opNames())('%s', (name) => {
  const { samples } = findOp(name)!;
  test('gives the same bits on every backend', () => {
    for (const sample of samples) {
      const graph = graphOf(name, sample);
      for (const precision of ['f32', 'f64'] as const) {
        fc.assert(
          fc.property(valuesFor(planOf(sample)), (leaves) => {
            const expected = run(reference, graph, precision, leaves);
            for (const backend of backends) expect(run(backend, graph, precision, leaves)).toEqual(expected);
            if (precision === 'f64' && !name.startsWith('random'))
              expectClose(expected, direct(graph, leaves));
          }),
          { numRuns: 8 },
        );
      }
    }
  });
});

function run(backend: Backend, graph: Graph, precision: Precision, leaves: Record<string, Data>): number[] {
  const program = lower({ op: optimize(graph, { check: true }) }, { precision, capacities: {} });
  const launched = backend.launch(program);
  const { float, int, intStride } = launched;
  const view = (id: number) => {
    const { offset, size, type } = program.buffers.find((b) => b.id === id)!;
    const at = (i: number) => (type.dtype === 'float' ? offset + i : (offset + i) * intStride);
    return { size, at, words: type.dtype === 'float' ? float : int };
  };
  for (const buffer of program.buffers) {
    if (buffer.role !== 'data') continue;
    const { at, words } = view(buffer.id);
    leaves[buffer.name]!.forEach((value, i) => (words[at(i)] = value));
  }
  launched.run('op', [], 1, 1);
  const { size, at, words } = view(program.entries['op']!.outputs['y']!);
  return Array.from({ length: size }, (_, i) => words[at(i)]!);
}

function direct(graph: Graph, leaves: Record<string, Data>): Data {
  return evaluateOutputs(graph, leaves)['y']!;
}
function expectClose(got: readonly number[], expected: Data): void {
  expect(got.length).toBe(expected.length);
  got.forEach((value, i) => {
    const bound = 1e-12 * Math.max(1, Math.abs(expected[i]!));
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(bound);
  });
}
