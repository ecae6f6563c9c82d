import { allKernels, type Buffer, type BufferRole, type Program } from '../../compiler/ir/program.ts';
import { typeText } from '../../compiler/ir/tensor-type.ts';
import type { BufferId } from '../../compiler/ir/kernel.ts';
import { bytesText, countText, plural } from '../format.ts';
import { table } from '../table.ts';
import { costOf } from './kernels.ts';

const meaning: Record<BufferRole, string> = {
  param: 'trained parameters',
  running: 'running statistics of layers',
  state: 'state of optimizers',
  gradient: 'sums over the batches of a step',
  fitted: 'learned by data transforms',
  data: 'one batch of raw data',
  total: 'sums over a split',
  host: 'scalars computed by the host',
  rng: 'random key',
  output: 'results of an entry',
  scratch: 'intermediate values, sharing space by lifetime',
};

/** What is kept where. The plan is made after fusion: only values that cross kernels have a place. */
export function memoryView(program: Program, entryName: string, nameOf: (id: BufferId) => string): string {
  const slot = program.precision === 'f64' ? 8 : 4;
  const roles = (Object.keys(meaning) as BufferRole[]).flatMap((role) => {
    const buffers = program.buffers.filter((buffer) => buffer.role === role);
    if (buffers.length === 0) return [];
    const bytes = role === 'scratch' ? scratchSpan(buffers, slot) : total(buffers, slot);
    return [[role, countText(buffers.length), bytesText(bytes), meaning[role]]];
  });
  const lines = [
    `memory  ${bytesText(program.arenaBytes)} in one arena, known before step 1 (${capacities(program)})\n`,
    table([['role', 'buffers', 'bytes', ''], ...roles], ['left', 'right', 'right', 'left'], '  '),
  ];
  const entry = program.entries[entryName];
  const scratch = scratchOf(program, entryName);
  if (entry !== undefined && scratch.length > 0) {
    const unshared = total(scratch, slot);
    lines.push(
      `scratch of ${entryName}: ${plural(scratch.length, 'value')}, ${bytesText(unshared)} if each had its own place, ` +
        `${bytesText(entry.scratchBytes)} shared\n`,
    );
    const largest = scratch.toSorted((a, b) => b.size - a.size).slice(0, 12);
    const rows = largest.map((buffer) => [
      nameOf(buffer.id),
      typeText(buffer.type),
      bytesText(buffer.size * slot),
      `@${buffer.offset * slot}`,
    ]);
    lines.push(
      table([['largest', 'shape', 'bytes', 'offset'], ...rows], ['left', 'left', 'right', 'right'], '  '),
    );
  }
  return lines.join('');
}

/** `B ≤ 64` */
export function capacities(program: Program): string {
  const parts = Object.entries(program.capacities).map(([name, size]) => `${name} ≤ ${countText(size)}`);
  return parts.length === 0 ? 'all sizes fixed' : parts.join(', ');
}

function total(buffers: readonly Buffer[], slot: number): number {
  return buffers.reduce((sum, buffer) => sum + buffer.size * slot, 0);
}

/** Bytes the shared region really takes: from its lowest offset to its highest end. */
function scratchSpan(buffers: readonly Buffer[], slot: number): number {
  const low = Math.min(...buffers.map((buffer) => buffer.offset));
  const high = Math.max(...buffers.map((buffer) => buffer.offset + buffer.size));
  return (high - low) * slot;
}

function scratchOf(program: Program, entryName: string): readonly Buffer[] {
  const used = new Set<number>();
  const entry = program.entries[entryName];
  for (const kernel of entry ? allKernels(entry) : []) {
    for (const id of costOf(kernel, program.capacities).writes) used.add(id);
  }
  return program.buffers.filter((buffer) => buffer.role === 'scratch' && used.has(buffer.id));
}

export function memoryJson(program: Program): unknown {
  const { arenaBytes, capacities, precision, buffers } = program;
  return {
    precision,
    arenaBytes,
    capacities,
    buffers: buffers.map(({ id, name, role, type, offset, size }) => ({
      id,
      name,
      role,
      shape: typeText(type),
      offset,
      size,
    })),
  };
}
