import type { Span } from '../../dsl/diagnostic.ts';
import { shapeMismatch } from '../../dsl/messages/types.ts';
import { typeText } from '../ir/tensor-type.ts';
import type { Value } from '../ops/op.ts';
import { accumulate } from './accumulation.ts';
import type { LayerOutput } from './activations.ts';
import { fail, isTraining, type Frame, type RunningEntry } from './frame.ts';
import { asFloat, toTensor } from './tensors.ts';
import type { Settings } from './train-settings.ts';
import type { Updates, Written } from './updates.ts';
import type { Val } from './value.ts';

/** What one step does at a stretch: all of the train body, or a `step name k times { … }` in it, or the rest. */
export interface BodyBlock extends Updates {
  readonly frame: Frame;
  readonly span: Span;
  /** Names bound by `metric`, then those that rules ask for. */
  readonly metrics: string[];
  /** Norms of gradients that rules ask for, and what they are taken of. */
  readonly norms: Map<string, { readonly layer: string | null; readonly params: readonly string[] }>;
  /** Applications of layers in it. */
  layers: readonly LayerOutput[];
  /** What becomes of states assigned in it. */
  running: readonly Written[];
}

export function openBlock(
  frame: Frame,
  span: Span,
  settings: Settings,
  step: { readonly name: string; readonly times: number } | null = null,
): BodyBlock {
  const { name = null, times = 1 } = step ?? {};
  const [data] = settings.data;
  const accumulates = settings.accumulate > 1 && frame.build.phase === 'step';
  return {
    frame,
    span,
    block: name,
    times,
    params: [],
    written: [],
    metrics: [],
    gradients: new Map(),
    norms: new Map(),
    layers: [],
    running: [],
    accumulation: accumulates
      ? accumulate(frame.build, name === null ? 'step' : `step_${name}`, data?.batchDim ?? null)
      : null,
  };
}

/** Elaborates what is inside; states assigned there are stored by this block and read as stored by the others. */
export function within(block: BodyBlock, elaborate: () => void): void {
  const { running } = block.frame.build;
  const before = new Map([...running.values()].map((entry) => [entry, entry.current]));
  for (const entry of running.values()) entry.current = entry.leaf;
  elaborate();
  block.running = isTraining(block.frame.build) ? assignedStates(running.values()) : [];
  for (const entry of running.values()) entry.current = before.get(entry) ?? entry.leaf;
}

/** What is stored when a step ends: every state that was assigned to. */
export function assignedStates(running: Iterable<RunningEntry>): readonly Written[] {
  return [...running].flatMap(({ name, leaf, current }) =>
    current.id === leaf.id ? [] : [{ kind: 'running' as const, name, value: current }],
  );
}

/** `loss`, or `critic.loss` of the block critic. */
export function quantityName({ block }: Pick<BodyBlock, 'block'>, name: string): string {
  return block === null ? name : `${block}.${name}`;
}

/** The block's own loss, else the one bound before it. */
export function lossOf({ block, frame: { scope } }: BodyBlock): Val | undefined {
  return scope.names.get('loss') ?? (block === null ? undefined : scope.parent?.names.get('loss'));
}

/** `loss`, the metrics, and what rules ask for: names bound to one number each. */
export function quantitiesOf(block: BodyBlock): Map<string, Value> {
  const out = new Map<string, Value>();
  const { frame, span } = block;
  for (const name of new Set(['loss', ...block.metrics])) {
    const val = name === 'loss' ? lossOf(block) : frame.scope.names.get(name);
    const tensor = val && val.kind !== 'poison' ? toTensor(val, frame, span) : null;
    if (!tensor) continue;
    const { type, id } = tensor.value;
    if (type.axes.length > 0) {
      const at = frame.build.builder.get(id).span ?? span;
      fail(frame, shapeMismatch, at, [`\`${name}\` must be one number, but it is ${typeText(type)}`], {
        help: `take its mean: \`mean(${name})\``,
      });
    } else out.set(quantityName(block, name), asFloat(tensor, frame).value);
  }
  return out;
}

/** Names bound in the block itself to a single number. */
export function scalarNames({ scope }: Frame): string[] {
  const isScalar = (val: Val) => val.kind === 'tensor' && val.value.type.axes.length === 0;
  return [...scope.names].flatMap(([name, val]) => (isScalar(val) ? [name] : []));
}
