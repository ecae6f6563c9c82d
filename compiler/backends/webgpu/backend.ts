import type { HostExpr } from '../../ir/host.ts';
import { hostSymbols, type Program } from '../../ir/program.ts';
import { evaluateCall } from '../../ir/scalar-call.ts';
import type { Launched, Remote, RemoteBackend } from '../backend.ts';
import { findGpu, openDevice } from './adapter.ts';
import type { Gpu } from './device.ts';
import { emitWebgpu } from './emit.ts';
import { type HostScalars, webgpuMachine } from './machine.ts';

/** WebGPU: one storage buffer, a shader a kernel, a submission a step. `find` gives `navigator.gpu`, or a package's. */
export function webgpuOn(find: () => Promise<Gpu>): RemoteBackend {
  return {
    name: 'webgpu',
    refuse: ({ precision }) =>
      precision === 'f64' ? [{ entry: '', nodes: [], text: 'f64: it computes in f32' }] : [],
    async launch(program: Program): Promise<Launched & { readonly remote: Remote }> {
      const emitted = emitWebgpu(program);
      const open = await openDevice(await find(), emitted.arenaBytes);
      const bytes = new ArrayBuffer(emitted.lasting * 4);
      const copy = { float: new Float32Array(bytes), int: new Int32Array(bytes) };
      const machine = webgpuMachine(Promise.resolve(open), emitted, copy, hostScalars(program));
      return { program, intStride: 1, ...copy, ...machine };
    },
  };
}

export const webgpu = webgpuOn(findGpu);

function hostScalars(program: Program): HostScalars {
  const symbols = hostSymbols(program);
  return (entry, counters) => {
    const named = new Map(symbols.map((symbol, i) => [symbol, counters[i]!]));
    return program.entries[entry]!.hosts.map(({ expr }) => hostNumber(expr, named));
  };
}

/** Computed in f64; storing it rounds once. */
function hostNumber(expr: HostExpr, symbols: ReadonlyMap<string, number>): number {
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'symbol':
      return symbols.get(expr.name)!;
    case 'call':
      return evaluateCall(expr.fn, expr.args.map((arg) => hostNumber(arg, symbols)), 'float', 'f64'); // prettier-ignore
    case 'plateau':
      throw new Error('plateau belongs to stopping rules');
  }
}
