import { type Affine, affineText, renameVars } from '../ir/affine.ts';
import { dimText } from '../ir/dim.ts';
import type { Formula, LoadIndex } from '../ir/formula.ts';
import { isValueIndex } from '../ir/formula-walk.ts';
import type { Graph, Node, NodeId } from '../ir/graph.ts';
import { sizes } from '../ir/tensor-type.ts';
import { rewriteGraph } from './absolute.ts';

/**
 * Equal computations become one node. Random numbers are a function of their stream, so only draws of the
 * same stream at the same places are equal.
 */
export function shareCommon(graph: Graph): Graph {
  const known = new Map<string, NodeId>();
  const replaced = new Map<NodeId, NodeId>();
  for (const node of graph.nodes) {
    const key = keyOf(node, (id) => replaced.get(id) ?? id);
    const before = known.get(key);
    if (before === undefined) known.set(key, node.id);
    else replaced.set(node.id, before);
  }
  return rewriteGraph(graph, new Map(), replaced);
}

function keyOf(node: Node, of: (id: NodeId) => NodeId): string {
  const type = `${node.type.dtype}[${sizes(node.type).map(dimText).join()}]`;
  if (node.leaf) return `${type} leaf ${JSON.stringify(node.leaf)}`;
  if (node.op === 'scan_output') return `${type} of %${of(node.inputs[0]!)} ${String(node.attrs['output'])}`;
  if (!node.formula) return `itself ${node.id}`;
  return `${type} ${formulaKey(node.formula, (input) => of(node.inputs[input]!))}`;
}

/** Text that is equal for formulas of equal meaning up to the names of fold variables. */
function formulaKey(formula: Formula, input: (i: number) => NodeId): string {
  const key = (part: Formula, names: ReadonlyMap<string, string>): string => {
    const affine = (index: Affine): string => affineText(renameVars(index, names));
    const loadIndex = (index: LoadIndex): string =>
      isValueIndex(index) ? key(index.value, names) : affine(index);
    switch (part.kind) {
      case 'number':
        return Object.is(part.value, -0) ? '-0' : String(part.value);
      case 'size':
        return `size ${dimText(part.dim)}`;
      case 'coordinate':
        return `#${affine(part.index)}`;
      case 'random':
        return `${part.dist} ${part.stream} ${affine(part.index)}`;
      case 'load':
        return `%${input(part.input)}${part.guarded ? '?' : ''}[${part.index.map(loadIndex).join()}]`;
      case 'call':
        return `${part.fn}(${part.args.map((arg) => key(arg, names)).join()})`;
      case 'fold': {
        const inner = new Map(names);
        // `\`: no name that a formula could have.
        part.vars.forEach(({ name }, i) => inner.set(name, `\\${names.size + i}`));
        const extents = part.vars.map(({ extent }) => dimText(extent));
        return `${part.fn} ${part.order} ${extents.join()} ${key(part.body, inner)}`;
      }
    }
  };
  return key(formula, new Map());
}
