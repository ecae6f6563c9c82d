import type { BufferId, Kernel, Loop, Stmt } from '../../ir/kernel.ts';
import { neededBy, result, walkStmts } from '../../ir/kernel-walk.ts';
import type { Program, Step } from '../../ir/program.ts';
import type { Refusal } from '../backend.ts';
import { type Cells, coversAll, type Draw, type CellProgram, type CellStep, type Making } from './cells.ts';
import { extentAt, foldLoops, withoutDraws } from './draws.ts';
import { rangeAt } from './index-range.ts';
import { cutLongFolds } from './long-folds.ts';
import { cutManyArrays, mostArrays } from './many-arrays.ts';
import { apart } from './parts.ts';
import { gathered } from './scatter.ts';

type Store = Extract<Stmt, { kind: 'store' }>;

/** Flat indices are f32 on a device: below this, whole numbers and halves between them are exact. */
const mostElements = 2 ** 23;

/** Kernels → cells, as gpu.js can be told; what cannot be said is listed. */
export function cellProgram(program: Program): { gpu: CellProgram; refused: readonly Refusal[] } {
  const { capacities, precision } = program;
  const buffers = [...program.buffers];
  const refused: Refusal[] = [];
  if (precision === 'f64') refused.push({ entry: '', nodes: [], text: 'f64: it computes in f32' });
  const entries = Object.values(program.entries).map(({ steps, name, hosts, dims, outputs }) => {
    const draws = new Map<string, Draw>();
    const made = stepsOf(steps, [], draws, { capacities, buffers, entry: name, refused });
    return { name, hosts, dims, outputs, steps: made, draws: [...draws.values()] };
  });
  return { gpu: { program, buffers, entries }, refused };
}

function stepsOf(
  steps: readonly Step[],
  turns: readonly Loop[],
  draws: Map<string, Draw>,
  making: Making,
): readonly CellStep[] {
  return steps.flatMap((step): readonly CellStep[] => {
    if (step.kind === 'kernel') return kernelSteps(step.kernel, turns, draws, making);
    const { turn, extent, reverse } = step;
    const inside = [...turns, { name: turn, extent }];
    return [{ kind: 'loop', turn, extent, reverse, steps: stepsOf(step.steps, inside, draws, making) }];
  });
}

/** A step for each round of parts computed before, then one of all that the kernel stores. */
function kernelSteps(
  given: Kernel,
  turns: readonly Loop[],
  draws: Map<string, Draw>,
  making: Making,
): readonly CellStep[] {
  const kernel = withoutDraws(given, turns, draws, making);
  const stores = kernel.body.filter((stmt) => stmt.kind === 'store');
  const shared = sharedFolds(kernel, stores, making);
  const whole = stores.map((store) => {
    const cells = cellsOf({ ...kernel, body: shared.body }, store, making);
    const rounds = cutLongFolds(cells, making);
    return [...rounds.slice(0, -1).flat(), ...cutManyArrays(rounds.at(-1)![0]!, roomFor(cells, making), making)];
  });
  const before = shared.before.flatMap((cells) => cutLongFolds(cells, making).flat());
  const early = [...before, ...whole.flatMap((all) => all.slice(0, -1))].flatMap((cells) =>
    cutManyArrays(cells, mostArrays, making),
  );
  const last = whole.map((all) => all.at(-1)!);
  for (const cells of [...early, ...last]) checkSizes(cells, turns, making);
  return [...early.map((cells): CellStep => ({ kind: 'cells', all: [cells] })), { kind: 'cells', all: last }];
} // prettier-ignore

/** What keeps some of its cells reads them from an array as well. */
function roomFor(cells: Cells, making: Making): number {
  return coversAll(cells, making) ? mostArrays : mostArrays - 1;
}

function cellsOf(kernel: Kernel, store: Store, making: Making): Cells {
  if (store.address.gathers.length > 0) return gathered(kernel, store, making.buffers[store.buffer]!);
  const { name, nodes, loops } = kernel;
  const body = neededBy(kernel.body, store.value);
  return { name, nodes, buffer: store.buffer, loops, address: store.address.base, body, value: store.value };
}

/** A fold that several stores need is computed once, before them. */
function sharedFolds(kernel: Kernel, stores: readonly Store[], making: Making) {
  const before: Cells[] = [];
  if (stores.length < 2) return { before, body: kernel.body };
  const needs = stores.map((store) => new Set(neededBy(kernel.body, store.value)));
  const body: Stmt[] = [];
  for (const stmt of kernel.body) {
    if (stmt.kind !== 'fold' || needs.filter((all) => all.has(stmt)).length < 2) {
      body.push(stmt);
      continue;
    }
    const { name, dtype } = stmt;
    const part = { loops: kernel.loops, body: [...body, stmt], value: { kind: 'ref', name } } as const;
    const { cells, load } = apart(kernel, part, dtype, name, making);
    before.push(cells);
    body.push({ kind: 'let', name, dtype, value: load });
  }
  return { before, body };
}

/** Whole numbers are exact in f32 below this. */
const mostInt = 2 ** 24;

/** Flat indices, positions and ints are f32 on a device: what would not be exact there is refused. */
function checkSizes(cells: Cells, turns: readonly Loop[], making: Making): void {
  const { buffers, capacities, refused, entry } = making;
  const { nodes } = cells;
  const extents = new Map([...turns, ...cells.loops, ...foldLoops(cells.body)].map(extentAt(capacities)));
  const read = new Set<BufferId>([cells.buffer]);
  walkStmts([...cells.body, result(cells.value)], {
    expr: (e) => {
      if (e.kind === 'load') read.add(e.buffer);
      const most = e.kind === 'coordinate' ? Math.max(...rangeAt(e.index, extents, capacities).map(Math.abs)) : 0;
      if (most >= mostInt) refused.push({ entry, nodes, text: `positions up to ${most}: it carries ints as f32, exact below ${mostInt}` });
    },
  });
  for (const id of read) {
    const { size, name } = buffers[id]!;
    if (size >= mostElements) refused.push({ entry, nodes, text: `${size} elements in a tensor (${name}): its arrays have fewer than ${mostElements}` });
  }
} // prettier-ignore
