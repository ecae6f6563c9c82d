import { expect, test } from 'vitest';
import { scalarSlopes } from '../../compiler/ir/formula-derivative.ts';
import { call, loadHere, number } from '../../compiler/ir/formula-build.ts';
import { simplifyDerivative } from '../../compiler/ir/formula-simplify.ts';
import type { Formula, ScalarFn } from '../../compiler/ir/formula.ts';
import type { DType } from '../../compiler/ir/tensor-type.ts';
import { findOp, opNames } from '../../compiler/ops/calculus.ts';
import { inputName, type PrimitiveOp, type Rule, type Slopes } from '../../compiler/ops/op.ts';
import { checkOp, typesOf, wrongSlope } from '../ops/check-op.ts';
import { mutantsOf } from './formula-mutants.ts';
import { notApplicable, ruleMutants } from './rule-mutants.ts';

/**
 * Every derivative rule is made wrong in memory, one way at a time, and the test of its op must notice.
 * A mutant that survives is a hole in the tests.
 */
interface Row {
  readonly rule: string;
  readonly killed: number;
  readonly survivors: readonly string[];
}

test('every wrong derivative rule is noticed by its op’s test', { timeout: 600_000 }, () => {
  const rows = [...tableRows(), ...opRows()];
  const width = Math.max(...rows.map((row) => row.rule.length));
  for (const { rule, killed, survivors } of rows) {
    const total = killed + survivors.length;
    const note = survivors.length > 0 ? `  SURVIVED: ${survivors.join('; ')}` : '';
    console.log(`${rule.padEnd(width)}  killed ${String(killed).padStart(3)} of ${total}${note}`);
  }
  const survived = rows.flatMap(({ rule, survivors }) => survivors.map((what) => `${rule}: ${what}`));
  console.log(
    `${rows.length} rules, ${rows.reduce((sum, row) => sum + row.killed, 0)} mutants killed, ${survived.length} survived`,
  );
  expect(rows.every((row) => row.killed > 0)).toBe(true);
  expect(survived).toEqual([]);
});

interface Mutant {
  readonly what: string;
  /** Makes the rule wrong and gives back how to put it right. */
  readonly plant: () => () => void;
}
function run(rule: string, op: string, mutants: readonly Mutant[]): Row {
  let killed = 0;
  const survivors: string[] = [];
  for (const { what, plant } of mutants) {
    const restore = plant();
    try {
      checkOp(op, 4);
      survivors.push(what);
    } catch (error) {
      const said = textOf(error);
      if (said.includes(notApplicable)) continue;
      // A crash proves nothing about the derivative.
      if (said.includes(wrongSlope)) killed++;
      else survivors.push(`${what} (crashed: ${said})`);
    } finally {
      restore();
    }
  }
  return { rule, killed, survivors };
}

/** fast-check hands on what the property threw as the cause. */
function textOf(error: unknown): string {
  return error instanceof Error ? String(error.cause ?? error.message) : String(error);
}

// The derivative of each scalar function.

const opOfFn: Partial<Record<ScalarFn, string>> = { max: 'maximum', min: 'minimum' };

function tableRows(): Row[] {
  const table = scalarSlopes as Record<string, (typeof scalarSlopes)['add']>;
  return Object.entries(table).flatMap(([fn, slopes]) => {
    const name = opOfFn[fn as ScalarFn] ?? fn;
    const op = findOp(name);
    // Comparisons, logic and conversions have no float input and output: no gradient reaches them.
    if (!op || !takesFloats(op)) return [];
    const set = (value: typeof slopes) => () => {
      table[fn] = value;
      return () => {
        table[fn] = slopes;
      };
    };
    if (slopes === null) {
      return [run(`scalar ${fn}`, name, [{ what: 'slope 1', plant: set((x) => x.map(() => number(1))) }])];
    }
    const count = op.inputs.length;
    return Array.from({ length: count }, (_, i) => {
      // Mutants by number: the slope is a formula of whatever stands inside.
      const known = mutantsOf(slopes(placeholders(count), loadHere(count, 1))[i]!);
      const mutants = known.map(({ what }, k) => ({
        what,
        plant: set((x, y) =>
          slopes(x, y).map((slope, j) => (j === i ? mutantOf(slope!, known.length, k) : slope)),
        ),
      }));
      return run(`scalar ${fn}.${inputName(op, i)}`, name, mutants);
    });
  });
}
function placeholders(count: number): Formula[] {
  return Array.from({ length: count }, (_, i) => loadHere(i, 1));
}
/** The k-th mutant. What stands inside may itself have parts, whose mutants come later in the list. */
function mutantOf(slope: Formula, known: number, k: number): Formula {
  const all = mutantsOf(slope);
  return all.length === known ? all[k]!.formula : call('mul', number(2), slope);
}

// The rules of the ops.

function opRows(): Row[] {
  return opNames().flatMap((name) => {
    const op = findOp(name)!;
    if (op.derive) return structuralRows(name, op);
    return op.slopes || name === 'where' ? slopeRows(name, op) : [];
  });
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function structuralRows(name: string, op: PrimitiveOp): Row[] {
  const rules = op.derive!;
  return rules.flatMap((rule, i) => {
    if (rule === null) return [];
    const mutants = ruleMutants(rule).map(({ what, rule: wrong }) => ({
      what,
      plant: () => plantRule(op, rules.map((r, j): Rule | null => (j === i ? wrong : r))),
    })); // prettier-ignore
    return [run(`${name}.${inputName(op, i)}`, name, mutants)];
  });
}
function plantRule(op: PrimitiveOp, derive: readonly (Rule | null)[]): () => void {
  const { derive: right } = op;
  (op as Writable<PrimitiveOp>).derive = derive;
  return () => {
    (op as Writable<PrimitiveOp>).derive = right!;
  };
}

/** Ops with slopes of their own; and `where`, whose choice is not in the table of scalar functions. */
function slopeRows(name: string, op: PrimitiveOp): Row[] {
  const right: Slopes =
    op.slopes ??
    (([condition]) => [
      null,
      call('select', condition!, number(1), number(0)),
      call('select', condition!, number(0), number(1)),
    ]);
  return op.inputs.flatMap((_, i) => {
    const found = new Map<string, Slopes>();
    for (const sample of op.samples) {
      const x = typesOf(sample).map((type, k) => loadHere(k, type.axes.length));
      const slope = right(x, sample.attrs ?? {})[i];
      if (slope === undefined) continue;
      if (slope === null) {
        if (typesOf(sample)[i]!.dtype === 'float')
          found.set('slope 1', (x, attrs) => right(x, attrs).map((s, j) => (j === i ? number(1) : s)));
        continue;
      }
      mutantsOf(slope).forEach(({ what, formula }, k) => {
        // The same mutant in every sample that has it; powers differ in shape from sample to sample.
        if (sameValue(slope, formula)) return;
        found.set(`${what} (#${k} of ${JSON.stringify(sample.attrs ?? {})})`, (x, attrs) =>
          right(x, attrs).map((s, j) => {
            if (j !== i || s === null || JSON.stringify(attrs) !== JSON.stringify(sample.attrs ?? {}))
              return s;
            return mutantsOf(s)[k]!.formula;
          }),
        );
      });
    }
    if (found.size === 0) return [];
    const mutants = [...found].map(([what, slopes]) => ({ what, plant: () => plantSlopes(op, slopes) }));
    return [run(`${name}.${inputName(op, i)}`, name, mutants)];
  });
}
function plantSlopes(op: PrimitiveOp, slopes: Slopes): () => void {
  const { slopes: right } = op;
  (op as Writable<PrimitiveOp>).slopes = slopes;
  return () => {
    if (right) (op as Writable<PrimitiveOp>).slopes = right;
    else delete (op as { slopes?: Slopes }).slopes;
  };
}
/** `1 · x` with the 1 dropped is no mutant. */
function sameValue(a: Formula, b: Formula): boolean {
  return JSON.stringify(simplifyDerivative(a)) === JSON.stringify(simplifyDerivative(b));
}
function takesFloats(op: PrimitiveOp): boolean {
  const isFloat = (dtype: DType): boolean => dtype === 'float';
  return op.samples.some((sample) => {
    const types = typesOf(sample);
    return types.some((t) => isFloat(t.dtype)) && isFloat(op.shape(types, sample.attrs ?? {}).dtype);
  });
}
