import { optimize } from '../../compiler/3-optimize/optimize.ts';
import { lower } from '../../compiler/4-lower/lower.ts';
import type { Precision, Program } from '../../compiler/ir/program.ts';
import type { Sample } from '../../compiler/ops/op.ts';
import { graphOf } from './op-graph.ts';

/** One op with the attributes of a sample: data `x0 x1 …`, entry `op`, output `y`. */
export function sampleProgram(name: string, sample: Sample, precision: Precision): Program {
  return lower({ op: optimize(graphOf(name, sample), { check: true }) }, { precision, capacities: {} });
}
