import { type Affine, outVar, sameAffine, variable, variablesOf } from './affine.ts';
import type { Formula, LoadIndex } from './formula.ts';

export type Load = Extract<Formula, { kind: 'load' }>;

/** Rebuilds a formula with `rewrite` applied to its direct parts. */
export function mapParts(formula: Formula, rewrite: (part: Formula) => Formula): Formula {
  switch (formula.kind) {
    case 'call':
      return { ...formula, args: formula.args.map(rewrite) };
    case 'fold':
      return { ...formula, body: rewrite(formula.body) };
    case 'load':
      if (!formula.index.some(isValueIndex)) return formula;
      return {
        ...formula,
        index: formula.index.map((i) => (isValueIndex(i) ? { kind: 'value', value: rewrite(i.value) } : i)),
      };
    default:
      return formula;
  }
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
  return !isValueIndex(index) && sameAffine(index, variable(outVar(i)));
}
