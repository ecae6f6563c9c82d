import type { Argument, Expression, TrainStatement } from '../../dsl/model.ts';
import { unknownName } from '../../dsl/messages/names.ts';
import { shapeMismatch, typeMismatch } from '../../dsl/messages/types.ts';
import { printExpression } from '../../dsl/print.ts';
import { didYouMean } from '../../dsl/suggest.ts';
import { coefficient, isOpen } from '../ir/dim.ts';
import { typeText, type TensorType } from '../ir/tensor-type.ts';
import type { PicturePlan } from '../plan.ts';
import { shapeArg } from './builtins/arguments.ts';
import { at, fail, type Frame } from './frame.ts';
import { asFloat, toTensor } from './tensors.ts';
import { constantOf, type TensorVal } from './value.ts';

type ImageStatement = Extract<TrainStatement, { kind: 'image' }>;
interface Drawn {
  readonly tensor: TensorVal;
  readonly picture: PicturePlan;
}

/**
 * `image x to "x.png"`: [height, width], with 1 or 3 channels last; one axis more in front, or an open one, counts
 * pictures. `image grid(x, [28, 28], columns = 8, range = [0, 1]) to …`: a picture of that shape from each row of x.
 */
export function pictureOf(s: ImageStatement, frame: Frame): Drawn | null {
  if (!/\.png$/i.test(s.path.value)) {
    fail(frame, typeMismatch, s.path.span, ['the name of a .png file', `"${s.path.value}"`]);
    return null;
  }
  const grid = gridArguments(s.value);
  const { x, shape, columns, range } = grid
    ? settingsOf(grid, s, frame)
    : { x: s.value, shape: null, columns: null, range: null };
  if (!x) return null;
  const val = frame.build.evaluate(x, frame);
  const tensor = val.kind === 'poison' ? null : toTensor(val, frame, x.span);
  if (!tensor) return null;
  const { type } = tensor.value;
  const sizes = shape ? gridShape(shape, type, frame) : pictureShape(type, grid !== null);
  if (sizes === undefined) return null;
  if (sizes === null) {
    fail(frame, shapeMismatch, x.span, [`${typeText(type)} is no picture`], {
      notes: ['pictures are [height, width], with 1 or 3 channels last, or several of these'],
      help: `say how large one is: \`image grid(${printExpression(x)}, [28, 28]) to …\``,
    });
    return null;
  }
  const [height, width, channels] = sizes;
  return {
    tensor: at(frame, x.span, () => asFloat(tensor, frame)),
    picture: { height, width, channels, columns, range },
  };
}

type Sizes = readonly [height: number, width: number, channels: 1 | 3];

/** Whether one picture or several, the last axes say its size; null: they do not. */
function pictureShape({ axes }: TensorType, several: boolean): Sizes | null {
  const sizes = axes.map(({ size }) => size);
  const first = sizes[0];
  const counted = several || (first !== undefined && isOpen(first));
  const own = sizes.slice(counted ? 1 : 0);
  if (own.some(isOpen)) return null;
  const fixed = own.map(coefficient);
  const [height, width, channels] = fixed;
  if (fixed.length === 2) return [height!, width!, 1];
  if (fixed.length === 3 && (channels === 1 || channels === 3)) return [height!, width!, channels];
  return counted || fixed.length < 3 ? null : pictureShape({ dtype: 'float', axes }, true);
}

/** The shape given to `grid`, which each row must have room for; undefined after a report. */
function gridShape(shape: Expression, { axes, ...type }: TensorType, frame: Frame): Sizes | undefined {
  const val = frame.build.evaluate(shape, frame);
  const asked = shapeArg(frame, val, shape.span)?.map(({ size }) => coefficient(size));
  if (!asked) return undefined;
  const [height, width, channels = 1] = asked;
  if (height === undefined || width === undefined || asked.length > 3 || (channels !== 1 && channels !== 3)) {
    fail(frame, typeMismatch, shape.span, [
      '[height, width], or 1 or 3 channels after it',
      printExpression(shape),
    ]);
    return undefined;
  }
  const row = axes.slice(1).reduce((n, { size }) => n * coefficient(size), 1);
  if (row === height * width * channels && axes.length > 1) return [height, width, channels];
  fail(frame, shapeMismatch, shape.span, [
    `pictures of ${asked.join(' × ')} have ${height * width * channels} numbers, the rows of ${typeText({ axes, ...type })} have ${row}`,
  ]);
  return undefined;
}

function gridArguments(e: Expression): readonly Argument[] | null {
  return e.kind === 'call' && e.callee.kind === 'name' && e.callee.name === 'grid' ? e.args : null;
}

const known = ['x', 'shape', 'columns', 'range'] as const;
interface Settings {
  readonly x: Expression | null;
  readonly shape: Expression | null;
  readonly columns: number | null;
  readonly range: readonly [number, number] | null;
}
function settingsOf(args: readonly Argument[], s: ImageStatement, frame: Frame): Settings {
  const given = new Map<string, Expression>();
  let position = 0;
  for (const { name, value } of args) {
    const key = name?.name ?? known[position++] ?? printExpression(value);
    if (!known.some((each) => each === key)) {
      fail(frame, unknownName, name?.span ?? value.span, [key], didYouMean(key, known));
      return { x: null, shape: null, columns: null, range: null };
    }
    given.set(key, value);
  }
  const x = given.get('x') ?? null;
  if (!x) fail(frame, typeMismatch, s.value.span, ['pictures, as in `grid(x, [28, 28])`', 'nothing']);
  const number = (e: Expression) => constantOf(frame.build.evaluate(e, frame));
  const columnsAt = given.get('columns');
  const columns = columnsAt ? number(columnsAt) : null;
  if (columnsAt && !(columns !== null && Number.isInteger(columns) && columns > 0)) {
    fail(frame, typeMismatch, columnsAt.span, ['a whole number of columns', printExpression(columnsAt)]);
  }
  const rangeAt = given.get('range');
  const ends = rangeAt?.kind === 'list' ? rangeAt.items.map(number) : [];
  const [low, high] = ends;
  const range = ends.length === 2 && typeof low === 'number' && typeof high === 'number' && low < high;
  if (rangeAt && !range) {
    fail(frame, typeMismatch, rangeAt.span, [
      '[black, white], as in `range = [-1, 1]`',
      printExpression(rangeAt),
    ]);
  }
  return { x, shape: given.get('shape') ?? null, columns, range: range ? [low, high] : null };
}
