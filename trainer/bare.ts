import type { Program } from '../compiler/ir/program.ts';
import type { Plan } from '../compiler/plan.ts';
import { isPerEpoch } from '../runtime/rules.ts';
import type { Place, Session } from '../runtime/session.ts';
import { hostText } from './host-text.ts';
import { literal } from './literal.ts';
import { inlineValues } from './session-text.ts';
import { isSettled, type TrainerTarget } from './shape.ts';

/**
 * The smallest trainers: all data is in the program and every step sees all of it, so a step is an epoch
 * and there is nothing to read, cut, shuffle or evaluate. Their host is written out here in a kilobyte or
 * two; events, checkpoints and numbers are those of the runtime, byte for byte (a test holds it to that).
 */
export interface Bare {
  /** Its `init` runs once, on an arena of zeros: what sets zeros is left out. */
  readonly plan: Plan;
  readonly session: Session;
  readonly program: Program;
}

/** null: this plan needs the runtime. */
export function bareTrainer(program: Program, plan: Plan, session: Session): Bare | null {
  const [data, ...others] = plan.datasets;
  if (!data || others.length > 0 || !isSettled(data)) return null;
  if (plan.reports.length > 0 || plan.blocks.some(({ norms }) => norms.length > 0)) return null;
  if (plan.fit || plan.ranges || plan.watch.length > 0 || plan.save.length > 0 || plan.load.length > 0)
    return null;
  if (plan.stop.some(isPerEpoch)) return null;
  if (plan.stop.some(({ when }) => hostText(when).includes('hostFns'))) return null;
  const [block, ...blocks] = plan.blocks;
  if (plan.plateaus.length > 0 || blocks.length > 0 || block!.times > 1 || block!.update) return null;
  const known = new Set(plan.quantities);
  if (
    plan.log.some(
      ({ every, quantities }) => every.unit === 'epochs' || !quantities.every((q) => known.has(q)),
    )
  )
    return null;
  const { predict } = plan;
  if (predict && (predict.classes || predict.arrays.length !== 1)) return null;
  const outputs = Object.values(session.entries).flatMap((entry) => Object.values(entry.outputs));
  if ([...outputs, ...Object.values(session.data)].some(({ int }) => int)) return null;
  const [init, ...entries] = ['init', ...Object.keys(session.entries).filter((name) => name !== 'init')];
  if (
    program.entries[init!]?.hosts.length !== 0 ||
    entries.some((name) => program.entries[name]!.dims.length !== 1)
  )
    return null;
  return session.stride === 1 && isDense(Object.values(session.tensors))
    ? { program: withoutZeros(program), plan, session }
    : null;
}

function withoutZeros(program: Program): Program {
  const init = program.entries['init']!;
  const steps = init.steps.filter((step) => {
    if (step.kind === 'loop') return true;
    const [first, ...more] = step.kernel.body;
    return !(
      more.length === 0 &&
      first?.kind === 'store' &&
      first.value.kind === 'number' &&
      first.value.value === 0
    );
  });
  return { ...program, entries: { ...program.entries, init: { ...init, steps } } };
}

/** One after the other from the arena's first slot: a checkpoint is one copy. */
function isDense(tensors: readonly Place[]): boolean {
  let end = 0;
  return tensors.every(({ at, size }) => at === end && ((end += size), true));
}

/** What of that body is the program's data: values of the data sets, and where the tensors are. */
export function bareDataText({ plan, session }: Bare): string {
  return [...fillLines(plan, session), literal(tensorPlaces(session))].join('\n');
}

function fillLines(plan: Plan, session: Session): readonly string[] {
  const [data] = plan.datasets;
  const fills = joined(
    data!.arrays.map((array) => ({ at: session.data[array.name]!.at, values: inlineValues(array) })),
  );
  return fills.map(({ at, values }) => `F.set(${literal(values)}, ${at});`);
}

function tensorPlaces({ tensors }: Session) {
  return Object.entries(tensors).map(([name, { at, size, shape }]) => [name, 4 * at, 4 * (at + size), shape]);
}

/** The body of `createTrainer`, after its kernels; `F` and `I` are the views the kernels use. */
export function bareText({ program, plan, session }: Bare, target: TrainerTarget): string {
  const { info, tensors } = session;
  const [data] = plan.datasets;
  const rows = data!.batch === 'all' ? session.capacities[data!.batchDim]! : data!.batch;
  const size = 4 * Object.values(tensors).reduce((sum, { size }) => sum + size, 0);
  const outputs = session.entries['step']!.outputs;
  const last = plan.quantities.map((name) => `F[${outputs[name]!.at}]`);
  const zeros = plan.quantities.map(() => 0).join(', ');
  const limits = [
    `options.steps${plan.steps === null ? ' ?? Infinity' : ` ?? ${plan.steps}`}`,
    `options.epochs${plan.epochs === null ? ' ?? Infinity' : ` ?? ${plan.epochs}`}`,
  ];
  const rules = [
    ...plan.stop.map((rule) => stopText(rule, plan)),
    ...plan.log.map(
      ({ every, quantities }) =>
        `if (!reason && step % ${every.count} === 0) yield event('log'${pickedText(plan, quantities)});`,
    ),
  ];
  return `let step = 0, epoch = 0, rows = 0, sums = [${zeros}], set = {}, seed = +(options.seed ?? ${plan.seed});
let last = [${plan.quantities.map(() => 'NaN').join(', ')}];
const steps = Math.min(${limits.join(', ')});
const bytes = new Uint8Array(arena);
// Name, first byte and last, shape: at the beginning of the arena, one after the other.
const tensors = ${literal(tensorPlaces(session))};
function fill() {
  ${fillLines(plan, session).join('\n  ')}
}
function fail(code, more = '') {
  throw Object.assign(Error(code + more), { diagnostics: [{ code, text: code + more }] });
}
function named(values) {
  return { ${plan.quantities.map((name, i) => `${JSON.stringify(name)}: values[${i}]`).join(', ')} };
}
function event(kind, more) {
  return { kind, step, epoch: epoch + 1, quantities: named(last), ...more };
}
function read(given, resumes) {
  const file = new Uint8Array(given);
  let start, header, run;
  try {
    start = 8 + new DataView(file.buffer).getUint32(0, true);
    header = JSON.parse(new TextDecoder().decode(file.subarray(8, start)));
    if (resumes) run = JSON.parse(header.__metadata__.run);
  } catch {
    fail('bad-checkpoint');
  }
  if (resumes && run.hash !== meta.hash) fail('changed-program');
  const parts = ${wantedText(tensors)}.map(([name, from, to, shape]) => {
    const tensor = header[name], at = tensor?.data_offsets;
    const part = file.slice(start + at?.[0], start + at?.[1]);
    if (tensor?.shape + '' != shape || part.length !== to - from) fail('checkpoint-mismatch', \`: \${name} is not [\${shape}]\`);
    return [part, from];
  });
  for (const part of parts) bytes.set(...part);
  if (resumes) ({ step, epoch, rows, sums, set, seed } = run);
}
fill();
${callText(program, session, 'init', null, '0')}
return {
  load: read,
  resume: (file) => read(file, true),
  save() {
    const run = { step, epoch, cursors: [{ epoch, at: rows }], sums, rows, memory: {}, ...meta, seed, learned: {}, set };
    const header = { __metadata__: { format: 'bpnet', run: JSON.stringify(run) } };
    for (const [name, from, to, shape] of tensors) header[name] = { dtype: 'F32', shape, data_offsets: [from, to] };
    const json = new TextEncoder().encode(JSON.stringify(header) + '       ');
    const length = json.length & -8;
    const file = new Uint8Array(8 + length + ${size});
    new DataView(file.buffer).setUint32(0, length, true);
    file.set(json.subarray(0, length), 8);
    file.set(bytes.subarray(0, ${size}), 8 + length);
    return file;
  },
  async *train({ signal, stepEvents, epochEvents = 1 } = {}) {
    let reason, rule = null, pause = 0, began = now();
    yield { kind: 'start', ...meta, target: '${target}', params: ${info.params}, peakBytes: ${info.peakBytes}, seed, step, steps, rows: { ${JSON.stringify(data!.use)}: { train: ${rows}, valid: 0, test: 0 } } };
    while (!reason) {
      if (signal?.aborted) reason = 'cancelled';
      else if (rows) {
        const means = named(sums.map((sum) => sum / rows));
        sums = [${zeros}];
        rows = 0;
        epoch = step;
        if (epoch % epochEvents === 0) {
          yield event('epoch', { epoch, quantities: means, splits: {}, seconds: (now() - began) / 1000 });
          began = now();
        }
      } else if (step >= steps) reason = 'finished';
      else {
        step++;
        ${callText(program, session, 'step', String(rows), '0')}
        rows = ${rows};
        last = [${last.join(', ')}];
        sums = last.map((value) => value * rows);
        if (!isFinite(last[0])) reason = 'diverged';
        if (reason || step % stepEvents === 0) yield event('step');
        ${rules.join('\n        ')}${plan.stop.length > 0 ? "\n        if (rule) reason ??= 'stopped';" : ''}
      }
      if (now() > pause) {
        await new Promise((go) => setTimeout(go));
        pause = now() + 30;
      }
    }
    yield event('end', { reason, rule, epoch, splits: {} });
  },
${plan.predict ? predictMethod(program, plan, session) : ''}};`;
}

interface Fill {
  readonly at: number;
  readonly values: readonly number[];
}
/** Arrays that lie side by side are one. */
function joined(fills: readonly Fill[]): readonly Fill[] {
  return fills.reduce<readonly Fill[]>((done, next) => {
    const last = done.at(-1);
    if (last?.at === undefined || last.at + last.values.length !== next.at) return [...done, next];
    return [...done.slice(0, -1), { at: last.at, values: [...last.values, ...next.values] }];
  }, []);
}

function wantedText(tensors: Session['tensors']): string {
  const all = Object.keys(tensors).every((name) => !name.startsWith('state/'));
  return all ? 'tensors' : "tensors.filter(([name]) => resumes || !name.startsWith('state/'))";
}

/** Whether only `init` draws random numbers. */
export function drawsOnce(program: Program): boolean {
  return Object.keys(program.entries).every((name) => name === 'init' || !drawsIn(program, name));
}
function drawsIn(program: Program, entry: string): boolean {
  return JSON.stringify(program.entries[entry]!.steps).includes('"kind":"random"');
}

/** Only what the entry reads is handed over: numbers of this step for host scalars, a key for random draws. */
function callText(
  program: Program,
  { rng }: Session,
  name: string,
  rows: string | null,
  turn: string,
): string {
  const { hosts } = program.entries[name]!;
  const draws = drawsIn(program, name);
  const key = ['seed', 'seed / 4294967296', 'step', turn].map((each, i) => `I[${rng + i}] = ${each};`);
  const counters = hosts.length > 0 ? ['step', 'steps', 'epoch + 1'] : [];
  const args = [...(rows === null ? [] : [rows]), ...counters];
  const wanted = name === 'init' ? key.slice(0, 2) : key; // on an arena of zeros
  return `${draws ? `${wanted.join(' ')}\n` : ''}entries[${JSON.stringify(name)}](${args.join(', ')});`;
}

/** Nothing where a log shows everything. */
function pickedText(plan: Plan, quantities: readonly string[]): string {
  if (quantities.join() === plan.quantities.join()) return '';
  const members = quantities.map((name) => `${JSON.stringify(name)}: last[${plan.quantities.indexOf(name)}]`);
  return `, { quantities: { ${members.join(', ')} } }`;
}

function stopText({ text, when }: Plan['stop'][number], plan: Plan): string {
  const counters: Readonly<Record<string, string>> = {
    step: 'step',
    steps: 'steps',
    epoch: '(epoch + 1)',
  };
  const test = hostText(when).replaceAll(/read\(("(?:[^"\\]|\\.)*")\)/g, (_, quoted: string) => {
    const name = JSON.parse(quoted) as string;
    return counters[name] ?? `last[${plan.quantities.indexOf(name)}]`;
  });
  return `if (${test}) rule ??= ${JSON.stringify(text)};`;
}

function predictMethod(program: Program, plan: Plan, session: Session): string {
  const { entry, output, arrays } = plan.predict!;
  const { at, size } = session.data[arrays[0]!]!;
  const out = session.entries[entry]!.outputs[output]!;
  const capacity = session.capacities[plan.datasets[0]!.batchDim]!;
  const key = plan.datasets[0]!.arrays.find(({ name }) => name === arrays[0])!.field;
  const times = (count: string, by: number) => (by === 1 ? count : `${count} * ${by}`);
  return `  async predict(inputs) {
    inputs = inputs[${JSON.stringify(key)}] ?? inputs;
    const count = inputs.length / ${size};
    if (count % 1 || inputs.some(isNaN)) fail('row-count-mismatch', ': not ${size} numbers a row');
    const values = new Float32Array(${times('count', out.size)});
    for (let from = 0; from < count; from += ${capacity}) {
      const some = Math.min(${capacity}, count - from);
      F.set(inputs.slice(${times('from', size)}, ${times('(from + some)', size)}), ${at});
      ${callText(program, session, entry, 'some', `1 + from / ${capacity}`)}
      values.set(F.subarray(${out.at}, ${out.at} + ${times('some', out.size)}), ${times('from', out.size)});
    }
    fill();
    return { rows: count, shape: ${literal(out.shape)}, values };
  },
`;
}
