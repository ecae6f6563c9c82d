import { type Entry, hostSymbols, type Program, type Step } from '../../ir/program.ts';
import type { Dim } from '../../ir/dim.ts';
import { call, type Code, get, i32, type Local, op, repeatWhile, set, store } from './code.ts';
import { hostCode } from './host.ts';
import { writeKernel } from './kernel.ts';
import { constantBytes, type FunctionWriter, moduleWriter } from './module.ts';
import { type ProgramWriter, zeroBytes } from './writer.ts';

export interface WasmModule {
  /** Exports `memory`, which starts with the arena, and one function per entry: (…dims, step, steps, epoch, updates …). */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The program as one module that imports nothing: its memory holds the arena and, after it, working memory. One
 * function per kernel; one exported function per entry computes the host scalars and calls them in order.
 */
export function emitWasm(program: Program): WasmModule {
  const constantsAt = Math.ceil(program.arenaBytes / 64) * 64;
  const module = moduleWriter(constantsAt);
  const f32 = program.precision === 'f32';
  const shared: ProgramWriter = {
    program,
    module,
    buffers: new Map(program.buffers.map((buffer) => [buffer.id, buffer])),
    slot: f32 ? 4 : 8,
    float: f32 ? 'f32' : 'f64',
    zerosAt: constantsAt + constantBytes,
    scratchFrom: constantsAt + constantBytes + zeroBytes,
    scratchBytes: 0,
    slack: 0,
  };
  for (const entry of Object.values(program.entries)) writeEntry(shared, entry);
  return { bytes: module.finish(shared.scratchFrom + shared.scratchBytes + shared.slack) };
}

function writeEntry(p: ProgramWriter, entry: Entry): void {
  const handed = hostSymbols(p.program);
  const params = [...entry.dims.map(() => 'i32' as const), ...handed.map(() => 'f64' as const)];
  const index = p.module.define(params, [], (f) => {
    const symbols = new Map(handed.map((name, i) => [name, f.params[entry.dims.length + i]!]));
    for (const { buffer, expr } of entry.hosts) {
      const value = hostCode(p, expr, symbols);
      const rounded = p.float === 'f32' ? op('f32.demote_f64', value) : value;
      f.code.push(store(p.float, i32(0), rounded, p.buffers.get(buffer)!.offset * p.slot));
    }
    const names = new Map(entry.dims.map((name, i) => [name, f.params[i]!]));
    f.code.push(entry.steps.map((step) => stepCode(p, f, step, names)));
  });
  p.module.exportFunction(entry.name, index);
}

/** `names`: open dims and the turns of the loops around. */
function stepCode(p: ProgramWriter, f: FunctionWriter, step: Step, names: ReadonlyMap<string, Local>): Code {
  if (step.kind === 'kernel') {
    const kernel = writeKernel(p, step.kernel, [...names.keys()]);
    return call(kernel, ...[...names.values()].map(get));
  }
  const { turn, extent, reverse, steps } = step;
  const counter = f.local('i32');
  const inside = steps.map((inner) => stepCode(p, f, inner, new Map([...names, [turn, counter]])));
  const size = sizeCode(extent, names);
  const next = set(counter, op('i32.add', get(counter), i32(reverse ? -1 : 1)));
  if (reverse) {
    const more = op('i32.ge_s', get(counter), i32(0));
    return [set(counter, op('i32.sub', size, i32(1))), repeatWhile(more, [inside, next])];
  }
  return [set(counter, i32(0)), repeatWhile(op('i32.lt_s', get(counter), size), [inside, next])];
}

function sizeCode(dim: Dim, names: ReadonlyMap<string, Local>): Code {
  if (typeof dim === 'number') return i32(dim);
  return dim.of.map((name) => get(names.get(name)!)).reduce((a, b) => op('i32.mul', a, b), i32(dim.coef));
}
