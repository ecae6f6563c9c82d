import type { Program } from '../compiler/ir/program.ts';
import type { Plan } from '../compiler/plan.ts';
import type { Place, Session } from '../runtime/session.ts';
import { hostText } from './host-text.ts';
import { literal } from './literal.ts';
import { inlineValues } from './session-text.ts';
import { isSettled } from './shape.ts';

/**
 * The smallest trainers: all data is in the program and every step sees all of it, so a step is an epoch
 * and there is nothing to read, cut, shuffle or evaluate. Their host is written out here in a kilobyte or
 * two; events, checkpoints and numbers are those of the runtime, byte for byte (a test holds it to that).
 */
export interface Bare {
  readonly plan: Plan;
  readonly session: Session;
  readonly program: Program;
}

/** null: this plan needs the runtime. */
export function bareTrainer(program: Program, plan: Plan, session: Session): Bare | null {
  const [data, ...others] = plan.datasets;
  if (!data || others.length > 0 || !isSettled(data)) return null;
  if (plan.fit || plan.watch.length > 0 || plan.save.length > 0 || plan.load.length > 0) return null;
  if (plan.stop.some(({ when, splits }) => splits.length > 0 || JSON.stringify(when).includes('"plateau"')))
    return null;
  if (plan.stop.some(({ when }) => hostText(when).includes('hostFns'))) return null;
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
  return session.stride === 1 && isDense(Object.values(session.tensors)) ? { program, plan, session } : null;
}

/** One after the other from the arena's first slot: a checkpoint is one copy. */
function isDense(tensors: readonly Place[]): boolean {
  let end = 0;
  return tensors.every(({ at, size }) => at === end && ((end += size), true));
}

/** The body of `createTrainer`, after its kernels; `F` and `I` are the views the kernels use. */
export function bareText({ program, plan, session }: Bare): string {
  const { info, tensors } = session;
  const [data] = plan.datasets;
  const rows = data!.batch === 'all' ? session.capacities[data!.batchDim]! : data!.batch;
  const bytes = 4 * Object.values(tensors).reduce((sum, { size }) => sum + size, 0);
  const places = Object.entries(tensors).map(([name, { at, size, shape }]) => [
    name,
    4 * at,
    4 * (at + size),
    shape,
  ]);
  const fills = data!.arrays.map(
    (array) => `F.set(${literal(inlineValues(array))}, ${session.data[array.name]!.at});`,
  );
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
        `if (!reason && state.step % ${every.count} === 0) yield event('log'${pickedText(plan, quantities)});`,
    ),
  ];
  return `// The run, as checkpoints keep it.
let state = { step: 0, epoch: 0, cursors: [{ epoch: 0, at: 0 }], sums: [${zeros}], rows: 0, memory: {}, ...meta, seed: +(options.seed ?? ${plan.seed}), learned: {}, set: {} };
let last = [${plan.quantities.map(() => 'NaN').join(', ')}];
const steps = Math.min(${limits.join(', ')});
// Name, first byte and last, shape: at the beginning of the arena, one after the other.
const tensors = ${literal(places)};
function fill() {
  ${fills.join('\n  ')}
}
function fail(code, text) {
  throw Object.assign(Error(text), { diagnostics: [{ code, text }] });
}
function named(values) {
  return { ${plan.quantities.map((name, i) => `${JSON.stringify(name)}: values[${i}]`).join(', ')} };
}
function event(kind, more) {
  return { kind, step: state.step, epoch: state.epoch + 1, quantities: named(last), ...more };
}
function read(bytes, resumes) {
  let start, header, run;
  try {
    bytes = new Uint8Array(bytes);
    start = 8 + new DataView(bytes.buffer).getUint32(0, true);
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
    if (resumes) run = JSON.parse(header.__metadata__.run);
  } catch {
    fail('bad-checkpoint', 'no safetensors file of a run');
  }
  if (resumes && run.hash !== meta.hash) fail('changed-program', 'the checkpoint is of another program');
  const parts = ${wantedText(tensors)}.map(([name, from, to, shape]) => {
    const { shape: has, data_offsets: [begin, end] } = header[name] ?? { data_offsets: [] };
    const part = bytes.slice(start + begin, start + end);
    if ('' + has !== '' + shape || part.length !== to - from) fail('checkpoint-mismatch', name + ' is not [' + shape + '] in the checkpoint');
    return [part, from];
  });
  for (const part of parts) new Uint8Array(arena).set(...part);
  if (resumes) state = run;
}
fill();
${callText(program, session, 'init', null, '0')}
return {
  load: (bytes) => read(bytes),
  resume: (bytes) => read(bytes, true),
  save() {
    const header = { __metadata__: { format: 'bpnet', run: JSON.stringify(state) } };
    for (const [name, from, to, shape] of tensors) header[name] = { dtype: 'F32', shape, data_offsets: [from, to] };
    const json = new TextEncoder().encode(JSON.stringify(header) + '       ');
    const length = json.length & -8;
    const bytes = new Uint8Array(8 + length + ${bytes});
    new DataView(bytes.buffer).setUint32(0, length, true);
    bytes.set(json.subarray(0, length), 8);
    bytes.set(new Uint8Array(arena, 0, ${bytes}), 8 + length);
    return bytes;
  },
  async *train({ signal, stepEvents } = {}) {
    let reason, rule = null, pause = 0, began = performance.now();
    yield { kind: 'start', ...meta, target: 'js', params: ${info.params}, peakBytes: ${info.peakBytes}, seed: state.seed, step: state.step, steps, rows: { ${JSON.stringify(data!.use)}: { train: ${rows}, valid: 0, test: 0 } } };
    while (!reason) {
      if (signal?.aborted) reason = 'cancelled';
      else if (state.rows) {
        const means = named(state.sums.map((sum) => sum / ${rows}));
        state.epoch = state.step;
        state.sums.fill(state.rows = 0);
        state.cursors = [{ epoch: state.step, at: 0 }];
        yield event('epoch', { epoch: state.step, quantities: means, splits: {}, seconds: (performance.now() - began) / 1000 });
        began = performance.now();
      } else if (state.step >= steps) reason = 'finished';
      else {
        state.step++;
        ${callText(program, session, 'step', String(rows), '0')}
        state.rows = state.cursors[0].at = ${rows};
        last = [${last.join(', ')}];
        state.sums = last.map((value) => value * ${rows});
        if (!isFinite(last[0])) reason = 'diverged';
        if (reason || state.step % stepEvents === 0) yield event('step');
        ${rules.join('\n        ')}${plan.stop.length > 0 ? "\n        if (rule) reason ??= 'stopped';" : ''}
      }
      if (performance.now() > pause) {
        await new Promise((go) => setTimeout(go));
        pause = performance.now() + 30;
      }
    }
    yield event('end', { reason, rule, epoch: state.epoch, splits: {} });
  },
${plan.predict ? predictMethod(program, plan, session) : ''}};`;
}

function wantedText(tensors: Session['tensors']): string {
  const all = Object.keys(tensors).every((name) => !name.startsWith('state/'));
  return all ? 'tensors' : "tensors.filter(([name]) => resumes || !name.startsWith('state/'))";
}

/** Only what the entry reads is handed over: numbers of this step for host scalars, a key for random draws. */
function callText(
  program: Program,
  { rng }: Session,
  name: string,
  rows: string | null,
  turn: string,
): string {
  const { hosts, kernels } = program.entries[name]!;
  const draws = JSON.stringify(kernels).includes('"random"');
  const key = ['state.seed', 'state.seed / 4294967296', 'state.step', turn].map(
    (each, i) => `I[${rng + i}] = ${each};`,
  );
  const counters = hosts.length > 0 ? ['state.step', 'steps', 'state.epoch + 1'] : [];
  const args = [...(rows === null ? [] : [rows]), ...counters];
  return `${draws ? `${key.join(' ')}\n` : ''}entries[${JSON.stringify(name)}](${args.join(', ')});`;
}

/** Nothing where a log shows everything. */
function pickedText(plan: Plan, quantities: readonly string[]): string {
  if (quantities.join() === plan.quantities.join()) return '';
  const members = quantities.map((name) => `${JSON.stringify(name)}: last[${plan.quantities.indexOf(name)}]`);
  return `, { quantities: { ${members.join(', ')} } }`;
}

function stopText({ text, when }: Plan['stop'][number], plan: Plan): string {
  const counters: Readonly<Record<string, string>> = {
    step: 'state.step',
    steps: 'steps',
    epoch: '(state.epoch + 1)',
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
    const rows = inputs.length / ${size};
    if (rows % 1) fail('row-count-mismatch', 'not ${size} numbers a row');
    const values = new Float32Array(${times('rows', out.size)});
    for (let from = 0; from < rows; from += ${capacity}) {
      const count = Math.min(${capacity}, rows - from);
      F.set(inputs.slice(${times('from', size)}, ${times('(from + count)', size)}), ${at});
      ${callText(program, session, entry, 'count', `1 + from / ${capacity}`)}
      values.set(F.subarray(${out.at}, ${out.at} + ${times('count', out.size)}), ${times('from', out.size)});
    }
    fill();
    return { rows, shape: ${literal(out.shape)}, values };
  },
`;
}
