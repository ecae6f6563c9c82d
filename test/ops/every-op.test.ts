import { describe, expect, test } from 'vitest';
import { graphBuilder } from '../../compiler/ir/builder.ts';
import { checkGraph } from '../../compiler/ir/graph-check.ts';
import { calculus, findOp, opNames } from '../../compiler/ops/calculus.ts';
import fc from 'fast-check';
import { count, evaluateGraph, shapeOf } from '../evaluate.ts';
import { checkOp, planOf, typesOf, valuesFor } from './check-op.ts';

describe.each(opNames())('%s', (name) => {
  const op = findOp(name)!;

  test('is documented and sampled', () => {
    expect(op.doc).not.toBe('');
    expect(op.samples.length).toBeGreaterThan(0);
  });

  test('has the shape it says: every element reads inside its inputs', () => {
    for (const sample of op.samples) {
      const builder = graphBuilder();
      const x = typesOf(sample).map((type, i) => builder.leaf({ kind: 'data', name: `x${i}` }, type));
      const y = calculus(builder).apply(name, x, sample.attrs);
      const graph = builder.finish();
      expect(checkGraph(graph)).toEqual([]);
      const [leaves] = fc.sample(valuesFor(planOf(sample)), { numRuns: 1, seed: 3 });
      const data = evaluateGraph(graph, leaves!).get(y.id)!;
      expect(data.length).toBe(count(shapeOf(y.type)));
      expect(data.every(Number.isFinite)).toBe(true);
    }
  });

  test('the first and second derivatives agree with differences', () => checkOp(name));
});
