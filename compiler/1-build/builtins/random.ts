import { typeMismatch } from '../../../dsl/messages/types.ts';
import type { TensorType } from '../../ir/tensor-type.ts';
import type { Value } from '../../ops/op.ts';
import type { Builtin, BuiltinCall } from '../builtin.ts';
import { fail, isTraining, type Build } from '../frame.ts';
import { stretch } from '../shapes.ts';
import { findAxis } from '../slices.ts';
import { asFloat } from '../tensors.ts';
import { poison, tensorVal, type Val } from '../value.ts';
import { isShape, numberArg, shapeArg, tensorArg } from './arguments.ts';

/** Every written draw is a stream of its own, numbered in the order of elaboration. */
export function draw(build: Build, op: 'random_normal' | 'random_uniform', axes: TensorType['axes']): Value {
  const stream = build.streams.next++;
  const turns = build.builder.turns();
  return build.c.apply(op, [], { stream, axes, ...(turns.length > 0 && { turns }) });
}
function scaled(build: Build, x: Value, factor: number, offset: number): Value {
  const { c } = build;
  const spread = (value: number) => {
    const one = c.number(value);
    return c.fill(one, x.type.axes);
  };
  const stretched = factor === 1 ? x : c.mul(x, spread(factor));
  return offset === 0 ? stretched : c.add(stretched, spread(offset));
}

/** `normal([B, Z])` draws a tensor; `normal(0.02)` after `~` is an initializer of that deviation. */
function normal(call: BuiltinCall): Val {
  const first = call.args['shape'];
  if (first && isShape(first.value)) {
    const axes = shapeArg(call.frame, first.value, first.span);
    return axes ? tensorVal(draw(call.frame.build, 'random_normal', axes)) : poison;
  }
  const deviation = first ? numberArg(call, 'shape', 1) : 1;
  if (deviation === null) return poison;
  return {
    kind: 'initializer',
    make: (build, type) => scaled(build, draw(build, 'random_normal', type.axes), deviation, 0),
  };
}

/** `uniform(shape, lo, hi)`; `uniform(lo, hi)` after `~`. */
function uniform(call: BuiltinCall): Val {
  const [first, second, third] = call.rest;
  const named = (name: string, otherwise: number) => numberArg(call, name, otherwise);
  const positional = (arg: typeof first, otherwise: number) => {
    if (!arg) return otherwise;
    return numberArg({ ...call, args: { value: arg } }, 'value', otherwise);
  };
  const shaped = first && isShape(first.value);
  const lo = positional(shaped ? second : first, named('lo', 0) ?? 0);
  const hi = positional(shaped ? third : second, named('hi', 1) ?? 1);
  if (lo === null || hi === null) return poison;
  if (!shaped) {
    return {
      kind: 'initializer',
      make: (build, type) => scaled(build, draw(build, 'random_uniform', type.axes), hi - lo, lo),
    };
  }
  const axes = shapeArg(call.frame, first.value, first.span);
  if (!axes) return poison;
  const { build } = call.frame;
  return tensorVal(scaled(build, draw(build, 'random_uniform', axes), hi - lo, lo));
}

/**
 * Normal numbers of the given deviation within two deviations of 0. Redrawing until one fits has no fixed number
 * of draws, so the first of four that fits is taken; one element in 230,000 fits none and is put on the border.
 */
function truncatedNormal(call: BuiltinCall): Val {
  const deviation = numberArg(call, 'deviation', 1);
  if (deviation === null) return poison;
  return {
    kind: 'initializer',
    make: (build, type) => {
      const { c } = build;
      const draws = Array.from({ length: 4 }, () => draw(build, 'random_normal', type.axes));
      const two = c.number(2);
      const last = c.maximum(c.minimum(draws.pop()!, two), c.neg(two));
      const z = draws.reduceRight((other, z) => c.where(c.lessEqual(c.abs(z), two), z, other), last);
      return scaled(build, z, deviation, 0);
    },
  };
}

/** Inverted dropout: kept values are divided by 1 − p, so that prediction needs no change. */
function dropout(call: BuiltinCall): Val {
  const x = tensorArg(call, 'x');
  const p = numberArg(call, 'p', 0.5);
  if (!x || p === null) return poison;
  if (p < 0 || p >= 1) {
    return fail(call.frame, typeMismatch, call.span, [
      'a probability from 0 up to, not including, 1',
      String(p),
    ]);
  }
  const { build } = call.frame;
  if (!isTraining(build) || p === 0) return x;
  const { c } = build;
  const axes = x.value.type.axes;
  const u = draw(build, 'random_uniform', axes);
  const spread = (value: number) => stretch(call.frame, tensorVal(c.number(value)), axes).value;
  const kept = c.greaterEqual(u, spread(p));
  const scale = c.where(kept, spread(1 / (1 - p)), spread(0));
  const scope = [...call.frame.composites, 'dropout'];
  return tensorVal(build.builder.within({ scope }, () => c.mul(x.value, scale)));
}

/**
 * Draws a class with the probabilities softmax(z): the largest of z − log(−log u) (Gumbel 1954; Maddison, Tarlow
 * and Minka 2014). Whole numbers: no gradient comes back.
 */
function sampleCategorical(call: BuiltinCall): Val {
  const given = tensorArg(call, 'z');
  if (!given) return poison;
  const { frame } = call;
  const { build } = frame;
  const { c, builder } = build;
  const z = asFloat(given, frame).value;
  const select = call.axes[0] ?? { kind: 'position' as const, at: -1 };
  const at = findAxis(frame, z.type, select, call.span);
  if (at === null) return poison;
  return builder.within({ scope: [...frame.composites, 'sample_categorical'] }, () => {
    const u = draw(build, 'random_uniform', z.type.axes);
    const gumbel = c.neg(c.log(c.neg(c.log(u))));
    return tensorVal(c.argmax(c.add(z, gumbel), { axes: [at] }));
  });
}

export const randomBuiltins: readonly Builtin[] = [
  {
    name: 'normal',
    doc: 'normal(shape): seeded standard normal numbers; normal(s) after `~`: of deviation s.',
    params: ['shape?'],
    call: normal,
  },
  {
    name: 'uniform',
    doc: 'uniform(shape, lo, hi): seeded uniform numbers; uniform(lo, hi) after `~`.',
    params: ['...', 'lo?', 'hi?'],
    call: uniform,
  },
  {
    name: 'truncated_normal',
    doc: 'Normal numbers within two deviations, for `~`.',
    params: ['deviation?'],
    call: truncatedNormal,
  },
  {
    name: 'dropout',
    doc: 'dropout(x, p): zeroes with probability p while training, scales the rest by 1/(1−p).',
    params: ['x', 'p?'],
    call: dropout,
  },
  {
    name: 'sample_categorical',
    doc: 'sample_categorical(z): a class drawn with the probabilities softmax(z), along the last axis or sample_categorical[K].',
    params: ['z'],
    call: sampleCategorical,
  },
];
