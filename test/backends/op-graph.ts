import { graphBuilder } from '../../compiler/ir/builder.ts';
import type { Graph } from '../../compiler/ir/graph.ts';
import { calculus } from '../../compiler/ops/calculus.ts';
import type { Sample } from '../../compiler/ops/op.ts';
import { typesOf } from '../ops/check-op.ts';

/** An op alone, on data `x0 x1 …`. */
export function graphOf(name: string, sample: Sample): Graph {
  const builder = graphBuilder();
  const inputs = typesOf(sample).map((type, i) => builder.leaf({ kind: 'data', name: `x${i}` }, type));
  builder.output('value', 'y', calculus(builder).apply(name, inputs, sample.attrs ?? {}));
  return builder.finish();
}
