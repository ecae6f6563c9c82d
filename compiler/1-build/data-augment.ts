import { typeMismatch } from '../../dsl/messages/types.ts';
import { typeText } from '../ir/tensor-type.ts';
import type { Value } from '../ops/op.ts';
import type { Builtin, BuiltinCall } from './builtin.ts';
import { numberArg, tensorArg, wholeArg } from './builtins/arguments.ts';
import { draw } from './builtins/random.ts';
import { fail, isTraining, type Build } from './frame.ts';
import { asFloat } from './tensors.ts';
import { poison, tensorVal, type Val } from './value.ts';

/**
 * Functions of a data block that change samples by chance: each sample by draws of its own, other ones at every step, a
 * function of the seed. Only what is trained on is changed; evaluation, fitting and prediction see samples as they are.
 */
export const augmentBuiltins: readonly Builtin[] = [
  {
    name: 'random_flip',
    doc: 'random_flip(x, p = 0.5): a picture [height, width, …], left and right exchanged with probability p; while training only.',
    params: ['x', 'p?'],
    call: (call) => {
      const p = numberArg(call, 'p', 0.5);
      if (p === null) return poison;
      if (p < 0 || p > 1) return refused(call, 'a probability from 0 to 1', String(p));
      return augmented(call, 2, (build, x) => {
        const { c } = build;
        const width = x.type.axes[1]!;
        const here = c.iota(width);
        const there = c.sub(c.number((width.size as number) - 1), c.toFloat(here));
        const flipped = c.less(draw(build, 'random_uniform', []), c.number(p));
        return c.gather(x, c.toInt(c.where(flipped, there, c.toFloat(here))), { axis: 1 });
      });
    },
  },
  {
    name: 'random_shift',
    doc: 'random_shift(x, n): a picture [height, width, …] moved by up to n pixels each way, or a sound [samples] by up to n samples; what comes in is 0; while training only.',
    params: ['x', 'n'],
    call: (call) => {
      const n = wholeArg(call, 'n', 1);
      if (n === null) return poison;
      if (n < 1) return refused(call, 'a whole number from 1 on', String(n));
      return augmented(call, 1, (build, x) =>
        x.type.axes.slice(0, 2).reduce((moved, _, axis) => shifted(build, moved, axis, n), x),
      );
    },
  },
  {
    name: 'random_noise',
    doc: 'random_noise(x, s): normal numbers of deviation s added; while training only.',
    params: ['x', 's'],
    call: (call) => {
      const s = numberArg(call, 's', 0);
      if (s === null) return poison;
      if (s < 0) return refused(call, 'a deviation from 0 on', String(s));
      return augmented(call, 0, (build, x) => {
        const { c } = build;
        return c.add(x, c.mul(draw(build, 'random_normal', x.type.axes), c.number(s)));
      });
    },
  },
];

function augmented(call: BuiltinCall, rank: number, change: (build: Build, x: Value) => Value): Val {
  const given = tensorArg(call, 'x');
  if (!given) return poison;
  const { build } = call.frame;
  const x = asFloat(given, call.frame);
  const { axes } = x.value.type;
  if (axes.length < rank) {
    const expected = rank === 2 ? 'a picture [height, width, …]' : 'a picture or a sound';
    return refused(call, expected, typeText(x.value.type));
  }
  return isTraining(build) ? tensorVal(change(build, x.value), x.source) : x;
}
function refused(call: BuiltinCall, expected: string, found: string): Val {
  return fail(call.frame, typeMismatch, call.span, [expected, found]);
}

/** By a whole number of places from −n to n, drawn anew for every sample. */
function shifted(build: Build, x: Value, axis: number, n: number): Value {
  const { c } = build;
  const along = x.type.axes[axis]!;
  const drawn = c.mul(draw(build, 'random_uniform', []), c.number(2 * n + 1));
  const from = c.add(c.sub(c.toFloat(c.iota(along)), c.floor(drawn)), c.number(n));
  const last = c.number((along.size as number) - 1);
  const inside = c.logicalAnd(c.greaterEqual(from, c.number(0)), c.lessEqual(from, last));
  const nearest = c.minimum(c.maximum(from, c.number(0)), last);
  const moved = c.gather(x, c.toInt(nearest), { axis });
  return c.where(c.broadcast(inside, { axes: [axis], to: x.type.axes }), moved, c.number(0));
}
