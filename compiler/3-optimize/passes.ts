import type { Graph } from '../ir/graph.ts';
import { dropDead } from './drop-dead.ts';
import { foldConstants } from './fold-constants.ts';
import { fuseElementwise } from './fuse-elementwise.ts';
import { fuseEpilogues } from './fuse-epilogues.ts';
import { hoistContractions } from './hoist-contractions.ts';
import { shareCommon } from './share-common.ts';
import { simplifyAlgebra } from './simplify-algebra.ts';
import { sinkConstants } from './sink-constants.ts';
import { sumAfterLoops } from './sum-after-loops.ts';

export interface Pass {
  /** What `without` calls it. A pass that runs twice is switched off in both places. */
  readonly name: string;
  readonly run: (graph: Graph) => Graph;
  /** What switching it off leaves of the results: the same bits, or agreement within a relative tolerance. */
  readonly keeps: 'bits' | { readonly tolerance: number };
}

/** The passes in order. */
export const passes: readonly Pass[] = [
  { name: 'foldConstants', run: foldConstants, keeps: 'bits' },
  { name: 'simplifyAlgebra', run: simplifyAlgebra, keeps: 'bits' }, // after folding: ones and zeros are visible
  { name: 'shareCommon', run: shareCommon, keeps: 'bits' },
  { name: 'dropDead', run: dropDead, keeps: 'bits' }, // sums of gradients nobody asked for are gone before they are moved
  { name: 'sinkConstants', run: sinkConstants, keeps: 'bits' },
  { name: 'hoistContractions', run: hoistContractions, keeps: 'bits' },
  { name: 'sumAfterLoops', run: sumAfterLoops, keeps: { tolerance: 1e-5 } },
  { name: 'foldConstants', run: foldConstants, keeps: 'bits' }, // what was sunk, and stacks of slices
  { name: 'simplifyAlgebra', run: simplifyAlgebra, keeps: 'bits' },
  { name: 'dropDead', run: dropDead, keeps: 'bits' }, // before fusion: a dead user is no reason to store a value
  { name: 'fuseElementwise', run: fuseElementwise, keeps: 'bits' },
  { name: 'fuseEpilogues', run: fuseEpilogues, keeps: 'bits' }, // after: an epilogue is one elementwise node
  { name: 'foldConstants', run: foldConstants, keeps: 'bits' }, // in fused formulas constants meet
  { name: 'simplifyAlgebra', run: simplifyAlgebra, keeps: 'bits' },
  { name: 'shareCommon', run: shareCommon, keeps: 'bits' }, // fused twins
  { name: 'dropDead', run: dropDead, keeps: 'bits' }, // producers that were inlined everywhere
];

/** Every pass once, for `without`. */
export function passNames(): readonly string[] {
  return [...new Set(passes.map(({ name }) => name))];
}
