import type { Graph } from '../../compiler/ir/graph.ts';
import type { BufferId, Kernel } from '../../compiler/ir/kernel.ts';
import { allKernels, type Program } from '../../compiler/ir/program.ts';
import { dimText } from '../../compiler/ir/dim.ts';
import { plural } from '../format.ts';
import { fit, table } from '../table.ts';
import { costOf } from './kernels.ts';
import { notationOf } from './notation.ts';

/** Kernels in the order they run, and which values each computes. */
export function fusedView(program: Program, entryName: string, derived: Graph): string {
  const entry = program.entries[entryName];
  if (entry === undefined) return '';
  const notation = notationOf(derived);
  const nameOf = bufferNames(program, derived);
  const before = derived.nodes.filter((node) => node.leaf === null && !notation.isInline(node)).length;
  const kernels = allKernels(entry);
  const rows = kernels.map((kernel) => {
    const { writes } = costOf(kernel, program.capacities);
    return [
      kernel.name,
      spaceText(kernel),
      kernel.contraction === null ? '' : 'contraction',
      fit(writes.map(nameOf).join(', '), 90),
    ];
  });
  return (
    `kernels of ${entryName}: ${plural(before, 'value')} before, ${plural(kernels.length, 'kernel')} after\n` +
    table([['kernel', 'loops', '', 'writes'], ...rows], [], '  ')
  );
}

/** `B × H, over 784` */
function spaceText(kernel: Kernel): string {
  const loops = kernel.loops.map((loop) => dimText(loop.extent)).join(' × ') || '1';
  const folds = kernel.body.flatMap((statement) =>
    statement.kind === 'fold' ? [statement.loops.map((loop) => dimText(loop.extent)).join(' × ')] : [],
  );
  return folds.length === 0 ? loops : `${loops}, over ${[...new Set(folds)].join(' and ')}`;
}

/** Scratch is called `%<node>` by the planner; fusion keeps ids, so the listing's name for it is known. */
export function bufferNames(program: Program, derived: Graph): (id: BufferId) => string {
  const notation = notationOf(derived);
  const known = new Set(derived.nodes.map((node) => node.id));
  const buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer.name]));
  return (id) => {
    const name = buffers.get(id) ?? `#${id}`;
    const node = /^%(\d+)$/.exec(name);
    if (node !== null && known.has(Number(node[1]))) return notation.name(Number(node[1]));
    return name;
  };
}
