import { evaluateAffine, outVar } from '../compiler/ir/affine.ts';
import { type DimSizes, sizeOf } from '../compiler/ir/dim.ts';
import { formulaDType } from '../compiler/ir/formula-dtype.ts';
import type { Fold, Formula, LoadIndex } from '../compiler/ir/formula.ts';
import { isValueIndex } from '../compiler/ir/formula-walk.ts';
import type { Precision } from '../compiler/ir/program.ts';
import { evaluateCall, roundTo } from '../compiler/ir/scalar-call.ts';
import type { DType } from '../compiler/ir/tensor-type.ts';

/** Where a formula's element stands, and what it may read. */
export interface FormulaContext {
  /** Output coordinates. */
  readonly at: readonly number[];
  readonly inputs: readonly {
    readonly dtype: DType;
    readonly shape: readonly number[];
    readonly read: (index: readonly number[]) => number;
  }[];
  readonly sizes?: DimSizes;
  readonly precision?: Precision;
  readonly random?: (dist: 'uniform' | 'normal', stream: number, index: number) => number;
}

/** One element, the obvious way. Sums go in order whatever their `order` says: bits may differ in lanes. */
export function evaluateFormula(formula: Formula, context: FormulaContext): number {
  const vars = new Map(context.at.map((position, i) => [outVar(i), position]));
  return evaluate(formula, { ...context, vars });
}

interface Env extends FormulaContext {
  readonly vars: ReadonlyMap<string, number>;
}

function evaluate(formula: Formula, env: Env): number {
  const { vars, sizes = {}, precision = 'f64' } = env;
  const position = (name: string): number => {
    const value = vars.get(name);
    if (value === undefined) throw new Error(`index variable ${name} has no value`);
    return value;
  };
  switch (formula.kind) {
    case 'number':
      return precision === 'f32' ? Math.fround(formula.value) : formula.value;
    case 'coordinate':
      return evaluateAffine(formula.index, position, sizes);
    case 'size':
      return sizeOf(formula.dim, sizes);
    case 'load': {
      const input = env.inputs[formula.input];
      if (!input) throw new Error(`no input ${formula.input}`);
      const index = formula.index.map((i: LoadIndex) =>
        isValueIndex(i) ? evaluate(i.value, env) : evaluateAffine(i, position, sizes),
      );
      const inside = index.every((i, axis) => i >= 0 && i < input.shape[axis]!);
      if (inside) return input.read(index);
      if (formula.guarded) return 0;
      throw new Error(`[${index.join(', ')}] is outside of [${input.shape.join(', ')}]`);
    }
    case 'call':
      return evaluateCall(
        formula.fn,
        formula.args.map((arg) => evaluate(arg, env)),
        dtypeOf(formula, env),
        precision,
      );
    case 'fold':
      return evaluateFold(formula, env);
    case 'random':
      if (!env.random) throw new Error('no random source');
      return env.random(formula.dist, formula.stream, evaluateAffine(formula.index, position, sizes));
  }
}

function evaluateFold({ fn, vars: loops, body }: Fold, env: Env): number {
  const { sizes = {}, precision = 'f64' } = env;
  const extents = loops.map((loop) => sizeOf(loop.extent, sizes));
  const count = extents.reduce((product, extent) => product * extent, 1);
  const dtype = dtypeOf(body, env);
  let best = fn === 'sum' ? 0 : fn === 'max' || fn === 'argmax' ? -Infinity : Infinity;
  let where = 0;
  for (let point = 0; point < count; point++) {
    const vars = new Map(env.vars);
    let rest = point;
    for (let i = loops.length - 1; i >= 0; i--) {
      vars.set(loops[i]!.name, rest % extents[i]!);
      rest = Math.floor(rest / extents[i]!);
    }
    const value = evaluate(body, { ...env, vars });
    if (fn === 'sum') best = roundTo(best + value, dtype, precision);
    else if (fn === 'max' || fn === 'argmax' ? value > best : value < best) {
      best = value;
      where = point;
    }
  }
  return fn === 'argmax' || fn === 'argmin' ? where : best;
}

function dtypeOf(formula: Formula, env: Env): DType {
  return formulaDType(formula, (input) => env.inputs[input]?.dtype ?? null) ?? 'float';
}
