import { type Affine, affineText, variablesOf } from '../ir/affine.ts';
import { type Dim, dimText } from '../ir/dim.ts';
import type { FoldFn, FoldOrder, ScalarFn } from '../ir/formula.ts';
import type { BufferId, Loop } from '../ir/kernel.ts';
import type { DType } from '../ir/tensor-type.ts';

/**
 * The values a kernel computes at a point, each held once: equal values are the same object, so what is
 * used twice is seen by counting. Fold variables carry names that depend only on how deep folds nest
 * inside, so equal folds are equal values wherever they stand.
 */
export type Value = ValueKind & {
  readonly id: number;
  /** null: takes the type of its surroundings. */
  readonly dtype: DType | null;
  /** Loop and fold variables it depends on. */
  readonly vars: ReadonlySet<string>;
};
export type ValueKind =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'size'; readonly dim: Dim }
  | { readonly kind: 'coordinate'; readonly index: Affine }
  | {
      readonly kind: 'load';
      readonly buffer: BufferId;
      readonly base: Affine;
      readonly gathers: readonly { readonly stride: Dim; readonly value: Value }[];
      readonly guards: readonly { readonly index: Affine | Value; readonly below: Dim }[];
    }
  | { readonly kind: 'call'; readonly fn: ScalarFn; readonly args: readonly Value[] }
  | {
      readonly kind: 'fold';
      readonly fn: FoldFn;
      readonly order: FoldOrder;
      readonly loops: readonly Loop[];
      readonly body: Value;
    }
  | {
      readonly kind: 'random';
      readonly dist: 'uniform' | 'normal';
      readonly stream: number;
      readonly index: Affine;
    };

/** Hands out values; equal ones are the same object. */
export interface ValueTable {
  readonly intern: (kind: ValueKind, dtype: DType | null) => Value;
}

export function valueTable(): ValueTable {
  const known = new Map<string, Value>();
  return {
    intern(kind, dtype) {
      const key = `${dtype} ${keyOf(kind)}`;
      const before = known.get(key);
      if (before) return before;
      const value: Value = { ...kind, id: known.size, dtype, vars: varsOf(kind) };
      known.set(key, value);
      return value;
    },
  };
}

export function isValue(index: Affine | Value): index is Value {
  return 'kind' in index;
}

/** Values it is made of, in the order they are evaluated. */
export function partsOf(value: ValueKind): readonly Value[] {
  switch (value.kind) {
    case 'call':
      return value.args;
    case 'fold':
      return [value.body];
    case 'load':
      return [
        ...value.gathers.map((gather) => gather.value),
        ...value.guards.flatMap(({ index }) => (isValue(index) ? [index] : [])),
      ];
    default:
      return [];
  }
}

function varsOf(kind: ValueKind): ReadonlySet<string> {
  if (kind.kind === 'call') return kind.args.map(({ vars }) => vars).reduce(union, none);
  const vars = new Set(partsOf(kind).flatMap((part) => [...part.vars]));
  if (kind.kind === 'coordinate' || kind.kind === 'random') variablesOf(kind.index, vars);
  if (kind.kind === 'load') {
    variablesOf(kind.base, vars);
    for (const { index } of kind.guards) if (!isValue(index)) variablesOf(index, vars);
  }
  if (kind.kind === 'fold') for (const loop of kind.loops) vars.delete(loop.name);
  return vars;
}
const none: ReadonlySet<string> = new Set();
/** One of the two, where it has all of the other: arguments mostly depend on the same variables. */
function union(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  if (a === b || b.size === 0) return a;
  if (a.size === 0) return b;
  return [...b].every((name) => a.has(name)) ? a : new Set([...a, ...b]);
}

function keyOf(kind: ValueKind): string {
  switch (kind.kind) {
    case 'number':
      return Object.is(kind.value, -0) ? '-0' : String(kind.value);
    case 'size':
      return `size ${dimText(kind.dim)}`;
    case 'coordinate':
      return `#${affineText(kind.index)}`;
    case 'load': {
      const gathers = kind.gathers.map(({ stride, value }) => `${dimText(stride)}*v${value.id}`);
      const guards = kind.guards.map(
        ({ index, below }) => `${isValue(index) ? `v${index.id}` : affineText(index)}<${dimText(below)}`,
      );
      return `b${kind.buffer}[${affineText(kind.base)};${gathers.join()};${guards.join()}]`;
    }
    case 'call':
      return `${kind.fn}(${kind.args.map((arg) => arg.id).join()})`;
    case 'fold': {
      const loops = kind.loops.map(({ name, extent }) => `${name}<${dimText(extent)}`);
      return `${kind.fn} ${kind.order} ${loops.join()} v${kind.body.id}`;
    }
    case 'random':
      return `${kind.dist}${kind.stream}(${affineText(kind.index)})`;
  }
}
