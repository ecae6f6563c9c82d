import { affineText } from './affine.ts';
import { dimText } from './dim.ts';
import type { Formula, LoadIndex, ScalarFn } from './formula.ts';
import { isValueIndex } from './formula-walk.ts';

const infix: Partial<Record<ScalarFn, string>> = {
  add: '+', sub: '-', mul: '*', div: '/', lt: '<', le: '<=', gt: '>', ge: '>=', eq: '==', ne: '!=', and: 'and', or: 'or',
}; // prettier-ignore

/** `sum[k0 < 3](a[i0, k0] * b[k0, i1])`; `inputs` names what is loaded, default `x0 x1 …`. */
export function formulaText(formula: Formula, inputs: (input: number) => string = (i) => `x${i}`): string {
  const text = (part: Formula): string => formulaText(part, inputs);
  switch (formula.kind) {
    case 'number':
      return String(formula.value);
    case 'load': {
      const index = formula.index.map((i) => indexText(i, text)).join(', ');
      return `${inputs(formula.input)}${formula.guarded ? '?' : ''}[${index}]`;
    }
    case 'coordinate':
      return `#(${affineText(formula.index)})`;
    case 'size':
      return `size(${dimText(formula.dim)})`;
    case 'call': {
      const sign = infix[formula.fn];
      if (sign) return `(${formula.args.map(text).join(` ${sign} `)})`;
      return `${formula.fn}(${formula.args.map(text).join(', ')})`;
    }
    case 'fold': {
      const vars = formula.vars.map((v) => `${v.name} < ${dimText(v.extent)}`).join(', ');
      const order = formula.fn === 'sum' && formula.order === 'lanes' ? ' in lanes' : '';
      return `${formula.fn}[${vars}${order}](${text(formula.body)})`;
    }
    case 'random':
      return `${formula.dist}#${formula.stream}(${affineText(formula.index)})`;
  }
}
function indexText(index: LoadIndex, text: (part: Formula) => string): string {
  return isValueIndex(index) ? text(index.value) : affineText(index);
}
