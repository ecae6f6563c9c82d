import type { DataPlan, RawArray } from '../compiler/plan.ts';
import { checkValues, isAllowed } from './data/arrays.ts';
import { type HostRows, hostBuilder, hostNames } from './data/host.ts';
import type { Source } from './data/source.ts';
import type { Quantities } from './events.ts';
import { fail } from './fail.ts';
import { type Place, type Session, writeSlot } from './session.ts';
import { namedQuantities } from './sweep.ts';
import { trainStep } from './train.ts';

/** Arrays by field; where a program has several data sets, those of each by its data block. */
export type HandedBatch = HostRows | Readonly<Record<string, HostRows>>;

/** Numbers, or lists of them to any depth. */
type Nested = ArrayLike<unknown>;

/** A raw array of a batch, and what can be said of it beforehand. */
interface HandedArray {
  readonly array: RawArray;
  /** What the caller may call it. */
  readonly names: readonly string[];
  /** Numbers of one row. */
  readonly size: number;
  /** null: the program turned out not to need it. */
  readonly place: Place | null;
}

/**
 * Runs one step on a batch that the host hands in and gives its quantities. Numbers are copied straight to where
 * the program reads them: no memory is taken but the result's.
 */
export function handedStep(s: Session, plans: readonly DataPlan[]): (batch?: HandedBatch) => Quantities {
  const arrays = plans.map((plan) => plan.arrays.map((array) => handedArray(s, array)));
  return (batch = {}) => {
    for (let i = 0; i < plans.length; i++) {
      const { block, batchDim } = plans[i]!;
      const given = plans.length > 1 ? batch[block] : batch;
      const rows = fillFields(s, arrays[i]!, given as HostRows | undefined, block, s.capacities[batchDim]!);
      for (let j = 0; j < i; j++) {
        if (plans[j]!.batchDim !== batchDim || s.sizes[batchDim] === rows) continue;
        const text = `${block} has ${rows} rows, ${plans[j]!.block} has ${s.sizes[batchDim]}.`;
        fail('row-count-mismatch', text);
      }
      s.sizes[batchDim] = rows;
    }
    for (const d of s.datasets) d.filled = null;
    s.steps ||= s.plan.steps ?? Infinity;
    trainStep(s, true);
    return namedQuantities(s, s.last);
  };
}

/** The same on a machine of its own. Others may be asked for before this one is done: each gives its own numbers. */
export function awaitedStep(
  s: Session,
  plans: readonly DataPlan[],
): (batch?: HandedBatch) => Promise<Quantities> {
  const step = handedStep(s, plans);
  return async (batch) => {
    s.remote!.note([], () => (s.diverged = 0));
    step(batch);
    return new Promise((resolve, reject) => {
      s.remote!.note([], () => resolve(namedQuantities(s, s.last)));
      s.remote!.pull([]).catch(reject);
    });
  };
}

function handedArray(s: Session, array: RawArray): HandedArray {
  const [, ...axes] = array.type.axes;
  const size = axes.reduce((product, axis) => product * (axis.size as number), 1);
  return { array, names: hostNames(array), size, place: s.data[array.name] ?? null };
}

/** Copies the fields of one data set to their places; the number of rows. */
function fillFields(
  s: Session,
  arrays: readonly HandedArray[],
  given: HostRows | undefined,
  block: string,
  capacity: number,
): number {
  let rows = 0;
  for (let i = 0; i < arrays.length; i++) {
    const { array, size, place } = arrays[i]!;
    const values = valuesOf(s, arrays[i]!, given, block);
    const count = countNumbers(values) / size;
    if (count % 1 || !count || (i && count !== rows) || count > capacity) {
      refuseRows(arrays, i, count, rows, capacity);
    }
    rows = count;
    if (place && copyNumbers(s, array, place, values, 0) < 0) refuseValues(array, values, size, rows);
  }
  return rows;
}

/** Text becomes numbers by the vocabulary that was learned. */
function valuesOf(
  s: Session,
  { array, names }: HandedArray,
  given: HostRows | undefined,
  block: string,
): Nested {
  const named = names.find((name) => given?.[name]);
  const values: Nested | undefined = named === undefined ? undefined : given![named];
  if (!values) {
    const known = Object.keys(given ?? {});
    const has = known.length ? `only: ${known.join(', ')}` : 'it is empty';
    return fail('missing-array', `The batch lacks ${block}.${array.field}; ${has}.`, { known });
  }
  if (typeof firstOf(values) !== 'string') return values;
  const learned = s.learned[array.name];
  if ('vocabulary' in array.from && !(array.from.vocabulary ?? learned?.vocabulary)) refuseUnlearned();
  const build = hostBuilder([{ [array.name]: values as string }]);
  return build(array, [handed(0)], none, learned).values;
}
const none = new Int32Array();

function isList(value: unknown): value is Nested {
  return typeof value === 'object' && value !== null;
}
function firstOf(values: Nested): unknown {
  const first = values[0];
  return isList(first) ? firstOf(first) : first;
}
function countNumbers(values: Nested): number {
  if (ArrayBuffer.isView(values)) return values.length;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    count += isList(value) ? countNumbers(value) : 1;
  }
  return count;
}

/** The slot after the last one written; −1: a number is not allowed there. */
function copyNumbers(s: Session, array: RawArray, place: Place, values: Nested, to: number): number {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (isList(value)) {
      to = copyNumbers(s, array, place, value, to);
      if (to < 0) return to;
    } else if (value !== null && isAllowed(array, value as number))
      writeSlot(s, place, to++, value as number);
    else return -1;
  }
  return to;
}

export function refuseUnlearned(): never {
  const text = 'Fields of this program learn from training data, and it has seen none.';
  fail('nothing-learned', text, { help: 'train or load a checkpoint before a step, or hand in the data' });
}

/** A batch as a source, for messages. */
function handed(rows: number): Source {
  return { kind: 'arrays', rows, file: 'the batch', arrays: [] };
}
function refuseValues(array: RawArray, values: Nested, width: number, rows: number): never {
  const flat = Array.from(values).flat(Infinity) as number[];
  checkValues(array, { values: flat, width }, [handed(rows)]);
  return fail('row-shape-mismatch', `The batch's ${array.field} is not numbers alone.`);
}
function refuseRows(
  arrays: readonly HandedArray[],
  at: number,
  count: number,
  rows: number,
  capacity: number,
): never {
  const { array, size } = arrays[at]!;
  const said = `The batch's ${array.field} has`;
  const place = { span: array.span };
  if (count % 1 || !count) {
    fail('row-count-mismatch', `${said} ${count * size} numbers; a row takes ${size}.`, place);
  }
  if (at && count !== rows) {
    fail('row-count-mismatch', `${said} ${count} rows, ${arrays[0]!.array.field} has ${rows}.`, place);
  }
  return fail('too-many-rows', `${said} ${count} rows, but there is room for ${capacity}.`, place);
}
