import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optimize } from '../../compiler/3-optimize/optimize.ts';
import { passes, passNames } from '../../compiler/3-optimize/passes.ts';
import { lower } from '../../compiler/4-lower/lower.ts';
import { checkGraph } from '../../compiler/ir/graph-check.ts';
import { printGraph } from '../../compiler/ir/graph-print.ts';
import { checkProgram } from '../../compiler/ir/kernel-check.ts';
import { capacities, someGraph } from './random-graphs.ts';
import { closeness, differences, evaluateGraph, runGraph } from './run-graph.ts';

const sizes = { B: 5 };
const runs = { numRuns: 30 };
const byName = new Map(passes.map((pass) => [pass.name, pass]));

describe.each([...byName.values()])('$name', ({ run, keeps }) => {
  test.each(['f32', 'f64'] as const)('keeps the values in %s', (precision) => {
    fc.assert(
      fc.property(someGraph, (graph) => {
        const before = runGraph(graph, sizes, capacities, precision);
        const after = runGraph(run(graph), sizes, capacities, precision);
        if (keeps === 'bits') expect(differences(before, after)).toEqual([]);
        else expect(closeness(before, after)).toBeLessThan(keeps.tolerance);
      }),
      runs,
    );
  });

  test('leaves a well-formed graph', () => {
    fc.assert(
      fc.property(someGraph, (graph) => {
        expect(checkGraph(graph)).toEqual([]);
        expect(checkGraph(run(graph))).toEqual([]);
      }),
      runs,
    );
  });

  test('running twice is running once', () => {
    fc.assert(
      fc.property(someGraph, (graph) => {
        const once = run(graph);
        expect(printGraph(run(once), { formulas: true })).toBe(printGraph(once, { formulas: true }));
      }),
      runs,
    );
  });
});

describe('all passes', () => {
  test.each(passNames())('without %s the bits are the same', (without) => {
    fc.assert(
      fc.property(someGraph, (graph) => {
        const all = runGraph(optimize(graph, { check: true }), sizes, capacities, 'f32');
        const fewer = runGraph(optimize(graph, { without: [without] }), sizes, capacities, 'f32');
        expect(differences(all, fewer)).toEqual([]);
      }),
      runs,
    );
  });

  test('optimised and lowered, a graph means what its formulas say', () => {
    fc.assert(
      fc.property(someGraph, fc.integer({ min: 1, max: 6 }), (graph, B) => {
        const program = lower({ step: optimize(graph) }, { precision: 'f64', capacities });
        expect(checkProgram(program)).toEqual([]);
        const direct = evaluateGraph(graph, { B }, 'f64');
        const ran = runGraph(optimize(graph), { B }, capacities, 'f64');
        expect(closeness(ran, direct)).toBeLessThan(1e-9);
      }),
      { numRuns: 100 },
    );
  });
});
