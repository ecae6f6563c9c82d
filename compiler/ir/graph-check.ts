import { outVar, type Ranges, rangeOf, variablesOf } from './affine.ts';
import { type Dim, isOpen } from './dim.ts';
import { formulaDType } from './formula-dtype.ts';
import type { Formula } from './formula.ts';
import { isValueIndex } from './formula-walk.ts';
import { scalarFns } from './formula.ts';
import type { Graph, Node, NodeId, Scan } from './graph.ts';
import { printNode } from './graph-print.ts';
import { outputsOf, scanTypes } from './scan.ts';
import { sameShape, type TensorType } from './tensor-type.ts';

/** What is wrong with a graph, one line each; empty when it is well-formed. */
export function checkGraph(graph: Graph, turns: ReadonlyMap<string, Dim> = new Map()): readonly string[] {
  const problems: string[] = [];
  const before = new Map<NodeId, Node>();
  for (const node of graph.nodes) {
    const complain = (what: string): void => {
      problems.push(`${printNode(node)}: ${what}`);
    };
    if (before.has(node.id)) complain('the id is taken');
    const missing = [...node.inputs, ...(node.after ?? [])].filter((input) => !before.has(input));
    for (const input of missing) complain(`%${input} does not come before it`);
    if (missing.length === 0) checkNode(node, node.inputs.map((input) => before.get(input)!), turns, complain); // prettier-ignore
    before.set(node.id, node);
  }
  const leaves = graph.nodes.filter((node) => node.leaf !== null);
  for (const { kind, name, node } of graph.outputs) {
    const value = before.get(node);
    if (!value) problems.push(`${kind} ${name}: no node %${node}`);
    if (!value || kind === 'value' || kind === 'emit') continue;
    const leaf = leaves.find((l) => l.leaf!.kind === kind && 'name' in l.leaf! && l.leaf!.name === name);
    if (leaf && (leaf.type.dtype !== value.type.dtype || !sameShape(leaf.type, value.type)))
      problems.push(`${kind} ${name}: %${node} is not of the type of its leaf`);
  }
  return problems;
}

function checkScan(
  scan: Scan,
  inputs: readonly TensorType[],
  turns: ReadonlyMap<string, Dim>,
  complain: Complain,
): void {
  const { body, captures, carries, turn, extent, emits } = scan;
  if (inputs.length !== captures + carries) complain(`${inputs.length} inputs for its captures and carries`);
  if (turns.has(turn)) complain(`${turn} is the turn of a loop around it`);
  for (const { id, leaf, type } of body.nodes) {
    if (leaf === null) continue;
    const loops = leaf.kind === 'capture' || leaf.kind === 'carry';
    const at = loops ? Number(leaf.name) + (leaf.kind === 'carry' ? captures : 0) : -1;
    const given = inputs[at];
    if (!given || given.dtype !== type.dtype || !sameShape(given, type))
      complain(`leaf %${id} of its body is not what is put in`);
  }
  const types = scanTypes(scan);
  for (const [i, type] of inputs.slice(captures).entries())
    if (!types[i] || types[i].dtype !== type.dtype || !sameShape(types[i], type))
      complain(`carry ${i} changes its type`);
  if (outputsOf(body, 'emit').length !== emits.length) complain('a slice for every stacked value');
  for (const problem of checkGraph(body, new Map([...turns, [turn, extent]])))
    complain(`in its body: ${problem}`);
}

/** Throws on a malformed graph: our own mistake. */
export function assertGraph(graph: Graph, when: string): void {
  const problems = checkGraph(graph);
  if (problems.length > 0) throw new Error(`malformed graph ${when}:\n${problems.join('\n')}`);
}

type Complain = (what: string) => void;

function checkNode(
  node: Node,
  from: readonly Node[],
  turns: ReadonlyMap<string, Dim>,
  complain: Complain,
): void {
  const { formula, leaf, op, type, scan } = node;
  const inputs = from.map((input) => input.type);
  if (scan) return checkScan(scan, inputs, turns, complain);
  if (op === 'scan_output') {
    const given = from[0]?.scan ? scanTypes(from[0].scan)[node.attrs['output'] as number] : undefined;
    if (!given || given.dtype !== type.dtype || !sameShape(given, type))
      complain('its scan gives no such value');
    return;
  }
  if (leaf || op === 'grad') {
    if (formula) complain('leaves and questions have no formula');
    if (leaf && inputs.length > 0) complain('a leaf has no inputs');
    if (op === 'grad' && (inputs.length !== 2 || inputs[0]!.axes.length > 0))
      complain('grad takes a scalar and a value');
    if (op === 'grad' && inputs[1] && !sameShape(inputs[1], type)) complain('grad has the type of x');
    return;
  }
  if (!formula) return complain('no formula');
  const dtype = formulaDType(formula, (input) => inputs[input]?.dtype ?? null);
  if (dtype !== null && dtype !== type.dtype) complain(`the formula gives ${dtype}`);
  const vars = new Map([...turns, ...type.axes.map((a, i) => [outVar(i), a.size] as const)]);
  checkFormula(formula, inputs, vars, complain);
}

function checkFormula(
  formula: Formula,
  inputs: readonly TensorType[],
  vars: ReadonlyMap<string, TensorType['axes'][number]['size']>,
  complain: Complain,
): void {
  const ranges: Ranges = (name) => {
    const size = vars.get(name);
    return size === undefined || isOpen(size) ? null : [0, size - 1];
  };
  switch (formula.kind) {
    case 'load': {
      const input = inputs[formula.input];
      if (!input) return complain(`reads input ${formula.input} of ${inputs.length}`);
      if (formula.index.length !== input.axes.length)
        return complain(`${formula.index.length} indices into ${input.axes.length} axes`);
      formula.index.forEach((index, i) => {
        if (isValueIndex(index)) return checkFormula(index.value, inputs, vars, complain);
        for (const name of variablesOf(index)) if (!vars.has(name)) complain(`${name} is not bound`);
        const size = input.axes[i]!.size;
        const range = rangeOf(index, ranges);
        if (formula.guarded || !range || isOpen(size)) return;
        const empty = [...vars.values()].includes(0);
        if (!empty && (range[0] < 0 || range[1] >= size))
          complain(`index ${range[0]} … ${range[1]} of an axis of ${size}`);
      });
      return;
    }
    case 'coordinate':
    case 'random':
      for (const name of variablesOf(formula.index)) if (!vars.has(name)) complain(`${name} is not bound`);
      return;
    case 'call':
      if (formula.args.length !== scalarFns[formula.fn]) complain(`${formula.args.length} × ${formula.fn}`);
      for (const arg of formula.args) checkFormula(arg, inputs, vars, complain);
      return;
    case 'fold': {
      const inner = new Map(vars);
      for (const { name, extent } of formula.vars) {
        if (inner.has(name)) complain(`${name} is bound twice`);
        inner.set(name, extent);
      }
      checkFormula(formula.body, inputs, inner, complain);
      return;
    }
    default:
  }
}
