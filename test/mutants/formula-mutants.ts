import { mapParts } from '../../compiler/ir/formula-walk.ts';
import { call, neg, number } from '../../compiler/ir/formula-build.ts';
import type { Formula, ScalarFn } from '../../compiler/ir/formula.ts';

export interface FormulaMutant {
  readonly what: string;
  readonly formula: Formula;
}

/** A formula with one thing wrong, in every way we know. */
export function mutantsOf(formula: Formula): readonly FormulaMutant[] {
  return [
    { what: 'sign flipped', formula: neg(formula) },
    { what: 'doubled', formula: call('mul', number(2), formula) },
    { what: 'zero', formula: number(0) },
    ...places(formula).flatMap((place) =>
      wrong(at(formula, place)).map(({ what, formula: instead }) => ({
        what,
        formula: replace(formula, place, instead),
      })),
    ),
  ];
}

const confusions: Partial<Record<ScalarFn, readonly ScalarFn[]>> = {
  add: ['sub'], sub: ['add'], mul: ['add', 'div'], div: ['mul'],
  sin: ['cos'], cos: ['sin'], exp: ['expm1'], log: ['log1p'], sigmoid: ['tanh'],
  gt: ['ge'], ge: ['gt'], lt: ['le'], le: ['lt'], or: ['and'], and: ['or'],
  floor: ['ceil'], sign: ['abs'],
}; // prettier-ignore

function wrong(part: Formula): readonly FormulaMutant[] {
  if (part.kind === 'number')
    return [
      { what: `${part.value} → ${part.value + 1}`, formula: number(part.value + 1) },
      ...(part.value === 0 ? [] : [{ what: `${part.value} negated`, formula: number(-part.value) }]),
    ];
  if (part.kind !== 'call') return [];
  const { fn, args } = part;
  const found = (confusions[fn] ?? []).map((other) => ({
    what: `${fn} → ${other}`,
    formula: call(other, ...args),
  }));
  if (fn === 'neg') found.push({ what: 'neg dropped', formula: args[0]! });
  if (fn === 'sub' || fn === 'div' || fn === 'pow')
    found.push({ what: `${fn} the other way round`, formula: call(fn, args[1]!, args[0]!) });
  if (fn === 'select') {
    found.push({ what: 'branches swapped', formula: call(fn, args[0]!, args[2]!, args[1]!) });
    found.push({ what: 'always the first branch', formula: args[1]! });
    found.push({ what: 'always the second branch', formula: args[2]! });
  }
  if (['add', 'sub', 'mul', 'div'].includes(fn))
    args.forEach((arg, i) => found.push({ what: `operand ${1 - i} of ${fn} dropped`, formula: arg }));
  return found;
}

type Place = readonly number[];
function parts(formula: Formula): readonly Formula[] {
  const found: Formula[] = [];
  mapParts(formula, (part) => {
    found.push(part);
    return part;
  });
  return found;
}
function places(formula: Formula): readonly Place[] {
  return [[], ...parts(formula).flatMap((part, i) => places(part).map((rest) => [i, ...rest]))];
}
function at(formula: Formula, place: Place): Formula {
  return place.reduce((part, i) => parts(part)[i]!, formula);
}
function replace(formula: Formula, [first, ...rest]: Place, instead: Formula): Formula {
  if (first === undefined) return instead;
  let i = 0;
  return mapParts(formula, (part) => (i++ === first ? replace(part, rest, instead) : part));
}
