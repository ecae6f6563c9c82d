import { sizeOf } from '../../compiler/ir/dim.ts';
import { eachKernel, type Program } from '../../compiler/ir/program.ts';
import { bytesText, countText, plural } from '../format.ts';
import { table } from '../table.ts';
import { costOf } from './kernels.ts';
import { capacities } from './memory.ts';

interface EntryCost {
  readonly flops: number;
  readonly bytes: number;
  readonly kernels: readonly {
    readonly name: string;
    readonly flops: number;
    readonly transcendentals: number;
    readonly bytes: number;
  }[];
}

/** Operations and ideal-cache traffic of one run of an entry at capacity. */
export function costJson(program: Program, entryName: string): EntryCost {
  const slot = program.precision === 'f64' ? 8 : 4;
  const size = new Map(program.buffers.map((buffer) => [buffer.id, buffer.size]));
  const bytesOf = (ids: readonly number[]) => ids.reduce((sum, id) => sum + (size.get(id) ?? 0) * slot, 0);
  const kernels: EntryCost['kernels'][number][] = [];
  eachKernel(program.entries[entryName]?.steps ?? [], (kernel, loops) => {
    const { flops, transcendentals, reads, writes } = costOf(kernel, program.capacities);
    const turns = loops.reduce((product, loop) => product * sizeOf(loop.extent, program.capacities), 1);
    kernels.push({
      name: kernel.name,
      flops: turns * flops,
      transcendentals: turns * transcendentals,
      bytes: turns * (bytesOf(reads) + bytesOf(writes)),
    });
  });
  const total = (of: 'flops' | 'bytes') => kernels.reduce((sum, kernel) => sum + kernel[of], 0);
  return { flops: total('flops'), bytes: total('bytes'), kernels };
}

/** The same for people, the heaviest kernels first. */
export function costView(program: Program, entryName: string): string {
  const { flops, bytes, kernels } = costJson(program, entryName);
  const shown = kernels.toSorted((a, b) => b.flops - a.flops).slice(0, 12);
  const rows = shown.map((kernel) => [
    kernel.name,
    countText(kernel.flops),
    flops === 0 ? '' : `${((100 * kernel.flops) / flops).toFixed(0)} %`,
    countText(kernel.transcendentals),
    bytesText(kernel.bytes),
  ]);
  const rest = kernels.length - shown.length;
  return (
    `cost  ${countText(flops)} operations, ${bytesText(bytes)} moved per ${entryName} (${capacities(program)})\n` +
    table(
      [['kernel', 'operations', '', 'exp, log, …', 'bytes'], ...rows],
      ['left', 'right', 'right', 'right', 'right'],
      '  ',
    ) +
    (rest > 0 ? `  and ${plural(rest, 'smaller kernel')}\n` : '')
  );
}
