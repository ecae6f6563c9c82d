import { optimize } from '../../compiler/3-optimize/optimize.ts';
import { lower } from '../../compiler/4-lower/lower.ts';
import { graphBuilder } from '../../compiler/ir/builder.ts';
import type { Precision, Program } from '../../compiler/ir/program.ts';
import { calculus } from '../../compiler/ops/calculus.ts';
import type { Sample } from '../../compiler/ops/op.ts';
import { typesOf } from '../ops/check-op.ts';

/** One op with the attributes of a sample: data `x0 x1 …`, entry `op`, output `y`. */
export function sampleProgram(name: string, sample: Sample, precision: Precision): Program {
  const builder = graphBuilder();
  const inputs = typesOf(sample).map((type, i) => builder.leaf({ kind: 'data', name: `x${i}` }, type));
  builder.output('value', 'y', calculus(builder).apply(name, inputs, sample.attrs ?? {}));
  const graph = optimize(builder.finish(), { check: true });
  return lower({ op: graph }, { precision, capacities: {} });
}
