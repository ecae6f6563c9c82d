import type { ParamStatement } from '../../dsl/model.ts';
import { shapeMismatch, typeMismatch } from '../../dsl/messages/types.ts';
import { sizeOf } from '../ir/dim.ts';
import { sizes, type TensorType } from '../ir/tensor-type.ts';
import type { Value } from '../ops/op.ts';
import { at, childScope, fail, type Build, type Frame } from './frame.ts';
import { constants, flatten } from './literals.ts';
import { broadcastAxes, stretch } from './shapes.ts';
import { asFloat, toTensor } from './tensors.ts';
import { kindText, numberVal, type Val } from './value.ts';

/**
 * Inputs and outputs that meet in one unit: `[In, Out]` is (In, Out); a kernel `[…window, In, Out]`
 * multiplies both by the window; a vector is (n, n). (Glorot & Bengio 2010; the convention of Keras.)
 */
function fans(type: TensorType): { fanIn: number; fanOut: number } {
  const dims = sizes(type).map((d) => sizeOf(d, {}));
  const window = dims.slice(0, -2).reduce((a, b) => a * b, 1);
  if (dims.length < 2) return { fanIn: dims[0] ?? 1, fanOut: dims[0] ?? 1 };
  return { fanIn: window * dims.at(-2)!, fanOut: window * dims.at(-1)! };
}

/** How a parameter starts; evaluated when the `init` graph is built, with the names as they stand now. */
export function initialValue(
  statement: ParamStatement,
  type: TensorType,
  frame: Frame,
  name: string,
): (build: Build) => Value | null {
  const scope = childScope({ ...frame.scope, names: new Map(frame.scope.names) });
  return (build) => {
    const there: Frame = { ...frame, build, scope };
    return at(there, statement.value.span, () => {
      const written = build.evaluate(statement.value, withFans(there, type));
      return settle(written, statement, type, there, name);
    });
  };
}
function withFans(frame: Frame, type: TensorType): Frame {
  const { fanIn, fanOut } = fans(type);
  const scope = childScope(frame.scope);
  scope.names.set('fan_in', numberVal(fanIn));
  scope.names.set('fan_out', numberVal(fanOut));
  scope.names.set('shape', { kind: 'shape', axes: type.axes });
  return { ...frame, scope };
}

/** From whatever was written to a tensor of the parameter's type; null after a report. */
function settle(
  written: Val,
  statement: ParamStatement,
  type: TensorType,
  frame: Frame,
  name: string,
): Value | null {
  const { span } = statement.value;
  if (written.kind === 'poison') return null;
  if (written.kind === 'initializer') return written.make(frame.build, type);
  if (written.kind === 'init') {
    const bound = bindInit(written, withFans({ ...frame, scope: childScope(written.home) }, type));
    return bound ? settle(bound, statement, type, frame, name) : null;
  }
  if (written.kind === 'builtin') {
    return settle(frame.build.apply(written, [], frame, span), statement, type, frame, name);
  }
  if (written.kind === 'list') return literal(written, statement, type, frame);
  const tensor = toTensor(written, frame, span);
  if (!tensor) return null;
  if (!broadcastAxes(tensor.value.type.axes, type.axes)) {
    fail(frame, shapeMismatch, span, [
      `the initial value of \`${name}\` has another shape than the parameter`,
    ]);
    return null;
  }
  return stretch(frame, asFloat(tensor, frame), type.axes).value;
}
function bindInit(init: Extract<Val, { kind: 'init' }>, frame: Frame): Val | null {
  const { decl, args } = init;
  for (const [i, p] of decl.params.entries()) {
    const given = args.find((a) => a.name === p.name.name) ?? args.filter((a) => a.name === null)[i];
    const val = given ? given.value : p.value ? frame.build.evaluate(p.value, frame) : null;
    if (!val) {
      fail(frame, typeMismatch, p.span, [`a value for \`${p.name.name}\``, 'nothing']);
      return null;
    }
    frame.scope.names.set(p.name.name, val);
  }
  return frame.build.evaluate(decl.value, frame);
}

/** `param W: [2, 2] = [[1, 0], [0, 1]]` */
function literal(list: Val, statement: ParamStatement, type: TensorType, frame: Frame): Value | null {
  const flat = flatten(list);
  const expected = sizes(type).reduce<number>((n, d) => n * sizeOf(d, {}), 1);
  if (!flat) {
    fail(frame, typeMismatch, statement.value.span, ['a list of numbers', kindText(list)]);
    return null;
  }
  if (flat.length !== expected) {
    fail(frame, shapeMismatch, statement.value.span, [
      `${flat.length} numbers are given for ${expected} elements`,
    ]);
    return null;
  }
  return constants(frame, flat, type);
}
