import { expect, test } from 'vitest';
import { recompute } from '../../compiler/3-optimize/recompute.ts';
import { checkGraph } from '../../compiler/ir/graph-check.ts';
import { compiledExample } from '../backends/example-programs.ts';

/** Derivatives of derivatives, windows and loops, where forward and backward nodes stand among each other. */
const examples = ['burgers-pinn', 'mnist-cnn', 'char-lstm'];

test.each(examples)(
  '%s: with copies the graphs are well-formed',
  async (example) => {
    const { program, graphs } = await compiledExample(`${example}/model.bpnet`, 'f32');
    for (const again of ['elements', 'sums'] as const) {
      const step = recompute(graphs['step']!, again, program.capacities);
      expect(checkGraph(step)).toEqual([]);
      expect(step.nodes.some(({ after }) => after)).toBe(true);
    }
  },
  60_000,
);
