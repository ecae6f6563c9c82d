import type { Graph } from '../ir/graph.ts';
import { dropDead } from './drop-dead.ts';

export interface Pass {
  readonly run: (graph: Graph) => Graph;
  /** What switching it off leaves of the results: the same bits, or agreement within a relative tolerance. */
  readonly keeps: 'bits' | { readonly tolerance: number };
}

/** The passes in order. */
export const passes: readonly (Pass & { readonly name: string })[] = [
  { name: 'dropDead', run: dropDead, keeps: 'bits' },
];
