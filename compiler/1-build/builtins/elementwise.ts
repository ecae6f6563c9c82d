import type { ScalarFn } from '../../ir/formula.ts';
import { scalarMath } from '../../ir/scalar-math.ts';
import { elementwise } from '../arithmetic.ts';
import type { Builtin, BuiltinCall } from '../builtin.ts';
import { where } from '../choice.ts';
import { hostCall, hostOf } from '../host-scalars.ts';
import { asFloat, asInt, toTensor } from '../tensors.ts';
import { constantOf, numberVal, poison, tensorVal, type Val } from '../value.ts';
import { tensorArg } from './arguments.ts';
import { reduceTo } from './reduce.ts';

/** A scalar function on numbers, host scalars and tensors alike. */
function unary(
  name: string,
  doc: string,
  op: string,
  /** null: the host has no such function, so a scalar of `step` is computed by the program. */
  host: ScalarFn | null,
  number: (x: number) => number,
): Builtin {
  return {
    name,
    doc,
    params: ['x'],
    call: (call) => {
      const val = call.args['x']!.value;
      const known = constantOf(val);
      if (known !== null) return numberVal(number(known));
      if (val.kind === 'host' && host) return { kind: 'host', expr: hostCall(host, val.expr) };
      const x = tensorArg(call, 'x');
      return x ? tensorVal(call.frame.build.c.apply(op, [asFloat(x, call.frame).value], {})) : poison;
    },
  };
}

/** Two arguments: elementwise. One: the reduction of that name. */
function extremum(
  name: 'max' | 'min',
  op: string,
  fold: string,
  number: (a: number, b: number) => number,
): Builtin {
  return {
    name,
    doc: `${name}(a, b): the ${name === 'max' ? 'larger' : 'smaller'}, element by element; ${name}[K](x): over an axis.`,
    params: ['a', 'b?', 'keep?'],
    call: (call) => {
      if (!call.args['b']) return reduceTo(call, 'a', fold);
      return binaryCall(call, 'a', 'b', op, name, number);
    },
  };
}
function binaryCall(
  call: BuiltinCall,
  first: string,
  second: string,
  op: string,
  host: ScalarFn,
  number: (a: number, b: number) => number,
): Val {
  const [a, b] = [call.args[first]!, call.args[second]!];
  const [x, y] = [constantOf(a.value), constantOf(b.value)];
  if (x !== null && y !== null) return numberVal(number(x, y));
  const [hx, hy] = [hostOf(a.value), hostOf(b.value)];
  if (hx && hy) return { kind: 'host', expr: hostCall(host, hx, hy) };
  const left = tensorArg(call, first);
  const right = tensorArg(call, second);
  if (!left || !right) return poison;
  return elementwise(call.frame, op, asFloat(left, call.frame), asFloat(right, call.frame), {
    span: call.span,
    left: a,
    right: b,
    text: `${op}(…)`,
  });
}
function binary(
  name: string,
  doc: string,
  op: string,
  host: ScalarFn,
  number: (a: number, b: number) => number,
): Builtin {
  return { name, doc, params: ['a', 'b'], call: (call) => binaryCall(call, 'a', 'b', op, host, number) };
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

export const elementwiseBuiltins: readonly Builtin[] = [
  unary('abs', 'Magnitude; its slope at 0 is 0.', 'abs', 'abs', Math.abs),
  unary('sign', '−1, 0 or 1.', 'sign', 'sign', Math.sign),
  unary('sqrt', 'Square root; its slope at 0 is taken as 0.', 'sqrt', 'sqrt', Math.sqrt),
  unary('exp', 'e to the x.', 'exp', 'exp', Math.exp),
  unary('log', 'Natural logarithm.', 'log', 'log', Math.log),
  unary('log1p', 'log(1 + x), exact near 0.', 'log1p', 'log1p', Math.log1p),
  unary('expm1', 'exp(x) − 1, exact near 0.', 'expm1', 'expm1', Math.expm1),
  unary('sin', 'Sine.', 'sin', 'sin', Math.sin),
  unary('cos', 'Cosine.', 'cos', 'cos', Math.cos),
  unary('tanh', 'Hyperbolic tangent.', 'tanh', 'tanh', Math.tanh),
  unary('sigmoid', '1 / (1 + exp(−x)), finite everywhere.', 'sigmoid', 'sigmoid', sigmoid),
  unary('softplus', 'log(1 + exp(x)), finite everywhere.', 'softplus', 'softplus', softplus),
  unary('erf', 'The error function.', 'erf', 'erf', (x) => scalarMath().erf(x)),
  unary('atan', 'Arcus tangent, in (−π/2, π/2).', 'atan', null, Math.atan),
  unary('floor', 'Largest integer not above x.', 'floor', 'floor', Math.floor),
  unary('ceil', 'Smallest integer not below x.', 'ceil', 'ceil', Math.ceil),
  unary('round', 'Nearest integer, halves to even.', 'round', 'round', Math.round),
  extremum('max', 'maximum', 'amax', Math.max),
  extremum('min', 'minimum', 'amin', Math.min),
  binary('maximum', 'The larger, element by element; the first of equals.', 'maximum', 'max', Math.max),
  binary('minimum', 'The smaller, element by element; the first of equals.', 'minimum', 'min', Math.min),
  binary('pow', 'a to the b.', 'pow', 'pow', Math.pow),
  binary('mod', 'Remainder with the sign of the divisor.', 'mod', 'mod', (a, b) => a - b * Math.floor(a / b)),
  {
    name: 'where',
    doc: 'where(condition, a, b): a where the condition holds, else b; gradients flow to the side taken.',
    params: ['condition', 'a', 'b'],
    call: ({ frame, span, args }) => {
      const [c, a, b] = [args['condition']!, args['a']!, args['b']!];
      const written = { span, condition: c.expr, then: a.expr, else: b.expr };
      return where(frame, written, c.value, a.value, b.value);
    },
  },
  {
    name: 'clip',
    doc: 'clip(x, lo, hi): x kept within [lo, hi]; slope 1 on the closed interval.',
    params: ['x', 'lo', 'hi'],
    call: (call) => {
      const raised = binaryCall(call, 'x', 'lo', 'maximum', 'max', Math.max);
      const arg = { ...call.args['x']!, value: raised };
      return raised.kind === 'poison'
        ? poison
        : binaryCall({ ...call, args: { ...call.args, x: arg } }, 'x', 'hi', 'minimum', 'min', Math.min);
    },
  },
  ...['f32', 'float'].map((name) => ({
    name,
    doc: 'As a number: labels and pixels to floating point.',
    params: ['x'],
    call: (call: BuiltinCall) => {
      const x = toTensor(call.args['x']!.value, call.frame, call.span);
      return x ? asFloat(x, call.frame) : poison;
    },
  })),
  ...['i32', 'int'].map((name) => ({
    name,
    doc: 'As an integer, cut towards zero.',
    params: ['x'],
    call: (call: BuiltinCall) => {
      const x = toTensor(call.args['x']!.value, call.frame, call.span);
      return x ? asInt(x, call.frame) : poison;
    },
  })),
];
