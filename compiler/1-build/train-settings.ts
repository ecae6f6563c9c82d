import type { Span } from '../../dsl/diagnostic.ts';
import type { DataDeclaration, Expression, TrainDeclaration, TrainStatement } from '../../dsl/model.ts';
import { duplicateName, unknownName } from '../../dsl/messages/names.ts';
import { notYet, typeMismatch } from '../../dsl/messages/types.ts';
import { printExpression } from '../../dsl/print.ts';
import type { Precision } from '../ir/program.ts';
import type { SourceRequest, SplitPlan } from '../plan.ts';
import { refuseOverride, type Overrides } from './files.ts';
import { fail, type Frame } from './frame.ts';
import { didYouMean } from '../../dsl/suggest.ts';
import { sourcesOf } from './sources.ts';
import { constantOf, kindText } from './value.ts';

/** What a train block says apart from mathematics: read first, since `batch B = 64` may follow its use. */
export interface Settings {
  readonly seed: number;
  readonly epochs: number | null;
  readonly steps: number | null;
  readonly precision: Precision | null;
  readonly data: readonly DataSetting[];
  /** Batches whose gradients one update averages. */
  readonly accumulate: number;
}
export interface DataSetting {
  readonly use: string;
  readonly decl: DataDeclaration;
  readonly train: SourceRequest;
  readonly test: SourceRequest | null;
  readonly splits: SplitPlan;
  readonly batchDim: string;
  readonly batch: number | 'all';
  /** `B = 64` */
  readonly batchSpan: Span;
}

type Of<K> = Extract<TrainStatement, { kind: K }>;

export function settingsOf(
  train: TrainDeclaration,
  blocks: readonly DataDeclaration[],
  frame: Frame,
  overrides: Overrides,
): Settings {
  const { statements } = train.body;
  const override = (name: string) => {
    const value = overrides.values[name];
    if (value === undefined) return undefined;
    overrides.used.add(name);
    return value;
  };
  const whole = (name: string, e: Expression | null): number | null => {
    const set = override(name);
    if (set === undefined) return e && wholeNumber(e, frame, name);
    if (isWhole(set)) return set;
    refuseOverride(frame, name, set, 'it takes a whole number from 0 on');
    return null;
  };
  const valueOf = (kind: 'epochs' | 'steps' | 'seed' | 'precision'): Expression | null => {
    const found = statements.find((s) => s.kind === kind);
    return found && 'value' in found ? found.value : null;
  };
  reportTwice(statements, frame);
  const epochs = whole('epochs', valueOf('epochs'));
  const steps = whole('steps', valueOf('steps'));
  const precision = valueOf('precision');
  const batch = statements.filter((s): s is Of<'batch'> => s.kind === 'batch');
  const accumulates = batch.find((s) => s.accumulate)?.accumulate ?? null;
  const accumulate = whole('accumulate', accumulates) ?? 1;
  if (override('accumulate') === 0)
    refuseOverride(frame, 'accumulate', 0, 'it takes a number of batches from 1 on'); // prettier-ignore
  else if (accumulate === 0 && accumulates)
    fail(frame, typeMismatch, accumulates.span, ['a number of batches from 1 on for `accumulate`', '0']);
  if (accumulates && accumulate > 1e6)
    fail(frame, typeMismatch, accumulates.span, ['at most 1000000 batches an update for `accumulate`', String(accumulate)]); // prettier-ignore
  const binds = batch.flatMap((s) => s.binds);
  const common = binds[0];
  const data: DataSetting[] = [];
  for (const s of statements) {
    if (s.kind !== 'data-use') continue;
    const setting = dataSetting(s, blocks, frame, s.batch ?? common ?? null, override);
    if (setting) data.push(setting);
  }
  if (accumulates && accumulate > 1 && data.length > 0 && data.every((d) => d.batch === 'all'))
    fail(frame, typeMismatch, accumulates.span, ['batches that are parts of the data, as in `batch B = 64 accumulate 4`', '`all` of it, every time']); // prettier-ignore
  const perEpoch = statements.find((s) => s.kind === 'epochs');
  if (perEpoch && steps === null && !statements.some((s) => s.kind === 'data-use'))
    fail(frame, typeMismatch, perEpoch.span, ['`steps`: without data an epoch has no length', 'epochs']);
  return {
    seed: whole('seed', valueOf('seed')) ?? 0,
    // A run on the command line may ask for either; what was set there wins over what is written.
    epochs: override('steps') !== undefined && override('epochs') === undefined ? null : epochs,
    steps: override('epochs') !== undefined && override('steps') === undefined ? null : steps,
    precision: precision && precisionOf(precision, frame),
    data,
    accumulate: Math.max(1, accumulate),
  };
}
function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

/** Settings stand once: of two seeds one would be ignored. */
function reportTwice(statements: readonly TrainStatement[], frame: Frame): void {
  const seen = new Set<string>();
  const once = (name: string, span: Span): void => {
    if (seen.has(name)) fail(frame, duplicateName, span, [name]);
    seen.add(name);
  };
  for (const s of statements) {
    if (s.kind === 'data-use') s.binding.names.forEach(({ name, span }) => once(`data ${name}`, span));
    else if (s.kind === 'batch') {
      s.binds.forEach(({ name, span }) => once(`batch ${name.name}`, span));
      if (s.accumulate) once('accumulate', s.accumulate.span);
    } else if (['seed', 'epochs', 'steps', 'precision'].includes(s.kind)) once(s.kind, s.span);
  }
}

function precisionOf(e: Expression, frame: Frame): Precision | null {
  const written = printExpression(e);
  if (written === 'f32' || written === 'f64') return written;
  if (written === 'f16' || written === 'bf16') fail(frame, notYet, e.span, [`the precision ${written}`]);
  else fail(frame, typeMismatch, e.span, ['f32 or f64', written]);
  return null;
}
function wholeNumber(e: Expression, frame: Frame, what: string): number | null {
  const val = frame.build.evaluate(e, frame);
  const value = constantOf(val);
  if (value !== null && Number.isInteger(value) && value >= 0) return value;
  if (val.kind !== 'poison')
    fail(frame, typeMismatch, e.span, [
      `a whole number for \`${what}\``,
      value === null ? kindText(val) : String(value),
    ]);
  return null;
}

/** `data d = mnist(valid = 0.1)` and the batch it is cut into. */
function dataSetting(
  s: Of<'data-use'>,
  blocks: readonly DataDeclaration[],
  frame: Frame,
  bind: Of<'batch'>['binds'][number] | null,
  override: (name: string) => number | string | boolean | undefined,
): DataSetting | null {
  const { value, names } = s.binding;
  const called = value.kind === 'call' ? value.callee : value;
  const use = names[0]?.name ?? 'd';
  const decl = called.kind === 'name' ? blocks.find((b) => b.name.name === called.name) : undefined;
  if (!decl) {
    const written = called.kind === 'name' ? called.name : 'this';
    const known = blocks.map((b) => b.name.name);
    fail(frame, unknownName, called.span, [written], didYouMean(written, known));
    return null;
  }
  const { train, test, rows } = sourcesOf(decl, frame);
  if (!train) return null;
  if (!bind) {
    fail(frame, typeMismatch, s.span, ['a batch, such as `batch B = 64` or `batch B = all`', 'none'], {
      help: 'write `batch B = 32` in the train block',
    });
    return null;
  }
  let valid = 0;
  let part = 0;
  let stratify: string | null = null;
  for (const arg of value.kind === 'call' ? value.args : []) {
    const name = arg.name?.name ?? '';
    if (name === 'stratify' && arg.value.kind === 'name') stratify = arg.value.name;
    else if (name === 'valid' || name === 'test') {
      const fraction = constantOf(frame.build.evaluate(arg.value, frame));
      if (fraction === null || fraction < 0 || fraction >= 1) {
        fail(frame, typeMismatch, arg.value.span, [
          'a fraction from 0 up to, not including, 1',
          printExpression(arg.value),
        ]);
      } else if (name === 'valid') valid = fraction;
      else part = fraction;
    } else if (name === '')
      fail(frame, typeMismatch, arg.value.span, [
        'a split by name, such as `valid = 0.1`',
        printExpression(arg.value),
      ]);
    else
      fail(
        frame,
        unknownName,
        arg.name?.span ?? arg.value.span,
        [name],
        didYouMean(name, ['valid', 'test', 'stratify']),
      );
  }
  if ('window' in train.options && (rows !== null || stratify !== null)) {
    const written = rows === null ? 'stratify' : `rows("${rows}")`;
    fail(frame, typeMismatch, s.span, ['a split in order, such as `test = 0.2`, of windows', written]);
  }
  return {
    use,
    decl,
    train,
    test,
    splits: { valid, test: part, stratify, rows },
    batchDim: bind.name.name,
    batch: batchSize(bind, frame, override),
    batchSpan: bind.span,
  };
}
function batchSize(
  bind: Of<'batch'>['binds'][number],
  frame: Frame,
  override: (name: string) => number | string | boolean | undefined,
): number | 'all' {
  const dim = override(bind.name.name);
  const set = dim ?? override('batch');
  if (set === 'all') return 'all';
  if (set !== undefined) {
    if (isWhole(set) && set > 0) return set;
    refuseOverride(frame, dim === undefined ? 'batch' : bind.name.name, set, 'a batch is a whole number from 1 on, or all'); // prettier-ignore
    return 1;
  }
  const e = bind.value;
  if (e?.kind === 'name' && e.name === 'all') return 'all';
  if (!e) {
    fail(frame, typeMismatch, bind.span, ['a size, such as `batch B = 64` or `batch B = all`', 'none']);
    return 1;
  }
  const size = wholeNumber(e, frame, `batch ${bind.name.name}`);
  if (size === 0) fail(frame, typeMismatch, bind.span, ['a batch of at least 1', '0']);
  return size || 1;
}
