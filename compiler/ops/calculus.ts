import type { GraphBuilder, Value } from '../ir/builder.ts';
import { type Dim, isOpen } from '../ir/dim.ts';
import type { Formula } from '../ir/formula.ts';
import type { Attrs } from '../ir/graph.ts';
import { type Axis, type DType, elements, tensor } from '../ir/tensor-type.ts';
import type { Convolution, Window } from './convolution.ts';
import { jointAxes } from './elementwise.ts';
import * as catalog from './catalog.ts';
import { type PrimitiveOp, refuse } from './op.ts';

type Unary = (x: Value) => Value;
/** A scalar on either side is broadcast; any other broadcasting is written out. */
type Binary = (a: Value, b: Value) => Value;
type Axes = { readonly axes: readonly number[] };

/** Builds nodes of catalog ops. Written out, so that rules are typed without opening the catalog. */
export interface Calculus {
  /** A float scalar. */
  number(value: number): Value;
  constant(value: number, dtype: DType): Value;
  /** An open dim, or a number, as a float scalar. */
  size(dim: Dim): Value;
  /** A number, or a scalar, repeated. */
  fill(value: number | Value, axes: readonly Axis[]): Value;
  iota(axis: Axis): Value;
  /** Inside a scan, by its variable. */
  turn(attrs: { readonly turn: string; readonly times?: 1 | -1; readonly plus?: number }): Value;
  atTurn(x: Value, attrs: { readonly axis: number; readonly turn: string | number }): Value;
  putTurn(
    x: Value,
    attrs: { readonly axis: number; readonly turn: string | number; readonly to: Axis },
  ): Value;
  randomUniform(attrs: { readonly stream: number; readonly axes: readonly Axis[] }): Value;
  randomNormal(attrs: { readonly stream: number; readonly axes: readonly Axis[] }): Value;

  add: Binary;
  sub: Binary;
  mul: Binary;
  div: Binary;
  maximum: Binary;
  minimum: Binary;
  pow: Binary;
  mod: Binary;
  less: Binary;
  lessEqual: Binary;
  greater: Binary;
  greaterEqual: Binary;
  equal: Binary;
  notEqual: Binary;
  logicalAnd: Binary;
  logicalOr: Binary;
  logicalNot: Unary;
  neg: Unary;
  abs: Unary;
  sign: Unary;
  sqrt: Unary;
  exp: Unary;
  log: Unary;
  log1p: Unary;
  expm1: Unary;
  sin: Unary;
  cos: Unary;
  tanh: Unary;
  sigmoid: Unary;
  softplus: Unary;
  erf: Unary;
  atan: Unary;
  floor: Unary;
  ceil: Unary;
  round: Unary;
  toFloat: Unary;
  toInt: Unary;
  detach: Unary;
  powi(x: Value, attrs: { readonly exponent: number }): Value;
  /** Scalars among the three are broadcast. */
  where(condition: Value, a: Value, b: Value): Value;

  /** No axes: x itself. */
  sum(x: Value, attrs: Axes): Value;
  mean(x: Value, attrs: Axes): Value;
  amax(x: Value, attrs: Axes): Value;
  amin(x: Value, attrs: Axes): Value;
  argmax(x: Value, attrs: Axes): Value;
  argmin(x: Value, attrs: Axes): Value;
  putAt(
    x: Value,
    position: Value,
    attrs: { readonly axes: readonly number[]; readonly along: readonly Axis[] },
  ): Value;
  takeAt(x: Value, position: Value, attrs: Axes): Value;

  matmul(a: Value, b: Value): Value;
  einsum(
    x: readonly Value[],
    attrs: { readonly inputs: readonly (readonly string[])[]; readonly output: readonly string[] },
  ): Value;
  conv(x: Value, w: Value, attrs: Convolution): Value;
  convInput(y: Value, w: Value, attrs: Convolution): Value;
  convWeight(x: Value, y: Value, attrs: Convolution): Value;
  windows(
    x: Value,
    attrs: {
      readonly windows: readonly Window[];
      readonly sizes: readonly number[];
      readonly to: readonly Axis[];
      readonly outside?: number;
    },
  ): Value;
  overlapAdd(x: Value, attrs: { readonly windows: readonly Window[]; readonly to: readonly Axis[] }): Value;

  broadcast(x: Value, attrs: { readonly axes: readonly number[]; readonly to: readonly Axis[] }): Value;
  reshape(x: Value, attrs: { readonly axes: readonly Axis[] }): Value;
  /** Default: the last two axes change places. */
  transpose(x: Value, attrs?: { readonly perm: readonly number[] }): Value;
  diagonal(x: Value, attrs: { readonly of: readonly number[] }): Value;
  slice(
    x: Value,
    attrs: {
      readonly axis: number;
      readonly start: number;
      readonly size: Dim;
      readonly name?: string | null;
    },
  ): Value;
  pad(
    x: Value,
    attrs: { readonly axis: number; readonly before: number; readonly after?: number; readonly to?: Axis },
  ): Value;
  concat(x: readonly Value[], attrs: { readonly axis: number; readonly name?: string | null }): Value;
  flip(x: Value, attrs: { readonly axis: number }): Value;
  roll(x: Value, attrs: { readonly axis: number; readonly shift: number }): Value;
  /** Default: along the first axis. */
  gather(table: Value, ids: Value, attrs?: { readonly axis: number }): Value;
  scatterAdd(x: Value, ids: Value, attrs: { readonly rows: Axis; readonly axis?: number }): Value;
  rank(x: Value, attrs: { readonly axis: number }): Value;
  below(x: Value, weights: Value, attrs: { readonly ties: number }): Value;
  takeAlong(x: Value, positions: Value, attrs: { readonly axis: number }): Value;
  addAlong(x: Value, positions: Value, attrs: { readonly axis: number; readonly to: Axis }): Value;

  /** Any elementwise formula over inputs of one shape: what derivatives of elementwise ops are. */
  map(op: string, formula: Formula, inputs: readonly Value[], dtype?: DType): Value;
  /** By catalog name (`to_float`); scalars are not broadcast. */
  apply(op: string, inputs: readonly Value[], attrs?: Attrs): Value;
}

const ops: Readonly<Record<string, PrimitiveOp>> = catalog;

export function findOp(name: string): PrimitiveOp | null {
  return Object.hasOwn(ops, name) ? ops[name]! : null;
}
export function opNames(): readonly string[] {
  return Object.keys(ops);
}

export function calculus(builder: GraphBuilder): Calculus {
  const apply = (name: string, inputs: readonly Value[], attrs: Attrs = {}): Value => {
    const op = findOp(name) ?? refuse(name, 'no such op');
    const types = inputs.map((x) => x.type);
    return builder.node(name, attrs, inputs, op.shape(types, attrs), op.formula(types, attrs));
  };
  const constant = (value: number, dtype: DType): Value => apply('constant', [], { value, dtype });
  const broadcast: Calculus['broadcast'] = (x, attrs) => apply('broadcast', [x], attrs);
  const fill: Calculus['fill'] = (value, axes) => {
    const x = typeof value === 'number' ? constant(value, 'float') : value;
    return axes.length === 0 ? x : broadcast(x, { axes: [], to: axes });
  };
  /** Scalars take the shape of the others. */
  const level = (inputs: readonly Value[]): readonly Value[] => {
    const full = inputs.filter((x) => x.type.axes.length > 0);
    if (full.length === 0 || full.length === inputs.length) return inputs;
    const axes = jointAxes(full.map((x) => x.type));
    return inputs.map((x) => (x.type.axes.length === 0 ? fill(x, axes) : x));
  };
  const unary = (name: string): Unary => (x) => apply(name, [x]); // prettier-ignore
  const binary = (name: string): Binary => (a, b) => apply(name, level([a, b])); // prettier-ignore
  const size = (dim: Dim): Value => (isOpen(dim) ? apply('size', [], { dim }) : constant(dim, 'float'));
  const sum: Calculus['sum'] = (x, { axes }) => (axes.length === 0 ? x : apply('sum', [x], { axes }));
  const div = binary('div');

  return {
    number: (value) => constant(value, 'float'),
    constant,
    size,
    fill,
    iota: (axis) => apply('iota', [], { axis }),
    turn: (attrs) => apply('turn', [], attrs),
    atTurn: (x, attrs) => apply('at_turn', [x], attrs),
    putTurn: (x, attrs) => apply('put_turn', [x], attrs),
    randomUniform: (attrs) => apply('random_uniform', [], attrs),
    randomNormal: (attrs) => apply('random_normal', [], attrs),

    add: binary('add'),
    sub: binary('sub'),
    mul: binary('mul'),
    div,
    maximum: binary('maximum'),
    minimum: binary('minimum'),
    pow: binary('pow'),
    mod: binary('mod'),
    less: binary('less'),
    lessEqual: binary('less_equal'),
    greater: binary('greater'),
    greaterEqual: binary('greater_equal'),
    equal: binary('equal'),
    notEqual: binary('not_equal'),
    logicalAnd: binary('logical_and'),
    logicalOr: binary('logical_or'),
    logicalNot: unary('logical_not'),
    neg: unary('neg'),
    abs: unary('abs'),
    sign: unary('sign'),
    sqrt: unary('sqrt'),
    exp: unary('exp'),
    log: unary('log'),
    log1p: unary('log1p'),
    expm1: unary('expm1'),
    sin: unary('sin'),
    cos: unary('cos'),
    tanh: unary('tanh'),
    sigmoid: unary('sigmoid'),
    softplus: unary('softplus'),
    erf: unary('erf'),
    atan: unary('atan'),
    floor: unary('floor'),
    ceil: unary('ceil'),
    round: unary('round'),
    toFloat: unary('to_float'),
    toInt: unary('to_int'),
    detach: unary('detach'),
    powi: (x, attrs) => apply('powi', [x], attrs),
    where: (condition, a, b) => apply('where', level([condition, a, b])),

    sum,
    mean: (x, attrs) => {
      const folded = tensor(attrs.axes.map((a) => x.type.axes[a]!));
      return div(sum(x, attrs), size(elements(folded)));
    },
    amax: (x, attrs) => apply('amax', [x], attrs),
    amin: (x, attrs) => apply('amin', [x], attrs),
    argmax: (x, attrs) => apply('argmax', [x], attrs),
    argmin: (x, attrs) => apply('argmin', [x], attrs),
    putAt: (x, position, attrs) => apply('put_at', [x, position], attrs),
    takeAt: (x, position, attrs) => apply('take_at', [x, position], attrs),

    matmul: (a, b) => apply('matmul', [a, b]),
    einsum: (x, attrs) => apply('einsum', x, attrs),
    conv: (x, w, attrs) => apply('conv', [x, w], attrs),
    convInput: (y, w, attrs) => apply('conv_input', [y, w], attrs),
    convWeight: (x, y, attrs) => apply('conv_weight', [x, y], attrs),
    windows: (x, attrs) => apply('windows', [x], attrs),
    overlapAdd: (x, attrs) => apply('overlap_add', [x], attrs),

    broadcast,
    reshape: (x, attrs) => apply('reshape', [x], attrs),
    transpose: (x, attrs) => apply('transpose', [x], attrs ?? { perm: lastTwoSwapped(x.type.axes.length) }),
    diagonal: (x, attrs) => apply('diagonal', [x], attrs),
    slice: (x, attrs) => apply('slice', [x], attrs),
    pad: (x, attrs) => apply('pad', [x], attrs),
    concat: (x, attrs) => apply('concat', x, attrs),
    flip: (x, attrs) => apply('flip', [x], attrs),
    roll: (x, attrs) => apply('roll', [x], attrs),
    gather: (table, ids, attrs = { axis: 0 }) => apply('gather', [table, ids], attrs),
    rank: (x, attrs) => apply('rank', [x], attrs),
    below: (x, weights, attrs) => apply('below', [x, weights], attrs),
    takeAlong: (x, positions, attrs) => apply('take_along', [x, positions], attrs),
    addAlong: (x, positions, attrs) => apply('add_along', [x, positions], attrs),
    scatterAdd: (x, ids, attrs) => apply('scatter_add', [x, ids], attrs),

    map(op, formula, inputs, dtype = 'float') {
      const axes = jointAxes(inputs.map((x) => x.type));
      return builder.node(op, {}, inputs, tensor(axes, dtype), formula);
    },
    apply,
  };
}

function lastTwoSwapped(rank: number): readonly number[] {
  const order = Array.from({ length: rank }, (_, i) => i);
  if (rank < 2) return order;
  return [...order.slice(0, -2), rank - 1, rank - 2];
}
