import { variable, variablesOf } from '../../ir/affine.ts';
import type { Expr, Kernel, Stmt } from '../../ir/kernel.ts';
import type { Buffer } from '../../ir/program.ts';
import type { Cells } from './cells.ts';

type Store = Extract<Stmt, { kind: 'store' }>;

/**
 * A store that adds to the cell an int names (see 4-lower/scatter.ts), the other way round: every cell goes through all
 * points, in their order, and adds those that name it.
 */
export function gathered(kernel: Kernel, store: Store, { type }: Buffer): Cells {
  const { base, gathers } = store.address;
  const [part, ...more] = gathers;
  const added = addedTo(store);
  const inPlace = variablesOf(base);
  const own = kernel.loops.filter(({ name }) => inPlace.has(name));
  const lead = kernel.loops.filter(({ name }) => !inPlace.has(name));
  if (!part || more.length > 0 || !added) throw new Error('a store by index adds to what is there');
  // Rows of the table; what is behind its end is added there as well.
  const row = '_row';
  const at = variable(row);
  const address = { offset: base.offset, terms: [{ coef: part.stride, atom: at.terms[0]!.atom }, ...base.terms] };
  const here: Expr = { kind: 'call', fn: 'eq', dtype: 'bool', args: [part.value, { kind: 'coordinate', index: at }] };
  const term: Expr = { kind: 'call', fn: 'select', dtype: added.dtype, args: [here, added.value, zero] };
  const sum: Stmt = {
    kind: 'fold', name: '_sum', dtype: added.dtype, fn: 'sum', order: 'in-order', loops: lead,
    body: kernel.body.filter((stmt) => stmt.kind !== 'store'), value: term,
  };
  const before: Expr = { ...added.before, address: { base: address, gathers: [] } };
  return {
    name: kernel.name,
    nodes: kernel.nodes,
    buffer: store.buffer,
    loops: [{ name: row, extent: type.axes[0]!.size }, ...own],
    address,
    body: [sum],
    value: { kind: 'call', fn: 'add', dtype: added.dtype, args: [before, { kind: 'ref', name: '_sum' }] },
  };
} // prettier-ignore

const zero: Expr = { kind: 'number', value: 0 };

/** What `cell = cell + value` adds. */
function addedTo({ buffer, value }: Store) {
  if (value.kind !== 'call' || value.fn !== 'add' || value.dtype === 'bool') return null;
  const [before, added] = value.args;
  if (before?.kind !== 'load' || before.buffer !== buffer || !added) return null;
  return { before, value: added, dtype: value.dtype };
}
