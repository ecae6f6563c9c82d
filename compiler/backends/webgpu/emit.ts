import { eachKernel, type Entry, type Program, type Step } from '../../ir/program.ts';
import type { GpuEntry, GpuProgram, GpuStep } from './gpu-program.ts';
import { kernelShader } from './kernel.ts';

/** The program as shaders and dispatches. */
export function emitWebgpu(program: Program): GpuProgram {
  if (program.precision !== 'f32') throw new Error('WGSL has no f64');
  const buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
  const names = paramNames(program);
  const params = new Map(names.map((name, i) => [name, i]));
  const shaders = new Map<string, number>();
  const stepOf = (step: Step): GpuStep => {
    if (step.kind === 'loop') {
      const { kind, turn, extent, reverse, steps } = step;
      return { kind, turn, extent, reverse, steps: steps.map(stepOf) };
    }
    const { wgsl, groups } = kernelShader(program, buffers, step.kernel, params);
    const shader = shaders.get(wgsl) ?? shaders.size;
    shaders.set(wgsl, shader);
    return { kind: 'dispatch', kernel: step.kernel.name, shader, groups };
  };
  const entryOf = ({ dims, hosts, steps }: Entry): GpuEntry => ({
    dims,
    hosts: hosts.map(({ buffer }) => buffers.get(buffer)!.offset),
    steps: steps.map(stepOf),
  });
  const entries = Object.entries(program.entries).map(([name, entry]) => [name, entryOf(entry)]);
  return {
    arenaBytes: program.arenaBytes,
    lasting: Math.max(0, ...program.buffers.map((b) => (b.role === 'scratch' ? 0 : b.offset + b.size))),
    shaders: [...shaders.keys()],
    params: names,
    entries: Object.fromEntries(entries),
  };
}

function paramNames({ capacities, entries }: Program): readonly string[] {
  const turns = new Set<string>();
  for (const { steps } of Object.values(entries)) {
    eachKernel(steps, (_, loops) => loops.forEach(({ turn }) => turns.add(turn)));
  }
  return [...Object.keys(capacities), ...turns];
}
