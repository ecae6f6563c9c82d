import {
  type Entry,
  hostSymbols,
  type Program,
  type Step,
  type Straight,
  type TurnLoop,
} from '../../ir/program.ts';
import type { Dim } from '../../ir/dim.ts';
import {
  call,
  type Code,
  get,
  getGlobal,
  giveBack,
  i32,
  type Local,
  op,
  repeatWhile,
  set,
  store,
  when,
} from './code/code.ts';
import { hostCode } from './host.ts';
import { writeKernel } from './kernel.ts';
import { constantBytes, type FunctionWriter, type ModuleWriter, moduleWriter } from './code/module.ts';
import { isAlone, schedule, type SharedStep } from './threads/schedule.ts';
import {
  assemble,
  barrier,
  defineWork,
  finish,
  newTeam,
  type SharedEntry,
  type Team,
  teamBytes,
} from './threads/team.ts';
import { type ProgramWriter, zeroBytes } from './writer.ts';

export interface WasmModule {
  /**
   * Exports `memory`, which starts with the arena, and one function per entry: (…dims, step, steps, epoch, updates …).
   * For threads it imports the memory, and exports `work` too.
   */
  readonly bytes: Uint8Array<ArrayBuffer>;
}
/** A module for threads, and the memory it runs on. */
export interface TeamModule extends WasmModule {
  /** Where the threads talk to each other: see `words` of threads/team.ts. */
  readonly teamAt: number;
  /** Bytes of memory: for all together, and for each thread. */
  readonly together: number;
  readonly each: number;
}

/**
 * The program as one module that imports nothing: its memory holds the arena and, after it, working memory. One
 * function per kernel; one exported function per entry computes the host scalars and calls them in order.
 */
export function emitWasm(program: Program): WasmModule {
  const p = programWriter(program);
  for (const entry of Object.values(program.entries)) writeEntry(p, entry);
  return { bytes: p.module.finish(p.scratchFrom + p.scratchBytes + p.slack) };
}

/** The same for threads that share its work; null where they would not gain, unless they are to be `eager`. */
export function emitShared(program: Program, eager = false): TeamModule | null {
  const p = programWriter(program, newTeam);
  const entries = Object.values(program.entries);
  const schedules = entries.map(({ steps }) => schedule(p, steps, eager));
  if (schedules.every((steps) => steps === null)) return null;
  const shared: SharedEntry[] = [];
  entries.forEach((entry, i) => {
    const steps = schedules[i]!;
    if (steps === null) writeEntry(p, entry);
    else writeSharedEntry(p, entry, steps, shared, eager);
  });
  const each = Math.ceil((p.scratchBytes + p.slack) / 64) * 64;
  const together = p.scratchFrom + p.slack;
  p.module.exportFunction('work', defineWork(p.team!, shared, each));
  const bytes = p.module.finish(together + each, true);
  return { bytes, teamAt: p.team!.at, together, each };
}

function programWriter(program: Program, teamOf?: (module: ModuleWriter, at: number) => Team): ProgramWriter {
  const constantsAt = Math.ceil(program.arenaBytes / 64) * 64;
  const module = moduleWriter(constantsAt);
  const f32 = program.precision === 'f32';
  const zerosAt = constantsAt + constantBytes;
  return {
    program,
    module,
    buffers: new Map(program.buffers.map((buffer) => [buffer.id, buffer])),
    slot: f32 ? 4 : 8,
    float: f32 ? 'f32' : 'f64',
    zerosAt,
    scratchFrom: zerosAt + zeroBytes + (teamOf ? teamBytes : 0),
    scratchBytes: 0,
    slack: 0,
    team: teamOf?.(module, zerosAt + zeroBytes) ?? null,
  };
}

function writeEntry(p: ProgramWriter, entry: Entry): void {
  defineEntry(p, entry, (f) => {
    const names = new Map(entry.dims.map((name, i) => [name, f.params[i]!]));
    if (entry.straight) f.code.push(straightCode(p, entry.straight, names));
    f.code.push(entry.steps.map((step) => stepCode(p, f, step, names)));
  });
}

/** Its steps are a function of the sizes, which workers call too. */
function writeSharedEntry(
  p: ProgramWriter,
  entry: Entry,
  steps: readonly SharedStep[],
  entries: SharedEntry[],
  eager: boolean,
): void {
  const team = p.team!;
  const body = p.module.define(
    entry.dims.map(() => 'i32'),
    [],
    (f) => {
      const names = new Map(entry.dims.map((name, i) => [name, f.params[i]!]));
      f.code.push(
        steps.map((step) => sharedCode(p, team, f, step, names)),
        finish(team),
      );
    },
  );
  const id = entries.push({ index: body, sizes: entry.dims.length }) - 1;
  defineEntry(p, entry, (f) => {
    const sizes = entry.dims.map((_, i) => get(f.params[i]!));
    f.code.push(assemble(team, id, sizes, eager ? i32(1) : manyRows(p, entry, sizes)), call(body, ...sizes));
  });
}

/** A quarter of what it was planned for: fewer rows are not worth waking anybody. */
function manyRows({ program }: ProgramWriter, { dims }: Entry, sizes: readonly Code[]): Code {
  const tests = dims.map((name, i) => op('i32.ge_s', sizes[i]!, i32(program.capacities[name]! >> 2)));
  return tests.reduce((all, test) => op('i32.and', all, test), i32(1));
}

/** The exported function: what the host is to compute first, then what `write` adds. */
function defineEntry(p: ProgramWriter, entry: Entry, write: (f: FunctionWriter) => void): void {
  const handed = hostSymbols(p.program);
  const params = [...entry.dims.map(() => 'i32' as const), ...handed.map(() => 'f64' as const)];
  const index = p.module.define(params, [], (f) => {
    const symbols = new Map(handed.map((name, i) => [name, f.params[entry.dims.length + i]!]));
    for (const { buffer, expr } of entry.hosts) {
      const value = hostCode(p, expr, symbols);
      const rounded = p.float === 'f32' ? op('f32.demote_f64', value) : value;
      f.code.push(store(p.float, i32(0), rounded, p.buffers.get(buffer)!.offset * p.slot));
    }
    write(f);
  });
  p.module.exportFunction(entry.name, index);
}

/** Where the sizes are right, all at once. */
function straightCode(
  p: ProgramWriter,
  { sizes, kernels }: Straight,
  names: ReadonlyMap<string, Local>,
): Code {
  const sized = Object.entries(sizes).map(([dim, size]) => op('i32.eq', get(names.get(dim)!), i32(size)));
  const all = sized.reduce<Code>((a, b) => op('i32.and', a, b), i32(1));
  return when(all, [kernels.map((kernel) => call(writeKernel(p, kernel, []))), giveBack]);
}

/** `names`: open dims and the turns of the loops around. */
function stepCode(p: ProgramWriter, f: FunctionWriter, step: Step, names: ReadonlyMap<string, Local>): Code {
  if (step.kind === 'kernel') {
    const kernel = writeKernel(p, step.kernel, [...names.keys()]);
    return call(kernel, ...[...names.values()].map(get));
  }
  return loopCode(f, step, names, (inside) => step.steps.map((inner) => stepCode(p, f, inner, inside)));
}

/** The same where threads run it together. */
function sharedCode(
  p: ProgramWriter,
  team: Team,
  f: FunctionWriter,
  step: SharedStep,
  names: ReadonlyMap<string, Local>,
): Code {
  const first = step.waits ? barrier(team) : [];
  if (isAlone(step)) {
    const own: Step = step.kind === 'loop' ? step.loop : step;
    return [first, when(op('i32.eqz', getGlobal(team.thread)), stepCode(p, f, own, names))];
  }
  if (step.kind === 'kernel') {
    const kernel = writeKernel(p, step.kernel, [...names.keys()], step.share);
    return [first, call(kernel, ...[...names.values()].map(get))];
  }
  const inside = (all: ReadonlyMap<string, Local>): Code => step.steps.map((s) => sharedCode(p, team, f, s, all)); // prettier-ignore
  return [first, loopCode(f, step.loop, names, inside)];
}

function loopCode(
  f: FunctionWriter,
  { turn, extent, reverse }: TurnLoop,
  names: ReadonlyMap<string, Local>,
  body: (names: ReadonlyMap<string, Local>) => Code,
): Code {
  const counter = f.local('i32');
  const inside = body(new Map([...names, [turn, counter]]));
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
