import type { Value } from '../../compiler/ir/builder.ts';
import type { Calculus } from '../../compiler/ops/calculus.ts';
import type { Rule, RuleContext } from '../../compiler/ops/op.ts';

/** Thrown by a mutant that does not change its rule: the rule reads no values. */
export const notApplicable = 'the mutant does not apply';

export interface RuleMutant {
  readonly what: string;
  readonly rule: Rule;
}

/** A structural rule with one thing wrong: its result, the gradient it starts from, or a value it reads. */
export function ruleMutants(rule: Rule): readonly RuleMutant[] {
  const after = (what: string, change: (result: Value, context: RuleContext) => Value): RuleMutant => ({
    what,
    rule: (context) => change(rule(context), context),
  });
  const ones = ({ c }: RuleContext, x: Value): Value => c.fill(1, x.type.axes);
  return [
    after('sign flipped', (d, { c }) => c.neg(d)),
    after('doubled', (d, { c }) => c.mul(c.number(2), d)),
    after('zero', (d, { c }) => c.fill(0, d.type.axes)),
    after('one added', (d, { c }) => c.add(d, c.number(1))),
    { what: 'g dropped', rule: (context) => rule({ ...context, g: ones(context, context.g) }) },
    { what: 'reads the wrong values', rule: (context) => readsWrongly(rule, context) },
    { what: 'elements in the wrong order', rule: (context) => shuffled(rule(context), context.c) },
  ];
}

/** Every value besides g that the rule reads is replaced: floats by ones, ids by zeros. */
function readsWrongly(rule: Rule, context: RuleContext): Value {
  const { c } = context;
  let read = false;
  const wrong = (v: Value): Value => {
    if (v.type.dtype === 'int') return c.toInt(c.fill(0, v.type.axes));
    return c.fill(1, v.type.axes);
  };
  const stand = new Set(context.x.map((v) => v.id));
  // Only what reaches an op is a read: types are looked at freely.
  const watched = new Proxy(c, {
    get: (target, method: keyof Calculus) => {
      const build = target[method] as (...args: unknown[]) => Value;
      return (...args: unknown[]): Value => {
        const changed = args.map((arg) => {
          const one = (v: unknown): unknown => {
            if (!isValue(v) || !stand.has(v.id)) return v;
            read = true;
            return wrong(v);
          };
          return Array.isArray(arg) ? arg.map(one) : one(arg);
        });
        return build(...changed);
      };
    },
  });
  const result = rule({ ...context, c: watched });
  if (!read) throw new Error(notApplicable);
  return result;
}
function isValue(v: unknown): v is Value {
  return typeof v === 'object' && v !== null && 'id' in v && 'type' in v;
}

/** Moves every element by one along the last axis that has several. */
function shuffled(d: Value, c: Calculus): Value {
  const { axes } = d.type;
  const last = axes.findLastIndex((a) => a.size !== 1);
  if (last < 0) return d;
  const { size, name } = axes[last]!;
  const n = size as number;
  const parts = [
    c.slice(d, { axis: last, start: 1, size: n - 1 }),
    c.slice(d, { axis: last, start: 0, size: 1 }),
  ];
  return c.concat(parts, { axis: last, name });
}
