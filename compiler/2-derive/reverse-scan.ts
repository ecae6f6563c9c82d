import type { Emit, GraphBuilder, Value } from '../ir/builder.ts';
import type { Node, NodeId, Scan } from '../ir/graph.ts';
import { type Axis, axis } from '../ir/tensor-type.ts';
import { leavesOf, outputsOf } from '../ir/scan.ts';
import { nodeTable, topological } from '../ir/walk.ts';
import type { Calculus } from '../ops/calculus.ts';
import { flows, leadingTo, type Pullback, type TypeOf } from './edges.ts';
import { computedAgain, kept, savedNodes } from './residuals.ts';

/**
 * The derivative of a scan is a scan the other way. Its carries are the cotangents of the carries, and one sum
 * per captured value that is read as it is; slices that turns took of a captured value become slices of its
 * cotangent, stacked. Values of the forward turns are read from stacks that the forward scan is made to leave,
 * or computed again: see residuals.ts. Gives ∂loss/∂input for the wanted inputs, null where nothing flows.
 */
export function scanGradients(
  builder: GraphBuilder,
  c: Calculus,
  node: Node,
  /** Cotangents of what the scan gives, by output. */
  outputs: ReadonlyMap<number, Value>,
  wanted: readonly boolean[],
  pullback: Pullback,
): readonly (Value | null)[] {
  const scan = node.scan!;
  const { body, captures, carries, extent, reverse } = scan;
  const table = nodeTable(body);
  const get = (id: NodeId): Node => table.get(id)!;
  const typeOf: TypeOf = (id) => get(id).type;
  const order = topological(get, body.outputs.map((output) => output.node)); // prettier-ignore
  const leaves = { captures: leavesOf(body, 'capture'), carries: leavesOf(body, 'carry') };
  const next = outputsOf(body, 'carry');
  const emitted = outputsOf(body, 'emit');

  const active = activeCarries(scan, order, typeOf, wanted, leaves, next);
  const wantedCaptures = leaves.captures.flatMap((leaf, k) =>
    leaf !== null && wanted[k] ? [{ leaf, k }] : [],
  );
  // A slice that a turn takes of a captured value is a place of its own to arrive at.
  const slices = order.filter(
    ({ op, attrs, inputs }) =>
      op === 'at_turn' &&
      attrs['turn'] === scan.turn && // not of a loop around this one
      wantedCaptures.some(({ leaf }) => leaf === inputs[0]),
  );
  const sliceIds = new Set(slices.map(({ id }) => id));
  const xs = new Set([
    ...active.flatMap(({ leaf }) => leaf ?? []),
    ...wantedCaptures.map(({ leaf }) => leaf),
  ]);
  const leading = leadingTo(order, xs, typeOf);
  const direct = wantedCaptures.filter(({ leaf }) =>
    order.some(
      (user) =>
        !sliceIds.has(user.id) &&
        leading.has(user.id) &&
        user.inputs.some((id, input) => id === leaf && flows(user, input, typeOf)),
    ),
  );
  const isEmittedLeaf = (leaf: NodeId): boolean => [...next, ...emitted].includes(leaf);
  const summed = wantedCaptures.filter((capture) => direct.includes(capture) || isEmittedLeaf(capture.leaf));

  const saved = savedNodes(body);
  const stackAxis = axis(extent);
  const stacks = new Map<NodeId, Value>();
  let scanHere: Value | null = null;
  /** A value of the forward turn, in the body of the reverse scan. */
  const forward = (id: NodeId): Value | null => {
    const of = table.get(id);
    if (!of) return null;
    if (of.leaf?.kind === 'capture') return { id: node.inputs[Number(of.leaf.name)]!, type: of.type };
    if (!saved.has(id)) {
      const inputs = of.inputs.map((input) => ({ id: input, type: typeOf(input) }));
      return builder.within({ origin: { forward: id, rule: computedAgain } }, () => builder.copy(of, inputs));
    }
    const from = (forward: NodeId) => ({ origin: { forward, rule: kept } });
    const emit = () => builder.emitAlso(scanHere!.id, id, { axis: 0, stack: stackAxis });
    const stack = stacks.get(id) ?? builder.within(from(node.id), emit);
    stacks.set(id, stack);
    return builder.within(from(id), () => c.atTurn(stack, { axis: 0, turn: scan.turn }));
  };

  const zerosLike = (of: NodeId): Value => c.fill(0, typeOf(of).axes);
  const initial = [
    ...active.map(({ i }) => outputs.get(i) ?? zerosLike(next[i]!)),
    ...summed.map(({ leaf }) => zerosLike(leaf)),
  ];
  scanHere = builder.here({ id: node.id, type: node.type });
  const emits: { readonly k: number; readonly emit: Emit }[] = [];
  const made = builder.scan({ extent, reverse: !reverse, initial, foreign: forward }, (turn, leafValues) => {
    if (turn !== scan.turn) throw new Error('a loop and its derivative are equally deep');
    const seeds = [
      ...active.map(({ i }, at) => [next[i]!, leafValues[at]!] as const),
      ...emitted.flatMap((id, e) => {
        const g = outputs.get(carries + e);
        return g ? [[id, c.atTurn(g, { axis: scan.emits[e]!.axis, turn })] as const] : [];
      }),
    ];
    const found = pullback(builder, c, { order, typeOf, get, stops: sliceIds }, seeds, new Set([...xs, ...sliceIds])); // prettier-ignore
    for (const slice of slices) {
      const g = found.get(slice.id);
      if (!g) continue;
      const k = wantedCaptures.find(({ leaf }) => leaf === slice.inputs[0])!.k;
      const at = slice.attrs['axis'] as number;
      const stack: Axis = typeOf(slice.inputs[0]!).axes[at]!;
      emits.push({ k, emit: { value: g, axis: at, stack } });
    }
    return {
      next: [
        ...active.map(({ leaf, i }) => (leaf === null ? null : found.get(leaf)) ?? zerosLike(next[i]!)),
        ...summed.map(({ leaf }, at) => {
          const sum = leafValues[active.length + at]!;
          const g = found.get(leaf);
          return g ? c.add(sum, g) : sum;
        }),
      ],
      emits: emits.map(({ emit }) => emit),
    };
  });

  const results: (Value | null)[] = node.inputs.map(() => null);
  const add = (input: number, part: Value): void => {
    const before = results[input];
    results[input] = before ? c.add(before, part) : part;
  };
  active.forEach(({ i }, at) => {
    if (wanted[captures + i]) add(captures + i, made.carries[at]!);
  });
  summed.forEach(({ k }, at) => add(k, made.carries[active.length + at]!));
  emits.forEach(({ k }, at) => add(k, made.stacks[at]!));
  return results;
}

/** Carries through which a gradient reaches a wanted input, in some number of turns. */
function activeCarries(
  { captures }: Scan,
  order: readonly Node[],
  typeOf: TypeOf,
  wanted: readonly boolean[],
  leaves: Readonly<Record<'captures' | 'carries', readonly (NodeId | null)[]>>,
  next: readonly NodeId[],
): readonly { readonly leaf: NodeId | null; readonly i: number }[] {
  const xs = new Set(leaves.captures.filter((leaf, k): leaf is NodeId => leaf !== null && wanted[k]!));
  // What no turn reads has no leaf.
  const carries = next.map((id, i) => ({ id, i, leaf: leaves.carries[i] ?? null }));
  for (const { leaf, i } of carries) if (leaf !== null && wanted[captures + i]) xs.add(leaf);
  for (;;) {
    const leading = leadingTo(order, xs, typeOf);
    const active = carries.filter(({ id, leaf }) => leading.has(id) || (leaf !== null && xs.has(leaf)));
    const more = active.flatMap(({ leaf }) => (leaf === null || xs.has(leaf) ? [] : [leaf]));
    if (more.length === 0) return active;
    for (const leaf of more) xs.add(leaf);
  }
}
