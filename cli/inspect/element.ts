import { affineText } from '../../compiler/ir/affine.ts';
import { dimText } from '../../compiler/ir/dim.ts';
import type { Formula, ScalarFn } from '../../compiler/ir/formula.ts';
import { numberText } from '../format.ts';

/** How tightly an infix function binds; larger is tighter. */
const infix: Partial<Record<ScalarFn, readonly [sign: string, strength: number]>> = {
  or: ['or', 1], and: ['and', 2],
  lt: ['<', 3], le: ['<=', 3], gt: ['>', 3], ge: ['>=', 3], eq: ['==', 3], ne: ['!=', 3],
  add: ['+', 4], sub: ['-', 4], mul: ['*', 5], div: ['/', 5],
}; // prettier-ignore
const tightest = 9;

/**
 * A formula as people write it: values by name without their indices, no needless brackets, squares as
 * powers. For derivatives and fused values, whose op has no name of its own.
 */
export function elementText(formula: Formula, inputs: readonly string[]): string {
  return write(formula, inputs, 0);
}

function write(formula: Formula, inputs: readonly string[], around: number): string {
  switch (formula.kind) {
    case 'number':
      return Number.isInteger(formula.value) ? String(formula.value) : numberText(formula.value);
    case 'load':
      return inputs[formula.input] ?? `x${formula.input}`;
    case 'size':
      return dimText(formula.dim);
    case 'coordinate':
      return `#(${affineText(formula.index)})`;
    case 'random':
      return `${formula.dist}()`;
    case 'fold':
      return `${formula.fn}[${formula.vars.map((v) => dimText(v.extent)).join(', ')}](${write(formula.body, inputs, 0)})`;
    case 'call':
      return call(formula.fn, formula.args, inputs, around);
  }
}

function call(fn: ScalarFn, args: readonly Formula[], inputs: readonly string[], around: number): string {
  const [a, b, c] = args;
  if (fn === 'neg') return bracket(`-${write(a!, inputs, tightest)}`, 6, around);
  if (fn === 'select') {
    const text = `if ${write(a!, inputs, 0)} then ${write(b!, inputs, 0)} else ${write(c!, inputs, 0)}`;
    return bracket(text, 0.5, around);
  }
  if (fn === 'mul' && JSON.stringify(a) === JSON.stringify(b)) return `${write(a!, inputs, tightest)}^2`;
  const sign = infix[fn];
  if (sign === undefined) return `${fn}(${args.map((part) => write(part, inputs, 0)).join(', ')})`;
  const [text, strength] = sign;
  // `a - (b + c)` and `a / (b * c)` need their brackets, `(a - b) + c` does not.
  const left = write(a!, inputs, strength);
  const right = write(b!, inputs, fn === 'sub' || fn === 'div' ? strength + 0.5 : strength);
  return bracket(`${left} ${text} ${right}`, strength, around);
}

function bracket(text: string, strength: number, around: number): string {
  return strength < around ? `(${text})` : text;
}
