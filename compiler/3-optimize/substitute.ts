import { type Affine, outVar, type Ranges, simplifyAffine, substitute, variable } from '../ir/affine.ts';
import { type Dim, isOpen } from '../ir/dim.ts';
import { call } from '../ir/formula-build.ts';
import { formulaDType } from '../ir/formula-dtype.ts';
import type { Formula, LoadIndex } from '../ir/formula.ts';
import { isValueIndex, variablesIn, visit } from '../ir/formula-walk.ts';
import type { Node, NodeId } from '../ir/graph.ts';
import type { DType, TensorType } from '../ir/tensor-type.ts';

/** Axis and fold variables with their extents, where a load stands. */
export type Extents = ReadonlyMap<string, Dim>;

export function axisExtents(type: TensorType): Extents {
  return new Map(type.axes.map((axis, i) => [outVar(i), axis.size]));
}
function rangesOf(extents: Extents): Ranges {
  return (name) => {
    const extent = extents.get(name);
    return extent === undefined || isOpen(extent) ? null : [0, extent - 1];
  };
}

/**
 * The formula of `producer` (over node ids) at an index: what a load of it means. Its fold variables get
 * names that `taken` does not have, and are added to it. Null when an index is the value of a formula and
 * the producer's own formula needs it as an expression.
 */
export function elementAt(
  producer: Node,
  formula: Formula,
  index: readonly LoadIndex[],
  extents: Extents,
  taken: Set<string>,
  dtypeOf: (id: NodeId) => DType,
): Formula | null {
  const gathered = index.some(isValueIndex);
  if (gathered && usesAxes(formula, index)) return null;
  const vars = new Map<string, Affine>();
  index.forEach((part, i) => {
    if (!isValueIndex(part)) vars.set(outVar(i), part);
  });
  const element = instantiate(formula, vars, extents, taken);
  // A literal takes the type of its surroundings, which are others now.
  return producer.type.dtype === 'int' && formulaDType(element, dtypeOf) === null
    ? call('toInt', element)
    : element;
}

function usesAxes(formula: Formula, index: readonly LoadIndex[]): boolean {
  const used = variablesIn(formula);
  return index.some((part, i) => isValueIndex(part) && used.has(outVar(i)));
}

export function instantiate(
  formula: Formula,
  vars: ReadonlyMap<string, Affine>,
  extents: Extents,
  taken: Set<string>,
): Formula {
  const ranges = rangesOf(extents);
  const at = (index: Affine): Affine =>
    simplifyAffine(
      substitute(index, (name) => vars.get(name) ?? null, ranges),
      ranges,
    );
  const part = (inner: Formula): Formula => instantiate(inner, vars, extents, taken);
  switch (formula.kind) {
    case 'coordinate':
    case 'random':
      return { ...formula, index: at(formula.index) };
    case 'load':
      return {
        ...formula,
        index: formula.index.map((i) => (isValueIndex(i) ? { kind: 'value', value: part(i.value) } : at(i))),
      };
    case 'call':
      return { ...formula, args: formula.args.map(part) };
    case 'fold': {
      const inner = new Map(vars);
      const innerExtents = new Map(extents);
      const renamed = formula.vars.map(({ name, extent }) => {
        const fresh = freshName(name, taken);
        inner.set(name, variable(fresh));
        innerExtents.set(fresh, extent);
        return { name: fresh, extent };
      });
      return { ...formula, vars: renamed, body: instantiate(formula.body, inner, innerExtents, taken) };
    }
    default:
      return formula;
  }
}

export function freshName(name: string, taken: Set<string>): string {
  let fresh = name;
  for (let i = 1; taken.has(fresh); i++) fresh = `${name.replace(/_\d+$/, '')}_${i}`;
  taken.add(fresh);
  return fresh;
}

/** Fold variables of a formula, and the axis variables of a rank. */
export function takenNames(formula: Formula, rank: number): Set<string> {
  const taken = new Set(Array.from({ length: rank }, (_, i) => outVar(i)));
  visit(formula, (part) => {
    if (part.kind === 'fold') for (const { name } of part.vars) taken.add(name);
  });
  return taken;
}
