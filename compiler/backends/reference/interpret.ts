import type { Affine, Atom } from '../../ir/affine.ts';
import { sizeOf, type Dim, type DimSizes } from '../../ir/dim.ts';
import { argTypes, isExpr } from '../../ir/expr-type.ts';
import type { Address, BufferId, Expr, Guard, Loop, Stmt } from '../../ir/kernel.ts';
import type { Buffer, Program, Step, TurnLoop } from '../../ir/program.ts';
import { counterRandom, randomNameIn } from '../../ir/random.ts';
import { evaluateCall, roundTo } from '../../ir/scalar-call.ts';
import type { DType } from '../../ir/tensor-type.ts';
import { foldTerms } from './fold.ts';

/** The memory and sizes of one entry call. */
export interface Machine {
  readonly program: Program;
  readonly float: Float32Array | Float64Array;
  readonly int: Int32Array;
  readonly intStride: number;
  readonly sizes: DimSizes;
  readonly buffers: ReadonlyMap<BufferId, Buffer>;
  /** Lets, folds and loop variables by name: their type, and a cell with the value of the moment. */
  readonly types: Map<string, DType>;
  readonly cells: Map<string, Cell>;
}
interface Cell {
  value: number;
}

/** Statements and expressions become closures once per call: names and sizes are looked up only then. */
type Run = () => void;
type Get = () => number;

/** Kernels in order; those of a loop once per turn. */
export function turns(machine: Machine, steps: readonly Step[]): Run {
  const runs = steps.map((step): Run => {
    if (step.kind === 'loop') return turnLoop(machine, step);
    const { loops, body } = step.kernel;
    // Names are those of the kernel: its closures are made when all before it have run.
    return () => nest(machine, loops, () => statements(machine, body))();
  });
  return () => {
    for (const run of runs) run();
  };
}

function turnLoop(machine: Machine, { turn, extent, reverse, steps }: TurnLoop): Run {
  const count = sizeOf(extent, machine.sizes);
  const body = turns(machine, steps);
  return () => {
    const cell = define(machine, turn, 'int'); // loops one after the other share the name
    for (let i = 0; i < count; i++) {
      cell.value = reverse ? count - 1 - i : i;
      body();
    }
  };
}

/** The body once per point of the loops, in row-major order. */
function nest(machine: Machine, loops: readonly Loop[], inside: () => Run): Run {
  const [loop, ...inner] = loops;
  if (!loop) return inside();
  const extent = sizeOf(loop.extent, machine.sizes);
  const cell = define(machine, loop.name, 'int');
  const body = nest(machine, inner, inside);
  return () => {
    for (let i = 0; i < extent; i++) {
      cell.value = i;
      body();
    }
  };
}

function define(machine: Machine, name: string, dtype: DType): Cell {
  const cell = { value: 0 };
  machine.types.set(name, dtype);
  machine.cells.set(name, cell);
  return cell;
}

function statements(machine: Machine, body: readonly Stmt[]): Run {
  const runs = body.map((stmt) => statement(machine, stmt));
  return () => {
    for (const run of runs) run();
  };
}

function statement(machine: Machine, stmt: Stmt): Run {
  switch (stmt.kind) {
    case 'let': {
      const value = expression(machine, stmt.value, stmt.dtype);
      const cell = define(machine, stmt.name, stmt.dtype);
      return () => {
        cell.value = value();
      };
    }
    case 'fold': {
      const value = fold(machine, stmt);
      const cell = define(machine, stmt.name, stmt.dtype);
      return () => {
        cell.value = value();
      };
    }
    case 'store':
      return store(machine, stmt);
  }
}

function store(machine: Machine, stmt: Extract<Stmt, { kind: 'store' }>): Run {
  const { float, int, intStride } = machine;
  const buffer = machine.buffers.get(stmt.buffer)!;
  const value = expression(machine, stmt.value, buffer.type.dtype);
  const at = address(machine, buffer, stmt.address);
  if (buffer.type.dtype !== 'float') {
    return () => {
      int[at() * intStride] = value();
    };
  }
  return () => {
    float[at()] = value();
  };
}

/** Collects the terms in row-major order, then folds them. */
function fold(machine: Machine, stmt: Extract<Stmt, { kind: 'fold' }>): Get {
  const length = stmt.loops.reduce((product, loop) => product * sizeOf(loop.extent, machine.sizes), 1);
  const terms = new Float64Array(length);
  const compared = stmt.fn === 'argmax' || stmt.fn === 'argmin';
  let p = 0;
  const collect = nest(machine, stmt.loops, () => {
    const body = statements(machine, stmt.body);
    const value = expression(machine, stmt.value, compared ? 'float' : stmt.dtype);
    return () => {
      body();
      terms[p++] = value();
    };
  });
  const { precision } = machine.program;
  return () => {
    p = 0;
    collect();
    return foldTerms(stmt, terms, precision);
  };
}

/** `dtype`: in which type a number, coordinate or size is meant. */
function expression(machine: Machine, expr: Expr, dtype: DType): Get {
  const { precision } = machine.program;
  switch (expr.kind) {
    case 'number': {
      const value = roundTo(expr.value, dtype, precision);
      return () => value;
    }
    case 'size': {
      const value = roundTo(sizeOf(expr.dim, machine.sizes), dtype, precision);
      return () => value;
    }
    case 'coordinate': {
      const index = affine(machine, expr.index);
      return () => roundTo(index(), dtype, precision);
    }
    case 'ref': {
      const cell = machine.cells.get(expr.name)!;
      return () => cell.value;
    }
    case 'load':
      return load(machine, expr);
    case 'call': {
      const types = argTypes(expr, machine.types);
      const args = expr.args.map((arg, i) => expression(machine, arg, types[i]!));
      return () =>
        evaluateCall(
          expr.fn,
          args.map((arg) => arg()),
          expr.dtype,
          precision,
        );
    }
    case 'random': {
      const draw = random(machine, expr);
      return () => roundTo(draw(), 'float', precision);
    }
  }
}

function load(machine: Machine, expr: Extract<Expr, { kind: 'load' }>): Get {
  const { float, int, intStride } = machine;
  const at = address(machine, machine.buffers.get(expr.buffer)!, expr.address);
  const guards = expr.guards.map((each) => guard(machine, each));
  const element: Get = expr.dtype === 'float' ? () => float[at()]! : () => int[at() * intStride]!;
  return guards.length === 0 ? element : () => (guards.every((holds) => holds()) ? element() : 0);
}

function guard(machine: Machine, { index, below }: Guard): () => boolean {
  const at = isExpr(index) ? expression(machine, index, 'int') : affine(machine, index);
  const end = sizeOf(below, machine.sizes);
  return () => at() >= 0 && at() < end;
}

/** Where an element lies in the arena, in slots. */
function address(machine: Machine, { offset }: Buffer, { base, gathers }: Address): Get {
  const parts = gathers.map(({ stride, value }) =>
    scaled(machine, stride, expression(machine, value, 'int')),
  );
  return sumOf(offset, [affine(machine, base), ...parts]);
}

function affine(machine: Machine, { offset, terms }: Affine): Get {
  return sumOf(
    offset,
    terms.map(({ coef, atom }) => scaled(machine, coef, atomValue(machine, atom))),
  );
}

function scaled(machine: Machine, by: Dim, value: Get): Get {
  const factor = sizeOf(by, machine.sizes);
  return () => factor * value();
}

function sumOf(start: number, parts: readonly Get[]): Get {
  return () => {
    let sum = start;
    for (const part of parts) sum += part();
    return sum;
  };
}

function atomValue(machine: Machine, atom: Atom): Get {
  switch (atom.kind) {
    case 'one':
      return () => 1;
    case 'var': {
      const cell = machine.cells.get(atom.name)!;
      return () => cell.value;
    }
    case 'div': {
      const of = affine(machine, atom.of);
      return () => Math.floor(of() / atom.by);
    }
    case 'mod': {
      const of = affine(machine, atom.of);
      return () => of() - atom.by * Math.floor(of() / atom.by);
    }
  }
}

/** One number of the program's seeded streams: see ir/random.ts. */
function random(machine: Machine, { dist, stream, index }: Extract<Expr, { kind: 'random' }>): Get {
  const rng = machine.program.buffers.find((buffer) => buffer.role === 'rng');
  if (!rng) throw new Error('a program that draws numbers has an rng buffer');
  const at = affine(machine, index);
  const word = (i: number): number => machine.int[(rng.offset + i) * machine.intStride]!;
  const { randomKey, [randomNameIn(dist, machine.program.precision)]: draw } = counterRandom();
  const half = (which: 0 | 1): number => randomKey(which, word(0), word(1), stream, word(2), word(3));
  return () => draw(half(0), half(1), at());
}
