import type { Launched } from '../compiler/backends/backend.ts';
import { coefficient, isOpen } from '../compiler/ir/dim.ts';
import type { Buffer, BufferRole } from '../compiler/ir/program.ts';
import type { TensorType } from '../compiler/ir/tensor-type.ts';
import type { Plan } from '../compiler/plan.ts';
import { checkpointRun, restoreCheckpoint } from './checkpoint.ts';
import type { Provided } from './data/host.ts';
import type { ReadFile } from './data/source.ts';
import { loadDataset, noDataset } from './dataset.ts';
import { fail } from './fail.ts';
import { programHash } from './hash.ts';
import { loadParameters } from './load.ts';
import { planRules, stepsLookedAt } from './plan-rules.ts';
import { freshProgress, type Dataset, type Place, type Session } from './session.ts';
import { splitsOf } from './sweep.ts';
import { batchesPerStep, initialise } from './train.ts';

export interface OpenOptions {
  readonly plan: Plan;
  readonly launched: Launched;
  /** `js`, `reference` … for the record. */
  readonly target: string;
  readonly read: ReadFile;
  /** Without it, `save` rules do nothing. */
  readonly write?: Session['write'];
  /** Arrays instead of files, by data set binding. */
  readonly provided?: Provided | undefined;
  /** Instead of the plan's; a checkpoint's own seed comes before either. */
  readonly seed?: number | undefined;
  /** A checkpoint to continue. */
  readonly checkpoint?: Uint8Array | undefined;
  /** Continue it although the program changed, as far as tensors fit. */
  readonly anyProgram?: boolean | undefined;
  /** `--set` values, recorded in checkpoints. */
  readonly set?: Session['set'] | undefined;
  /** false: open for prediction alone; no data is read. */
  readonly data?: boolean | undefined;
}

/** A program ready to train, evaluate or predict: data loaded, tensors from the checkpoint if there is one. */
export async function openSession(options: OpenOptions): Promise<Session> {
  const { plan, launched, read, checkpoint, provided } = options;
  const { program } = launched;
  const saved = checkpoint && checkpointRun(checkpoint);
  const seed = saved?.seed ?? options.seed ?? plan.seed;
  const learned = { ...saved?.learned };
  const places = placesOf(program.buffers);
  const { capacities } = program;
  const datasets: Dataset[] = [];
  for (const data of options.data === false ? [] : plan.datasets) {
    datasets.push(
      await loadDataset(data, { read, seed, places: places.data, capacities, learned, provided }),
    );
  }
  if (!plan.datasets.length) datasets.push(noDataset((plan.steps ?? 0) * batchesPerStep(plan.blocks)));
  const s: Session = {
    plan,
    info: {
      name: plan.name,
      hash: await programHash(program, plan),
      target: options.target,
      params: plan.params.reduce((sum, { name }) => sum + places.tensors[name]!.size, 0),
      peakBytes: program.arenaBytes,
    },
    float: launched.float,
    int: launched.int,
    stride: launched.intStride,
    run: launched.run,
    remote: launched.remote ?? null,
    looks: stepsLookedAt(plan),
    entries: entriesOf(launched),
    tensors: places.tensors,
    data: places.data,
    totals: places.totals,
    rng: program.buffers.find(({ role }) => role === 'rng')?.offset ?? -1,
    capacities,
    datasets,
    rules: planRules(plan),
    begin: async (s) => {
      await initialise(s);
      for (const load of plan.load) await loadParameters(s, load, read);
    },
    learned,
    set: saved?.set ?? options.set ?? {},
    seed,
    write: options.write ?? null,
    read,
    sizes: {},
    steps: plan.steps ?? 0,
    ready: false,
    progress: freshProgress(plan.datasets.length || 1, plan.quantities.length, plan.plateaus.length),
    last: Array(plan.quantities.length).fill(NaN),
    diverged: 0,
    norms: {},
    means: {},
    splits: {},
    best: null,
    stopped: null,
    pause: performance.now() + 30,
  };
  if (options.data !== false) refuseEmptySplits(s, plan);
  // Without data nothing is continued: the parameters are all that matters, and they are held to their shapes.
  if (checkpoint) restoreCheckpoint(s, checkpoint, options.anyProgram ?? options.data === false);
  return s;
}

/** A rule that asks for a split without rows would never fire: no stop, nothing saved as best. */
function refuseEmptySplits(s: Session, { watch, datasets }: Plan): void {
  const empty = watch.find((split) => splitsOf(s, [split]).length === 0);
  if (empty === undefined) return;
  const [first] = datasets;
  const how = first ? `: write \`data ${first.use} = ${first.block}(${empty} = 0.1)\`` : '';
  fail('empty-file', `No rows are kept for ${empty}, which a rule of this program asks for${how}.`, {
    span: first?.train.span,
  });
}

/** A buffer's place; per sample where its first axis is open. */
export function placeOf({ offset, type }: Pick<Buffer, 'offset' | 'type'>): Place {
  const shape = sampleShape(type);
  return { at: offset, size: shape.reduce((a, b) => a * b, 1), shape, int: type.dtype !== 'float' };
}
/** Without the batch; `[3·B, 4]` has three rows a sample. */
function sampleShape({ axes }: TensorType): number[] {
  const batch = axes[0] && isOpen(axes[0].size) && axes[0].size.coef === 1;
  return axes.slice(batch ? 1 : 0).map(({ size }) => coefficient(size));
}

/** By role. Checkpoint names: parameters as they are, the rest under a prefix. */
export function placesOf(buffers: readonly Buffer[]): Pick<Session, 'tensors' | 'data' | 'totals'> {
  const named = (role: BufferRole, prefix: string) =>
    buffers.filter((b) => b.role === role).map((b) => [prefix + b.name, placeOf(b)] as const);
  return {
    tensors: Object.fromEntries([
      ...named('param', ''),
      ...named('running', ''),
      ...named('state', 'state/'),
      ...named('fitted', 'fitted/'),
    ]),
    data: Object.fromEntries(named('data', '')),
    totals: Object.fromEntries(named('total', '')),
  };
}

function entriesOf({ program }: Launched): Session['entries'] {
  const buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
  return Object.fromEntries(
    Object.entries(program.entries).map(([name, { dims, outputs }]) => [
      name,
      {
        dims,
        sizes: dims.map(() => 0),
        outputs: Object.fromEntries(
          Object.entries(outputs).map(([output, id]) => [output, placeOf(buffers.get(id)!)]),
        ),
      },
    ]),
  );
}
