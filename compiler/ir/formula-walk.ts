import { type Affine, isVariable, outVar, variablesOf } from './affine.ts';
import type { Formula, LoadIndex } from './formula.ts';

export type Load = Extract<Formula, { kind: 'load' }>;

/** Rebuilds a formula with `rewrite` applied to its direct parts; the same object when these stay the same. */
export function mapParts(formula: Formula, rewrite: (part: Formula) => Formula): Formula {
  switch (formula.kind) {
    case 'call': {
      const args = mapShared(formula.args, rewrite);
      return args === formula.args ? formula : { kind: 'call', fn: formula.fn, args };
    }
    case 'fold': {
      const body = rewrite(formula.body);
      return body === formula.body ? formula : { ...formula, body };
    }
    case 'load': {
      if (!formula.index.some(isValueIndex)) return formula;
      const index = mapShared(formula.index, (i): LoadIndex => {
        if (!isValueIndex(i)) return i;
        const value = rewrite(i.value);
        return value === i.value ? i : { kind: 'value', value };
      });
      return index === formula.index ? formula : { ...formula, index };
    }
    default:
      return formula;
  }
}
/** `map`, but the list itself when every element stays. */
function mapShared<T>(list: readonly T[], rewrite: (element: T) => T): readonly T[] {
  let changed: T[] | null = null;
  for (let i = 0; i < list.length; i++) {
    const element = rewrite(list[i]!);
    if (changed === null && element !== list[i]) changed = list.slice(0, i);
    changed?.push(element);
  }
  return changed ?? list;
}

export function isValueIndex(index: LoadIndex): index is Extract<LoadIndex, { kind: 'value' }> {
  return 'kind' in index;
}

/** Rebuilds a formula with every affine index rewritten; names of fold variables stay. */
export function mapIndices(formula: Formula, rewrite: (index: Affine) => Affine): Formula {
  const mapped = mapParts(formula, (part) => mapIndices(part, rewrite));
  if (mapped.kind === 'coordinate' || mapped.kind === 'random')
    return { ...mapped, index: rewrite(mapped.index) };
  if (mapped.kind !== 'load') return mapped;
  return { ...mapped, index: mapped.index.map((index) => (isValueIndex(index) ? index : rewrite(index))) };
}

/** Rebuilds a formula with every load replaced (indices of gathers first). */
export function mapLoads(formula: Formula, rewrite: (load: Load) => Formula): Formula {
  const mapped = mapParts(formula, (part) => mapLoads(part, rewrite));
  return mapped.kind === 'load' ? rewrite(mapped) : mapped;
}

export function visit(formula: Formula, see: (part: Formula) => void): void {
  see(formula);
  if (formula.kind === 'call') for (const arg of formula.args) visit(arg, see);
  else if (formula.kind === 'fold') visit(formula.body, see);
  else if (formula.kind === 'load')
    for (const index of formula.index) if (isValueIndex(index)) visit(index.value, see);
}

/** Variables of all indices: of axes, folds and turns. */
export function variablesIn(formula: Formula): ReadonlySet<string> {
  const names = new Set<string>();
  visit(formula, (part) => {
    if (part.kind === 'coordinate' || part.kind === 'random') variablesOf(part.index, names);
    if (part.kind === 'load')
      for (const index of part.index) if (!isValueIndex(index)) variablesOf(index, names);
  });
  return names;
}

/** Every load, in order of appearance. */
export function loadsOf(formula: Formula): readonly Load[] {
  const loads: Load[] = [];
  visit(formula, (part) => {
    if (part.kind === 'load') loads.push(part);
  });
  return loads;
}

/** Whether its value depends on the random key. */
export function drawsNumbers(formula: Formula): boolean {
  let draws = false;
  visit(formula, (part) => {
    draws ||= part.kind === 'random';
  });
  return draws;
}

/** True when every load is at the output's own position and nothing is folded. */
export function isElementwise(formula: Formula): boolean {
  let plain = true;
  visit(formula, (part) => {
    if (part.kind === 'fold' || part.kind === 'random') plain = false;
    if (part.kind === 'load' && (part.guarded || !part.index.every(isOwnPosition))) plain = false;
  });
  return plain;
}
/** The output's own position on axis `i`. */
export function isOwnPosition(index: LoadIndex, i: number): boolean {
  return !isValueIndex(index) && isVariable(index, outVar(i));
}
