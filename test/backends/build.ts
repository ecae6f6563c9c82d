import type { Affine } from '../../compiler/ir/affine.ts';
import { sizeOf, timesDim, type Dim, type DimSizes } from '../../compiler/ir/dim.ts';
import type { FoldFn, FoldOrder, ScalarFn } from '../../compiler/ir/formula.ts';
import type { Address, Expr, Guard, Kernel, Loop, Stmt } from '../../compiler/ir/kernel.ts';
import type { Buffer, BufferRole, Precision, Program } from '../../compiler/ir/program.ts';
import { axis, type DType } from '../../compiler/ir/tensor-type.ts';

/** Small programs written by hand, so that backends can be tested without the stages before them. */
export interface Array_ {
  readonly name: string;
  readonly dims: readonly Dim[];
  readonly dtype?: DType;
  readonly role?: BufferRole;
}

export function program(
  precision: Precision,
  arrays: readonly Array_[],
  kernels: readonly Kernel[],
  capacities: DimSizes = {},
): Program {
  let offset = 0;
  const buffers = arrays.map(({ name, dims, dtype = 'float', role = 'scratch' }, id): Buffer => {
    const size = sizeOf(timesDim(...dims), capacities);
    const type = { dtype, axes: dims.map((dim) => axis(dim)) };
    const buffer = { id, name, role, type, offset, size };
    offset += size;
    return buffer;
  });
  const entry = {
    name: 'step',
    steps: kernels.map((kernel) => ({ kind: 'kernel' as const, kernel })),
    hosts: [],
    dims: Object.keys(capacities),
    outputs: {},
    scratchBytes: 0,
  };
  return {
    precision,
    capacities,
    buffers,
    entries: { step: entry },
    arenaBytes: offset * (precision === 'f32' ? 4 : 8),
  };
}

export function kernel(name: string, loops: readonly Loop[], body: readonly Stmt[]): Kernel {
  return { name, nodes: [], loops, body, contraction: null };
}

export function loop(name: string, extent: Dim): Loop {
  return { name, extent };
}

/** `{ i: 784, j: 1 }` is 784·i + j. */
export function affine(coefs: Readonly<Record<string, Dim>>, offset = 0): Affine {
  return {
    offset,
    terms: Object.entries(coefs).map(([name, coef]) => ({ coef, atom: { kind: 'var', name } })),
  };
}
export function at(coefs: Readonly<Record<string, Dim>>, offset = 0): Address {
  return { base: affine(coefs, offset), gathers: [] };
}

export function load(buffer: number, address: Address, dtype: DType = 'float', guards: readonly Guard[] = []): Extract<Expr, { kind: 'load' }> {
  return { kind: 'load', buffer, dtype, address, guards };
} // prettier-ignore
export function call(fn: ScalarFn, ...args: readonly Expr[]): Expr {
  return { kind: 'call', fn, dtype: 'float', args };
}
export function typed(dtype: DType, fn: ScalarFn, ...args: readonly Expr[]): Expr {
  return { kind: 'call', fn, dtype, args };
}
export function number(value: number): Expr {
  return { kind: 'number', value };
}
export function ref(name: string): Expr {
  return { kind: 'ref', name };
}
export function store(buffer: number, address: Address, value: Expr): Stmt {
  return { kind: 'store', buffer, address, value };
}
export function letFloat(name: string, value: Expr): Stmt {
  return { kind: 'let', name, dtype: 'float', value };
}
export function fold(
  name: string,
  fn: FoldFn,
  order: FoldOrder,
  loops: readonly Loop[],
  value: Expr,
  dtype: DType = 'float',
  body: readonly Stmt[] = [],
): Extract<Stmt, { kind: 'fold' }> {
  return { kind: 'fold', name, dtype, fn, order, loops, body, value };
}
