import { typeMismatch } from '../../dsl/messages/types.ts';
import { typeText } from '../ir/tensor-type.ts';
import type { Value } from '../ops/op.ts';
import type { Builtin, BuiltinCall } from './builtin.ts';
import { windowOf, type FieldReader, type FitRequest } from './data-raw.ts';
import { fail } from './frame.ts';
import { axisFromVal } from './shapes.ts';
import { asFloat, asInt, toTensor } from './tensors.ts';
import { poison, tensorVal, type TensorVal, type Val } from './value.ts';

/** Functions of a data block that learn numbers from the training split; these are saved with the model. */
export function fittedBuiltins(reader: FieldReader): readonly Builtin[] {
  const { c } = reader.build;
  return [
    {
      name: 'standardize',
      doc: 'standardize(x): (x − mean) / deviation, both of the training split.',
      params: ['x'],
      call: (call) =>
        onFloats(call, 'x', (x) => {
          const [mean, std] = fitted(reader, x, ['mean', 'std']);
          return measured(x, mean!, std!);
        }),
    },
    {
      name: 'minmax',
      doc: 'minmax(x): (x − min) / (max − min), both of the training split.',
      params: ['x'],
      call: (call) =>
        onFloats(call, 'x', (x) => {
          const [least, most] = fitted(reader, x, ['min', 'max']);
          return measured(x, least!, c.sub(most!, least!));
        }),
    },
    {
      name: 'class_weights',
      doc: 'class_weights(raw.y, K): a weight for the sample, the rarer its class the larger; 1 on average over the training split.',
      params: ['labels', 'classes?'],
      call: (call) => classWeights(call, reader),
    },
  ];

  /** (x − origin) / unit; a column that never changes has unit 0 and becomes 0, not NaN. */
  function measured(x: Value, origin: Value, unit: Value): Value {
    const divisor = c.where(c.equal(unit, c.number(0)), c.number(1), unit);
    return c.div(c.sub(x, origin), divisor);
  }
}

function onFloats(call: BuiltinCall, name: string, make: (x: Value) => Value): Val {
  const given = toTensor(call.args[name]!.value, call.frame, call.span);
  return given ? tensorVal(make(asFloat(given, call.frame).value)) : poison;
}

/** Folds of `x` over the training split, in the shape of `x`. */
function fitted(reader: FieldReader, x: Value, folds: readonly FitRequest['fold'][]): readonly Value[] {
  const { build, data, field, fits } = reader;
  const { builder, c } = build;
  const before = new Set(fits.map(({ name }) => name.slice(0, name.lastIndexOf('/')))).size;
  const base = `${data.use}.${field.name.name}${before === 0 ? '' : `_${before + 1}`}`;
  const { axes } = x.type;
  // Every row of a series is read at every place of a window: there is one mean, not one a place.
  const windowed = axes.length > 0 && axes[0]!.size === windowOf(data);
  const own = windowed ? axes.slice(1) : axes;
  return folds.map((fold) => {
    const name = `${base}/${fold}`;
    fits.push({ name, fold, of: x, axes: windowed ? 2 : 1 });
    const leaf = builder.leaf({ kind: 'fitted', name }, { dtype: 'float', axes: own }, { label: name });
    return windowed ? c.broadcast(leaf, { axes: own.map((_, i) => i + 1), to: axes }) : leaf;
  });
}

/** Samples ÷ (classes · samples of the class), as scikit-learn's "balanced"; 0 for a class that was never trained on. */
function classWeights(call: BuiltinCall, reader: FieldReader): Val {
  const { frame, span, args } = call;
  const given = toTensor(args['labels']!.value, frame, span);
  if (!given) return poison;
  const arg = args['classes'];
  const classes = arg ? axisFromVal(arg.value, frame, arg.span) : given.value.type.classes;
  if (!classes) {
    return arg
      ? poison
      : fail(frame, typeMismatch, span, [
          'labels of type int<K>, or class_weights(labels, K)',
          typeText(given.value.type),
        ]);
  }
  const { c } = reader.build;
  const ids = asInt(given as TensorVal, frame).value;
  const to = [...ids.type.axes, classes];
  const places = c.broadcast(ids, { axes: ids.type.axes.map((_, i) => i), to });
  const hits = c.toFloat(c.equal(places, c.broadcast(c.iota(classes), { axes: [to.length - 1], to })));
  const shares = c.mean(hits, { axes: ids.type.axes.map((_, i) => i) });
  const [share] = fitted(reader, shares, ['mean']);
  const count = c.number(classes.size as number);
  const weights = c.where(
    c.equal(share!, c.number(0)),
    c.number(0),
    c.div(c.number(1), c.mul(share!, count)),
  );
  return tensorVal(c.gather(weights, ids));
}
