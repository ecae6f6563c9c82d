import { describe, expect, test } from 'vitest';
import { openSession, type OpenOptions } from '../../runtime/open.ts';
import type { TrainEvent } from '../../runtime/events.ts';
import type { Session } from '../../runtime/session.ts';
import { evaluateSplit } from '../../runtime/sweep.ts';
import { train, trainStep, type TrainOptions } from '../../runtime/train.ts';
import { checkpointBytes, checkpointRun } from '../../runtime/checkpoint.ts';
import { readSafetensors } from '../../runtime/safetensors.ts';
import { replayTo } from '../../runtime/diverged.ts';
import { linear, type LinearOptions, linearRows } from './linear.ts';

const read = () => Promise.reject(new Error('nothing to read'));

function open(options: LinearOptions = {}, more: Partial<OpenOptions> = {}): Promise<Session> {
  return openSession({ ...linear(options), target: 'hand', read, ...more });
}
async function events(s: Session, options?: TrainOptions): Promise<TrainEvent[]> {
  const all = [];
  for await (const event of train(s, options)) all.push(event);
  return all;
}
function of<Kind extends TrainEvent['kind']>(all: TrainEvent[], kind: Kind) {
  return all.filter((e): e is Extract<TrainEvent, { kind: Kind }> => e.kind === kind);
}
function tensors(s: Session): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(s.tensors).map(([name, { at, size }]) => [name, [...s.float.subarray(at, at + size)]]),
  );
}

describe('the loop', () => {
  test('start says what will run, end where it stands', async () => {
    const all = await events(await open());
    expect(all[0]).toEqual({
      kind: 'start',
      name: 'line',
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
      seed: 5,
      target: 'hand',
      params: 3,
      peakBytes: 35 * 4,
      step: 0,
      steps: 9,
      rows: { d: { train: 10, valid: 0, test: 0 } },
    });
    expect(all.at(-1)).toMatchObject({ kind: 'end', reason: 'finished', step: 9, epoch: 3, rule: null });
    expect(of(all, 'epoch').map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 3],
      [2, 6],
      [3, 9],
    ]);
  });

  test('the last, smaller batch counts: every row once an epoch, in another order each epoch', async () => {
    const s = await open();
    const seen: string[][] = [];
    const sizes: number[] = [];
    const run = s.run;
    let rowsSeen: string[] = [];
    const spied: Session = {
      ...s,
      run: (entry, dims, ...counters) => {
        if (entry === 'step') {
          sizes.push(dims[0]!);
          for (let i = 0; i < dims[0]!; i++) rowsSeen.push(s.float.subarray(2 * i, 2 * i + 2).join());
          if (dims[0] !== 4) {
            seen.push(rowsSeen);
            rowsSeen = [];
          }
        }
        run(entry, dims, ...counters);
      },
    };
    await events(spied);
    expect(sizes).toEqual([4, 4, 2, 4, 4, 2, 4, 4, 2]);
    const { x } = linearRows(10);
    const rows = Array.from({ length: 10 }, (_, i) => Float32Array.from(x.slice(2 * i, 2 * i + 2)).join());
    for (const order of seen) expect(order.toSorted()).toEqual(rows.toSorted());
    expect(seen[0]).not.toEqual(seen[1]);
    expect(seen[1]).not.toEqual(seen[2]);
  });

  test('it learns the line; the end event has the exact loss of all rows', async () => {
    const s = await open({ plan: { epochs: 200 } });
    const end = of(await events(s), 'end')[0]!;
    expect(tensors(s)['Net.w']![0]).toBeCloseTo(2, 3);
    expect(tensors(s)['Net.w']![1]).toBeCloseTo(-3, 3);
    expect(end.splits['train']!['loss']).toBeLessThan(1e-6);
    expect(end.splits['train']!['bias']).toBe(tensors(s)['Net.b']![0]);
  });

  test('what is fitted comes from the training split alone', async () => {
    const all = await open();
    const part = await open({ data: { splits: { valid: 0.3, test: 0, stratify: null, rows: null } } });
    await events(all);
    await events(part);
    const mean = (rows: Iterable<number>) => {
      const list = [...rows];
      return list.reduce((sum, row) => sum + linearRows(10).x[2 * row]!, 0) / list.length;
    };
    expect(tensors(all)['fitted/d.x/mean']![0]).toBeCloseTo(mean(Array(10).keys()), 6);
    expect(tensors(part)['fitted/d.x/mean']![0]).toBeCloseTo(mean(part.datasets[0]!.splits.train), 6);
    expect(part.datasets[0]!.splits.train.length).toBe(7);
  });

  test('a split is evaluated exactly, whatever the batches', async () => {
    const small = await open({ capacity: 4 });
    const big = await open({ capacity: 10 });
    for (const s of [small, big]) await s.begin(s);
    const exact = await evaluateSplit(big, 'train');
    expect((await evaluateSplit(small, 'train'))!['loss']).toBeCloseTo(exact!['loss']!, 6);
    expect(await evaluateSplit(small, 'valid')).toBeNull();
  });

  test('full batch: one step an epoch, in file order', async () => {
    const s = await open({ capacity: 10, data: { batch: 'all' } });
    const all = await events(s, { stepEvents: 1 });
    expect(of(all, 'step').map((e) => e.step)).toEqual([1, 2, 3]);
    expect([...s.datasets[0]!.order]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('a full batch is put back after another split was evaluated', async () => {
    const options: LinearOptions = {
      capacity: 10,
      data: { batch: 'all', splits: { valid: 0.3, test: 0, stratify: null, rows: null } },
    };
    const s = await open(options);
    const blind = await open({ ...options, plan: { evaluate: null } });
    const end = of(await events(s), 'end')[0]!;
    await events(blind);
    expect(tensors(s)).toEqual(tensors(blind));
    const { x, y } = linearRows(10);
    const { 'Net.w': w, 'Net.b': b, 'fitted/d.x/mean': mean } = tensors(s);
    const errors = Array.from(s.datasets[0]!.splits.valid, (row) => {
      const z = [0, 1].reduce((sum, k) => sum + w![k]! * (x[2 * row + k]! - mean![k]!), b![0]!);
      return (z - y[row]!) ** 2;
    });
    expect(end.splits['valid']!['loss']).toBeCloseTo(errors.reduce((sum, e) => sum + e) / 3, 4);
  });

  test('single samples: as many steps as rows', async () => {
    const all = await events(await open({ data: { batch: 1 }, plan: { epochs: 2 } }));
    expect(of(all, 'end')[0]!.step).toBe(20);
  });

  test('steps may end a run in the middle of an epoch', async () => {
    const all = await events(await open({ plan: { epochs: null, steps: 5 } }));
    expect(of(all, 'epoch')).toHaveLength(1);
    expect(of(all, 'end')[0]).toMatchObject({ reason: 'finished', step: 5, epoch: 1 });
  });

  test('step events come every so many steps', async () => {
    const all = await events(await open(), { stepEvents: 4 });
    expect(of(all, 'step').map(({ step, epoch }) => [step, epoch])).toEqual([
      [4, 2],
      [8, 3],
    ]);
  });

  test('epoch events come every so many epochs, and say the same', async () => {
    const every = of(await events(await open()), 'epoch');
    const some = of(await events(await open(), { epochEvents: 2 }), 'epoch');
    const plain = (all: typeof every) => all.map((event) => ({ ...event, seconds: 0 }));
    expect(plain(some)).toEqual(plain(every.filter(({ epoch }) => epoch % 2 === 0)));
    expect(some.length).toBeGreaterThan(0);
  });

  test('an epoch’s quantities are means over its rows', async () => {
    const all = await events(await open({ plan: { epochs: 1 } }), { stepEvents: 1 });
    const steps = of(all, 'step').map((e) => e.quantities['loss']!);
    const mean = (4 * steps[0]! + 4 * steps[1]! + 2 * steps[2]!) / 10;
    expect(of(all, 'epoch')[0]!.quantities['loss']).toBeCloseTo(mean, 12);
  });

  test('the valid split is evaluated at each epoch’s end, test at the end', async () => {
    const all = await events(
      await open({ data: { splits: { valid: 0.2, test: 0.2, stratify: null, rows: null } } }),
    );
    expect(of(all, 'epoch').map((e) => Object.keys(e.splits))).toEqual([['valid'], ['valid'], ['valid']]);
    expect(Object.keys(of(all, 'end')[0]!.splits)).toEqual(['valid', 'test']);
    expect(of(all, 'start')[0]!.rows).toEqual({ d: { train: 6, valid: 2, test: 2 } });
  });

  test('a second data set cycles with its own batches and orders', async () => {
    const { plan, launched } = linear();
    const [d] = plan.datasets;
    const other = {
      ...d!,
      use: 'q',
      batchDim: 'M',
      batch: 3,
      arrays: [],
      train: d!.train,
    };
    const s = await openSession({
      plan: {
        ...plan,
        datasets: [d!, { ...other, arrays: d!.arrays }],
        blocks: plan.blocks.map((block) => ({ ...block, takes: [0, 1] })),
      },
      launched: { ...launched, program: { ...launched.program, capacities: { B: 4, M: 3 } } },
      target: 'hand',
      read,
    });
    const sizes: number[] = [];
    const spied = {
      ...s,
      run: (...args: Parameters<Session['run']>) => {
        if (args[0] === 'step') sizes.push(s.sizes['M']!);
        s.run(...args);
      },
    };
    await events(spied);
    expect(sizes).toEqual([3, 3, 3, 1, 3, 3, 3, 1, 3]);
  });
});

describe('stopping', () => {
  const loss = (limit: number, symbol = 'loss') =>
    ({
      kind: 'call',
      fn: 'lt',
      args: [
        { kind: 'symbol', name: symbol },
        { kind: 'number', value: limit },
      ],
    }) as const;

  test('an unqualified quantity is the last step’s', async () => {
    const s = await open({
      plan: { epochs: 500, stop: [{ text: 'loss < 1e-3', when: loss(1e-3), splits: [] }] },
    });
    const all = await events(s, { stepEvents: 1 });
    const end = of(all, 'end')[0]!;
    expect(end).toMatchObject({ reason: 'stopped', rule: 'loss < 1e-3' });
    const losses = of(all, 'step').map((e) => e.quantities['loss']!);
    expect(losses.findIndex((v) => v < 1e-3)).toBe(losses.length - 1);
    expect(end.step).toBe(losses.length);
  });

  test('a split’s quantity is looked at once an epoch', async () => {
    const s = await open({
      data: { splits: { valid: 0.3, test: 0, stratify: null, rows: null } },
      plan: {
        epochs: 500,
        watch: ['valid'],
        stop: [{ text: 'valid.loss < 0.01', when: loss(0.01, 'valid.loss'), splits: ['valid'] }],
      },
    });
    const all = await events(s);
    const valid = of(all, 'epoch').map((e) => e.splits['valid']!['loss']!);
    expect(of(all, 'end')[0]!.reason).toBe('stopped');
    expect(valid.findIndex((v) => v < 0.01)).toBe(valid.length - 1);
  });

  test('a plateau: so many evaluations without being better by more than the delta', async () => {
    const s = await open({
      lr: 0,
      data: { splits: { valid: 0.3, test: 0, stratify: null, rows: null } },
      plan: {
        epochs: 50,
        watch: ['valid'],
        stop: [
          {
            text: 'plateau(valid.loss, patience = 2)',
            when: { kind: 'plateau', quantity: 'valid.loss', patience: 2, minDelta: 0, mode: 'lowest' },
            splits: ['valid'],
          },
        ],
      },
    });
    expect(of(await events(s), 'end')[0]).toMatchObject({ reason: 'stopped', epoch: 3 });
  });

  test('cancelling ends between two steps; what was begun can be continued', async () => {
    const whole = await open({ plan: { epochs: 20 } });
    await events(whole);
    const s = await open({ plan: { epochs: 20 } });
    const control = new AbortController();
    const first: TrainEvent[] = [];
    for await (const event of train(s, { signal: control.signal, stepEvents: 1 })) {
      first.push(event);
      if (event.kind === 'step' && event.step === 7) control.abort();
    }
    expect(first.at(-1)).toMatchObject({ kind: 'end', reason: 'cancelled', step: 7 });
    await events(s);
    expect(tensors(s)).toEqual(tensors(whole));
  });

  test('other work gets its turn while a long run goes on', async () => {
    const s = await open({ plan: { epochs: null, steps: 100_000_000 } });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const control = new AbortController();
    setTimeout(() => control.abort(), 150);
    const all = await events(s, { signal: control.signal });
    clearInterval(timer);
    expect(of(all, 'end')[0]!.reason).toBe('cancelled');
    expect(ticks).toBeGreaterThan(1);
  });

  test('a loss that is no number ends the run at the step where it appears', async () => {
    const s = await open({ lr: 1e12, plan: { epochs: 100 } });
    let asked = 0;
    const after: Record<string, number[]>[] = [];
    const all: TrainEvent[] = [];
    for await (const event of train(s, { stepEvents: 1, onDiverged: () => void asked++ })) {
      all.push(event);
      if (event.kind === 'step') after.push(tensors(s));
    }
    const end = of(all, 'end')[0]!;
    expect(end.reason).toBe('diverged');
    expect(Math.abs(end.quantities['loss']!)).not.toBeLessThan(Infinity);
    expect(of(all, 'step')).toHaveLength(end.step);
    expect(asked).toBe(1);

    // Replayed to just before: the loss of that very step, and finite parameters.
    await replayTo(s, end.step);
    expect(tensors(s)).toEqual(after[end.step - 2]);
    expect(tensors(s)['Net.w']!.every((v) => Math.abs(v) < Infinity)).toBe(true);
    trainStep(s);
    expect(s.last[0]).toEqual(end.quantities['loss']);
  });
});

describe('checkpoints', () => {
  test('a resumed run equals an uninterrupted one, to the bit, wherever it was cut', async () => {
    const whole = await open({ plan: { epochs: 4 } });
    const steps = of(await events(whole, { stepEvents: 1 }), 'step');
    const epochs = of(await events(await open({ plan: { epochs: 4 } })), 'epoch');
    for (let cut = 1; cut < 12; cut++) {
      const s = await open({ plan: { epochs: 4 } });
      for await (const event of train(s, { stepEvents: 1 }))
        if (event.kind === 'step' && event.step === cut) break;
      const checkpoint = checkpointBytes(s);
      const again = await open({ plan: { epochs: 4 } }, { checkpoint });
      const rest = await events(again, { stepEvents: 1 });
      expect(of(rest, 'start')[0]!.step).toBe(cut);
      expect(of(rest, 'step')).toEqual(steps.slice(cut));
      const later = of(rest, 'epoch').map((e) => ({ ...e, seconds: 0 }));
      expect(later).toEqual(epochs.slice(4 - later.length).map((e) => ({ ...e, seconds: 0 })));
      expect(tensors(again)).toEqual(tensors(whole));
    }
  });

  test('f64 programs keep f64', async () => {
    const s = await open({ precision: 'f64' });
    await events(s);
    const again = await open({ precision: 'f64' }, { checkpoint: checkpointBytes(s) });
    expect(tensors(again)).toEqual(tensors(s));
    expect(readSafetensors(checkpointBytes(s)).tensors['Net.w']!.values).toBeInstanceOf(Float64Array);
  });

  test('holds parameters by name, states and fitted tensors under prefixes, and the run as JSON', async () => {
    const s = await open({}, { seed: 2 ** 40 + 3, set: { lr: 0.1 } });
    await events(s);
    const bytes = checkpointBytes(s);
    const { tensors, metadata } = readSafetensors(bytes);
    expect(Object.keys(tensors)).toEqual(['Net.w', 'Net.b', 'state/Net.w/momentum.m', 'fitted/d.x/mean']);
    expect(metadata['format']).toBe('bpnet');
    expect(checkpointRun(bytes)).toMatchObject({
      name: 'line',
      hash: s.info.hash,
      seed: 2 ** 40 + 3,
      step: 9,
      epoch: 3,
      set: { lr: 0.1 },
    });
    expect(bytes.length % 4).toBe(0);
    expect(new DataView(bytes.buffer).getUint32(0, true) % 8).toBe(0);
  });

  test('the checkpoint’s seed, not the file’s, goes on', async () => {
    const s = await open({}, { seed: 6 });
    await events(s);
    const again = await open({}, { checkpoint: checkpointBytes(s) });
    expect(again.seed).toBe(6);
  });

  test('another program is refused, unless asked for; tensors that do not fit always', async () => {
    const s = await open();
    await events(s);
    const bytes = checkpointBytes(s);
    const changed: Partial<LinearOptions> = { capacity: 5 };
    await expect(open(changed, { checkpoint: bytes })).rejects.toMatchObject({
      diagnostics: [{ code: 'changed-program' }],
    });
    expect((await open(changed, { checkpoint: bytes, anyProgram: true })).progress.step).toBe(9);
    const other = readSafetensors(bytes);
    const { writeSafetensors } = await import('../../runtime/safetensors.ts');
    const wrong = writeSafetensors(
      { ...other.tensors, 'Net.w': { shape: [3], values: new Float32Array(3) } },
      other.metadata,
    );
    await expect(open({}, { checkpoint: wrong })).rejects.toThrow('Net.w is [2], in the checkpoint 3');
  });

  test.for([
    ['empty', (b: Uint8Array) => b.slice(0, 0)],
    ['cut in the header', (b: Uint8Array) => b.slice(0, 100)],
    ['cut in the tensors', (b: Uint8Array) => b.slice(0, -4)],
    ['text', () => new TextEncoder().encode('a,b,c\n1,2,3\n')],
    ['zeros', (b: Uint8Array) => new Uint8Array(b.length)],
  ] as const)('a damaged file is refused: %s', async ([, damage]) => {
    const s = await open();
    await events(s);
    await expect(open({}, { checkpoint: damage(checkpointBytes(s)) })).rejects.toMatchObject({
      diagnostics: [{ code: 'bad-checkpoint' }],
    });
  });

  test('save best writes when the quantity is better than ever, save every when it is due', async () => {
    const saved: [string, number][] = [];
    const write = async (path: string, bytes: Uint8Array) =>
      void saved.push([path, checkpointRun(bytes).step]);
    const s = await open(
      {
        data: { splits: { valid: 0.3, test: 0, stratify: null, rows: null } },
        plan: {
          epochs: 6,
          watch: ['valid'],
          save: [
            { kind: 'every', every: { count: 3, unit: 'steps' }, path: 'at-{step}.safetensors' },
            { kind: 'best', quantity: 'valid.loss', mode: 'lowest', path: 'best.safetensors' },
          ],
        },
      },
      { write },
    );
    const all = await events(s);
    const valid = of(all, 'epoch').map((e) => e.splits['valid']!['loss']!);
    const records = valid.filter((v, i) => valid.slice(0, i).every((before) => v < before));
    expect(saved.filter(([path]) => path === 'best.safetensors')).toHaveLength(records.length);
    expect(saved.filter(([path]) => path.startsWith('at-'))).toEqual([
      ['at-3.safetensors', 3],
      ['at-6.safetensors', 6],
      ['at-9.safetensors', 9],
      ['at-12.safetensors', 12],
    ]);
    expect(of(all, 'checkpoint')).toHaveLength(saved.length);
  });

  test('log reports the quantities asked for when they are due', async () => {
    const s = await open({
      plan: {
        log: [
          { quantities: ['loss'], every: { count: 4, unit: 'steps' } },
          { quantities: ['bias'], every: { count: 2, unit: 'epochs' } },
        ],
      },
    });
    const logs = of(await events(s), 'log');
    expect(logs.map((e) => [e.step, e.epoch, Object.keys(e.quantities)])).toEqual([
      [4, 2, ['loss']],
      [6, 2, ['bias']],
      [8, 3, ['loss']],
    ]);
  });

  test('load takes parameters of the same name, whatever the first part', async () => {
    const s = await open({ plan: { epochs: 30 } });
    await events(s);
    const stored = readSafetensors(checkpointBytes(s));
    const { writeSafetensors } = await import('../../runtime/safetensors.ts');
    const renamed = Object.fromEntries(
      Object.entries(stored.tensors).map(([name, t]) => [name.replace('Net.', 'Old.'), t]),
    );
    const again = await open(
      { lr: 0, plan: { load: [{ path: 'old.safetensors', into: 'Net' }] } },
      { read: async () => writeSafetensors(renamed, {}) },
    );
    await events(again);
    expect(tensors(again)['Net.w']).toEqual(tensors(s)['Net.w']);
  });
});
