import {
  type Affine,
  constant,
  plus,
  rangeOf,
  type Ranges,
  scale,
  simplifyAffine,
  variable,
} from '../ir/affine.ts';
import { type Dim, type DimSizes, sameDim } from '../ir/dim.ts';
import { argumentDType, formulaDType } from '../ir/formula-dtype.ts';
import type { Fold, Formula } from '../ir/formula.ts';
import { isValueIndex, type Load, visit } from '../ir/formula-walk.ts';
import type { Node } from '../ir/graph.ts';
import type { BufferId } from '../ir/kernel.ts';
import { type DType, strides, type TensorType } from '../ir/tensor-type.ts';
import { axisVars, inLoops, rangesOf, spaceOf } from './space.ts';
import type { Value, ValueTable } from './values.ts';

/** What a load of another node reads. */
export interface Source {
  readonly type: TensorType;
  /** Its value when it is computed at this very point, by an earlier node of the same kernel. */
  readonly here: Value | null;
  readonly buffer: BufferId;
}

/** Which point the row-major position of `here` values is: the kernel's own. */
export interface FormulaContext {
  readonly table: ValueTable;
  readonly capacities: DimSizes;
  readonly source: (node: Node, input: number) => Source;
}

interface Env {
  readonly vars: ReadonlyMap<string, Affine>;
  readonly extents: ReadonlyMap<string, Dim>;
}

/** The value of an element of `node` at a point of its space, its reads resolved to buffers. */
export function valueOf(node: Node, { table, capacities, source }: FormulaContext): Value {
  const space = spaceOf(node.type);
  const inputTypes = node.inputs.map((_, i) => source(node, i).type.dtype);
  const done = new Map<Env, Map<Formula, Map<DType | null, Value>>>();

  const affine = (index: Affine, env: Env): Affine =>
    inLoops(index, env.vars, rangesOf(env.extents, capacities));

  /** Formulas share parts (`x·x` of a power): each part is evaluated once. */
  function evaluate(formula: Formula, wanted: DType | null, env: Env): Value {
    const inEnv = done.get(env) ?? new Map<Formula, Map<DType | null, Value>>();
    done.set(env, inEnv);
    const byType = inEnv.get(formula) ?? new Map<DType | null, Value>();
    inEnv.set(formula, byType);
    const before = byType.get(wanted);
    if (before) return before;
    const value = fresh(formula, wanted, env);
    byType.set(wanted, value);
    return value;
  }

  function fresh(formula: Formula, wanted: DType | null, env: Env): Value {
    switch (formula.kind) {
      case 'number':
        return table.intern(formula, null);
      case 'size':
        return typeof formula.dim === 'number'
          ? table.intern({ kind: 'number', value: formula.dim }, null)
          : table.intern(formula, null);
      case 'coordinate': {
        const index = affine(formula.index, env);
        if (index.terms.length === 0) return table.intern({ kind: 'number', value: index.offset }, null);
        return table.intern({ kind: 'coordinate', index }, null);
      }
      case 'random':
        return table.intern({ ...formula, index: affine(formula.index, env) }, 'float');
      case 'load':
        return load(formula, env);
      case 'call':
        return call(formula, wanted, env);
      case 'fold':
        return fold(formula, wanted, env);
    }
  }

  function load(formula: Load, env: Env): Value {
    const { type, here, buffer } = source(node, formula.input);
    const ranges = rangesOf(env.extents, capacities);
    const steps = strides(type);
    let base = constant(0);
    const gathers: { stride: Dim; value: Value }[] = [];
    const guards: { index: Affine | Value; below: Dim }[] = [];
    formula.index.forEach((index, axis) => {
      const below = type.axes[axis]!.size;
      if (isValueIndex(index)) {
        const value = evaluate(index.value, 'int', env);
        gathers.push({ stride: steps[axis]!, value });
        if (formula.guarded) guards.push({ index: value, below });
        return;
      }
      const part = affine(index, env);
      base = plus(base, scale(part, steps[axis]!));
      if (!formula.guarded) return;
      const inside = isInside(part, below, env.extents, ranges);
      if (!inside) guards.push({ index: part, below });
    });
    base = simplifyAffine(base, ranges);
    // The group was formed because every read of its own values is at the same point.
    if (here) return here;
    return table.intern({ kind: 'load', buffer, base, gathers, guards }, type.dtype);
  }

  function call(formula: Extract<Formula, { kind: 'call' }>, wanted: DType | null, env: Env): Value {
    const { fn, args } = formula;
    const dtype = typeOf(formula) ?? wanted ?? 'float';
    if (fn === 'toInt' && isWhole(args[0]!)) return evaluate(args[0]!, 'int', env); // only said the type
    const met = args.map(typeOf).find((type) => type !== null) ?? null;
    const values = args.map((arg, i) => evaluate(arg, argumentDType(fn, i, met, dtype), env));
    return table.intern({ kind: 'call', fn, args: values }, dtype);
  }
  function typeOf(formula: Formula): DType | null {
    return formulaDType(formula, (input) => inputTypes[input] ?? null);
  }

  function fold(formula: Fold, wanted: DType | null, env: Env): Value {
    const loops = formula.vars.flatMap(({ name, extent }, i) =>
      extent === 1 ? [] : [{ formerly: name, name: `k${heightOf(formula)}_${i}`, extent }],
    );
    const vars = new Map(env.vars);
    const extents = new Map(env.extents);
    for (const { name } of formula.vars) vars.set(name, constant(0));
    for (const { formerly, name, extent } of loops) {
      vars.set(formerly, variable(name));
      extents.set(name, extent);
    }
    const argument = formula.fn === 'argmax' || formula.fn === 'argmin';
    const body = evaluate(formula.body, argument ? null : wanted, { vars, extents });
    const dtype = argument ? 'int' : (body.dtype ?? wanted ?? 'float');
    if (loops.length === 0) {
      if (argument) return table.intern({ kind: 'number', value: 0 }, null);
      if (formula.fn !== 'sum') return body;
      const zero = table.intern({ kind: 'number', value: 0 }, null);
      return table.intern({ kind: 'call', fn: 'add', args: [zero, body] }, dtype); // 0 + −0 is 0
    }
    const kept = loops.map(({ name, extent }) => ({ name, extent }));
    return table.intern({ kind: 'fold', fn: formula.fn, order: formula.order, loops: kept, body }, dtype);
  }

  const extents = new Map(space.loops.map(({ name, extent }) => [name, extent]));
  return evaluate(node.formula!, node.type.dtype, { vars: axisVars(node.type), extents });
}

/** True when an index is within `0 … below − 1` at every point, whatever the open dims are. */
function isInside(index: Affine, below: Dim, extents: ReadonlyMap<string, Dim>, ranges: Ranges): boolean {
  const range = rangeOf(index, ranges);
  if (range === null || range[0] < 0) return false;
  if (range[1] === 0 || (typeof below === 'number' && range[1] < below)) return true;
  const only = index.terms.length === 1 && index.offset === 0 ? index.terms[0]! : null;
  if (only?.coef !== 1 || only.atom.kind !== 'var') return false;
  const extent = extents.get(only.atom.name);
  return extent !== undefined && sameDim(extent, below);
}

/** A position or a whole number: the same as int and as float. */
function isWhole(formula: Formula): boolean {
  return formula.kind === 'coordinate' || (formula.kind === 'number' && Number.isInteger(formula.value));
}

/** How deep folds nest in a formula; a fold over plain elements has height 1. */
function heightOf(formula: Formula): number {
  let inner = 0;
  if (formula.kind === 'fold') {
    visit(formula.body, (part) => {
      if (part.kind === 'fold') inner = Math.max(inner, heightOf(part));
    });
    return inner + 1;
  }
  return 0;
}
