import type { HostExpr } from '../../ir/host.ts';
import { hostSymbols, type Program } from '../../ir/program.ts';
import { counterRandom } from '../../ir/random.ts';
import { evaluateCall } from '../../ir/scalar-call.ts';
import type { Launched, Refusal, Remote } from '../backend.ts';
import { type GpuDraw, type GpuHosts, type GpuJs, gpuMachine } from './machine.ts';
import { makeGpuProgram } from './make.ts';
import { type GpuPlan, planOf } from './plan.ts';

/** The program for gpu.js, or what it cannot be told. */
export function emitGpuJs(program: Program): { readonly plan: GpuPlan } | { readonly refused: readonly Refusal[] } {
  const { gpu, refused } = makeGpuProgram(program);
  return refused.length > 0 ? { refused } : { plan: planOf(gpu) };
} // prettier-ignore

/** A program on a gpu.js of the caller's. */
export function launchOn(gpu: GpuJs, program: Program): Launched & { readonly remote: Remote } {
  const emitted = emitGpuJs(program);
  if ('refused' in emitted) throw new Error(emitted.refused.map(({ text }) => text).join('; '));
  const memory = new ArrayBuffer(program.arenaBytes);
  const [float, int] = [new Float32Array(memory), new Int32Array(memory)];
  const gpuJs = Promise.resolve(gpu);
  const { run, remote } = gpuMachine(gpuJs, emitted.plan, { float, int }, hostsOf(program), drawHere);
  return { program, float, int, intStride: 1, run, remote };
}

const drawHere: GpuDraw = (dist, stream, ...key) => {
  const { randomKey, normalf, uniform } = counterRandom();
  const [seedLow, seedHigh, step, turn] = key;
  const half = (which: 0 | 1) => randomKey(which, seedLow, seedHigh, stream, step, turn);
  const [k, l] = [half(0), half(1)];
  const element = dist === 'normal' ? normalf : uniform;
  return (index) => element(k, l, index);
};

function hostsOf(program: Program): GpuHosts {
  const symbols = hostSymbols(program);
  return (entry, counters) => {
    const named = new Map(symbols.map((symbol, i) => [symbol, counters[i]!]));
    return program.entries[entry]!.hosts.map(({ expr }) => hostValue(expr, named));
  };
}

function hostValue(expr: HostExpr, symbols: ReadonlyMap<string, number>): number {
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'symbol':
      return symbols.get(expr.name)!;
    case 'call':
      return evaluateCall(expr.fn, expr.args.map((arg) => hostValue(arg, symbols)), 'float', 'f64'); // prettier-ignore
    case 'plateau':
      throw new Error('plateau belongs to stopping rules');
  }
}
