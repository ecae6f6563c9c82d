import type { Affine, Atom } from '../../ir/affine.ts';
import { sizeOf, type DimSizes } from '../../ir/dim.ts';
import { argTypes, isExpr } from '../../ir/expr-type.ts';
import type { Address, BufferId, Expr, Guard, Loop, Stmt } from '../../ir/kernel.ts';
import type { Buffer, Program } from '../../ir/program.ts';
import { counterRandom } from '../../ir/random.ts';
import { evaluateCall, roundTo } from '../../ir/scalar-call.ts';
import type { DType } from '../../ir/tensor-type.ts';
import { foldTerms } from './fold.ts';

/** The state of one entry call. */
export interface Machine {
  readonly program: Program;
  readonly float: Float32Array | Float64Array;
  readonly int: Int32Array;
  readonly intStride: number;
  readonly sizes: DimSizes;
  readonly buffers: ReadonlyMap<BufferId, Buffer>;
  /** Lets and folds, and loop variables, by name. */
  readonly types: Map<string, DType>;
  readonly values: Map<string, number>;
}

/** Runs the body once per point of the loops, in row-major order. */
export function runBody(machine: Machine, loops: readonly Loop[], body: readonly Stmt[]): void {
  forEachPoint(machine, loops, () => body.forEach((stmt) => runStmt(machine, stmt)));
}

export function forEachPoint(machine: Machine, loops: readonly Loop[], visit: () => void): void {
  const [loop, ...inner] = loops;
  if (!loop) return visit();
  const extent = sizeOf(loop.extent, machine.sizes);
  machine.types.set(loop.name, 'int');
  for (let i = 0; i < extent; i++) {
    machine.values.set(loop.name, i);
    forEachPoint(machine, inner, visit);
  }
}

export function runStmt(machine: Machine, stmt: Stmt): void {
  switch (stmt.kind) {
    case 'let':
      define(machine, stmt.name, stmt.dtype, evaluate(machine, stmt.value, stmt.dtype));
      return;
    case 'fold':
      define(
        machine,
        stmt.name,
        stmt.dtype,
        foldTerms(stmt, termsOf(machine, stmt), machine.program.precision),
      );
      return;
    case 'store': {
      const buffer = machine.buffers.get(stmt.buffer)!;
      const value = evaluate(machine, stmt.value, buffer.type.dtype);
      const at = buffer.offset + addressOf(machine, stmt.address);
      if (buffer.type.dtype === 'float') machine.float[at] = value;
      else machine.int[at * machine.intStride] = value;
    }
  }
}

function define(machine: Machine, name: string, dtype: DType, value: number): void {
  machine.types.set(name, dtype);
  machine.values.set(name, value);
}

function termsOf(machine: Machine, fold: Extract<Stmt, { kind: 'fold' }>): Float64Array {
  const length = fold.loops.reduce((product, loop) => product * sizeOf(loop.extent, machine.sizes), 1);
  const terms = new Float64Array(length);
  const compared = fold.fn === 'argmax' || fold.fn === 'argmin';
  let p = 0;
  forEachPoint(machine, fold.loops, () => {
    fold.body.forEach((stmt) => runStmt(machine, stmt));
    terms[p++] = evaluate(machine, fold.value, compared ? 'float' : fold.dtype);
  });
  return terms;
}

/** `dtype`: in which type a number, coordinate or size is meant. */
export function evaluate(machine: Machine, expr: Expr, dtype: DType): number {
  const { precision } = machine.program;
  switch (expr.kind) {
    case 'number':
      return roundTo(expr.value, dtype, precision);
    case 'coordinate':
      return roundTo(evaluateAffine(machine, expr.index), dtype, precision);
    case 'size':
      return roundTo(sizeOf(expr.dim, machine.sizes), dtype, precision);
    case 'ref':
      return machine.values.get(expr.name)!;
    case 'load':
      return load(machine, expr);
    case 'call': {
      const types = argTypes(expr, machine.types);
      const args = expr.args.map((arg, i) => evaluate(machine, arg, types[i]!));
      return evaluateCall(expr.fn, args, expr.dtype, precision);
    }
    case 'random':
      return roundTo(drawNumber(machine, expr), 'float', precision);
  }
}

function load(machine: Machine, expr: Extract<Expr, { kind: 'load' }>): number {
  if (!expr.guards.every((guard) => holds(machine, guard))) return 0;
  const at = machine.buffers.get(expr.buffer)!.offset + addressOf(machine, expr.address);
  return expr.dtype === 'float' ? machine.float[at]! : machine.int[at * machine.intStride]!;
}

function holds(machine: Machine, { index, below }: Guard): boolean {
  const at = isExpr(index) ? evaluate(machine, index, 'int') : evaluateAffine(machine, index);
  return at >= 0 && at < sizeOf(below, machine.sizes);
}

function addressOf(machine: Machine, { base, gathers }: Address): number {
  return gathers.reduce(
    (at, { stride, value }) => at + sizeOf(stride, machine.sizes) * evaluate(machine, value, 'int'),
    evaluateAffine(machine, base),
  );
}

export function evaluateAffine(machine: Machine, affine: Affine): number {
  return affine.terms.reduce(
    (sum, { coef, atom }) => sum + sizeOf(coef, machine.sizes) * atomValue(machine, atom),
    affine.offset,
  );
}

function atomValue(machine: Machine, atom: Atom): number {
  switch (atom.kind) {
    case 'one':
      return 1;
    case 'var':
      return machine.values.get(atom.name)!;
    case 'div':
      return Math.floor(evaluateAffine(machine, atom.of) / atom.by);
    case 'mod': {
      const of = evaluateAffine(machine, atom.of);
      return of - atom.by * Math.floor(of / atom.by);
    }
  }
}

/** One number of the program's seeded streams: see ir/random.ts. */
function drawNumber(machine: Machine, expr: Extract<Expr, { kind: 'random' }>): number {
  const rng = machine.program.buffers.find((buffer) => buffer.role === 'rng');
  if (!rng) throw new Error('a program that draws numbers has an rng buffer');
  const word = (i: number): number => machine.int[(rng.offset + i) * machine.intStride]!;
  const { randomKey, uniform, normal } = counterRandom();
  const half = (which: 0 | 1): number => randomKey(which, word(0), word(1), expr.stream, word(2), word(3));
  return (expr.dist === 'uniform' ? uniform : normal)(half(0), half(1), evaluateAffine(machine, expr.index));
}
