import { type Affine, floorDiv, outVar, type Ranges, sameAffine, substitute, variable, variablesOf } from '../ir/affine.ts'; // prettier-ignore
import { coefficient, type Dim, isOpen } from '../ir/dim.ts';
import { isValueIndex, type Load, loadsOf, visit } from '../ir/formula-walk.ts';
import type { Formula } from '../ir/formula.ts';
import type { Node } from '../ir/graph.ts';
import type { TensorType } from '../ir/tensor-type.ts';

/** Which row of the batch `dim` an element belongs to, by its position; null: the value has no such axis. */
function rowOf({ axes }: TensorType, dim: string, position: (axis: number) => Affine | null): Affine | null {
  const at = axes.findIndex(({ size }) => times(size, dim) > 0);
  if (at < 0) return null;
  const index = position(at);
  // An open axis is merged with axes inside it: [B, 4] is [4·B].
  return index && floorDiv(index, coefficient(axes[at]!.size), ranges(axes));
}
function times(size: Dim, dim: string): number {
  return isOpen(size) ? size.of.filter((name) => name === dim).length : 0;
}
function ranges(axes: TensorType['axes']): Ranges {
  const known = new Map(axes.map(({ size }, i) => [outVar(i), size]));
  return (name) => {
    const size = known.get(name);
    return typeof size === 'number' ? [0, size - 1] : null;
  };
}

/**
 * Whether a value depends on which rows lie in one batch: elements of a row are made of other rows (`p[i, z] * q[j, z]`,
 * a sort or a running sum along the batch), or of the row's number. Such a value over the pieces of a split is not
 * that over the split. A fold over all rows is none of these: pieces of it are combined.
 */
export function couplesRows(node: Node, typeOf: (id: number) => TensorType, dim: string): boolean {
  const { formula, type, inputs } = node;
  if (type.axes.reduce((sum, { size }) => sum + times(size, dim), 0) > 1) return true;
  if (!formula || node.op === 'collect') return false;
  const own = rowOf(type, dim, (axis) => variable(outVar(axis)));
  const rows = loadsOf(formula).flatMap((load) => {
    const row = loadedRow(load, typeOf(inputs[load.input]!), { dim, of: type });
    return row === 'none' ? [] : [row];
  });
  const [first = null] = rows;
  if (rows.some((row) => row === null || !sameAffine(row, own ?? first!))) return true;
  const along = new Set([...(own ? variablesOf(own) : []), ...foldedVars(formula, dim)]);
  return countsRows(formula, along);
}

/** null: no fixed row, as where rows are picked by a value. */
function loadedRow(
  { index }: Load,
  type: TensorType,
  { dim, of }: { readonly dim: string; readonly of: TensorType },
): Affine | null | 'none' {
  if (type.axes.every(({ size }) => times(size, dim) === 0)) return 'none';
  const row = rowOf(type, dim, (axis) => {
    const at = index[axis]!;
    return isValueIndex(at) ? null : at;
  });
  return row && substitute(row, () => null, ranges(of.axes));
}

/** Variables of folds over the batch. */
function foldedVars(formula: Formula, dim: string): readonly string[] {
  const found: string[] = [];
  visit(formula, (part) => {
    if (part.kind === 'fold')
      found.push(...part.vars.filter(({ extent }) => times(extent, dim) > 0).map(({ name }) => name));
  });
  return found;
}
/** The number of the row itself is read, as by a comparison of two positions. */
function countsRows(formula: Formula, along: ReadonlySet<string>): boolean {
  let counts = false;
  visit(formula, (part) => {
    counts ||= part.kind === 'coordinate' && [...variablesOf(part.index)].some((name) => along.has(name));
  });
  return counts;
}
