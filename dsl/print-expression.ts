import { quote } from './literals.ts';
import type { BinaryOperator, Expression, Parameter, ShapeItem, Slice, TypeExpression } from './model.ts';

/** How tightly a form binds; the same ladder as the grammar's rules. */
const level = {
  if: 0, pipe: 1, or: 2, and: 3, not: 4, comparison: 5, sum: 6, product: 7, minus: 8, power: 9, postfix: 10,
} as const; // prettier-ignore

const levels: Readonly<Record<BinaryOperator, number>> = {
  or: level.or,
  and: level.and,
  '==': level.comparison,
  '!=': level.comparison,
  '<=': level.comparison,
  '>=': level.comparison,
  '<': level.comparison,
  '>': level.comparison,
  '+': level.sum,
  '-': level.sum,
  '*': level.product,
  '/': level.product,
  '@': level.product,
  '^': level.power,
};

/** An expression on one line, with no more parentheses than it needs. */
export function printExpression(e: Expression): string {
  return expression(e, level.if, false);
}

/** A type on one line: `int<K>[B, 4*H]`. */
export function printType(type: TypeExpression): string {
  if (type.kind === 'tuple-type') return `(${type.items.map(printType).join(', ')})`;
  const base = type.base?.name ?? '';
  const argument = type.argument === null ? '' : `<${expression(type.argument, level.sum, true)}>`;
  const shape = type.shape === null ? '' : `[${type.shape.map(shapeItem).join(', ')}]`;
  return `${base}${argument}${shape}`;
}

/** `(x: [B], rate = 0.1)` */
export function printParameters(params: readonly Parameter[]): string {
  const one = (p: Parameter) =>
    `${p.name.name}${p.type === null ? '' : `: ${printType(p.type)}`}${p.value === null ? '' : ` = ${printExpression(p.value)}`}`;
  return `(${params.map(one).join(', ')})`;
}

function shapeItem(item: ShapeItem): string {
  return item.kind === 'rest' ? '...' : expression(item, level.sum, true);
}

/** `tight` leaves out the blanks around products, as in shapes. */
function expression(e: Expression, needed: number, tight: boolean): string {
  const [text, own] = form(e, tight);
  return own < needed ? `(${text})` : text;
}

function form(e: Expression, tight: boolean): readonly [text: string, level: number] {
  switch (e.kind) {
    case 'number':
      return [e.text, level.postfix];
    case 'string':
      return [quote(e.value), level.postfix];
    case 'boolean':
      return [String(e.value), level.postfix];
    case 'name':
      return [e.name, level.postfix];
    case 'missing':
      return ['…', level.postfix];
    case 'unary':
      return e.op === '-'
        ? [`-${expression(e.value, level.minus, tight)}`, level.minus]
        : [`not ${expression(e.value, level.not, tight)}`, level.not];
    case 'binary': {
      const own = levels[e.op];
      // `^` reads its right side first, and takes a minus there: 2^-x.
      const [left, right] = e.op === '^' ? [level.postfix, level.minus] : [own, own + 1];
      const blank = e.op === '^' || (tight && own === level.product) ? '' : ' ';
      return [
        `${expression(e.left, left, tight)}${blank}${e.op}${blank}${expression(e.right, right, tight)}`,
        own,
      ];
    }
    case 'if':
      return [
        `if ${printExpression(e.condition)} then ${printExpression(e.then)} else ${printExpression(e.else)}`,
        level.if,
      ];
    case 'pipe':
      return [
        `${expression(e.value, level.pipe, false)} |> ${expression(e.into, level.or, false)}`,
        level.pipe,
      ];
    case 'call': {
      const args = e.args.map(
        (a) => `${a.name === null ? '' : `${a.name.name} = `}${printExpression(a.value)}`,
      );
      return [`${expression(e.callee, level.postfix, tight)}(${args.join(', ')})`, level.postfix];
    }
    case 'index':
      return [
        `${expression(e.target, level.postfix, tight)}[${e.slices.map(slice).join(', ')}]`,
        level.postfix,
      ];
    case 'field':
      return [`${expression(e.target, level.postfix, tight)}.${e.name.name}`, level.postfix];
    case 'tuple':
      return [`(${e.items.map(printExpression).join(', ')})`, level.postfix];
    case 'list':
      return [`[${e.items.map((item) => expression(item, level.if, true)).join(', ')}]`, level.postfix];
    case 'arrow':
      return [`${form(e.from, true)[0]} -> ${form(e.to, true)[0]}`, level.postfix];
  }
}

function slice(s: Slice): string {
  if (s.kind === 'at') return printExpression(s.value);
  const end = (e: Expression | null) => (e === null ? '' : expression(e, level.if, true));
  return `${end(s.from)}:${end(s.to)}`;
}
