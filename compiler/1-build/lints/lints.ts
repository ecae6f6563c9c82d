import type { Diagnostic } from '../../../dsl/diagnostic.ts';
import type { Graph } from '../../ir/graph.ts';
import type { Build } from '../frame.ts';
import { dropoutBeforeOutputs } from './dropout.ts';
import { logitsTwice } from './logits.ts';
import { unguardedLogs } from './logs.ts';
import { unusedParams } from './parameters.ts';

/** What is valid but probably not meant, seen in the graph of a step before it is differentiated. */
export function lintStep(build: Build, step: Graph): Diagnostic[] {
  const nodes = new Map(step.nodes.map((node) => [node.id, node]));
  return [
    ...unusedParams(build),
    ...logitsTwice(step, nodes),
    ...dropoutBeforeOutputs(build, nodes),
    ...unguardedLogs(step, nodes),
  ];
}
