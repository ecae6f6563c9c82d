import type { Launched } from '../../compiler/backends/backend.ts';
import { openDim } from '../../compiler/ir/dim.ts';
import type { Buffer, BufferRole, Entry, Program } from '../../compiler/ir/program.ts';
import { axis, type TensorType, tensor } from '../../compiler/ir/tensor-type.ts';
import type { DataPlan, Plan, RawArray, RawSource, SourceRequest } from '../../compiler/plan.ts';

/** A program as the compiler would make it, computed by hand: y = x·w + b, squared error, momentum. */
export interface Linear {
  readonly launched: Launched;
  readonly plan: Plan;
}

const B = openDim('B');
const types = {
  x: tensor([axis(B, 'B'), axis(2)]),
  y: tensor([axis(B, 'B')]),
  z: tensor([axis(B, 'B'), axis(1)]),
  w: tensor([axis(2)]),
  one: tensor([]),
  rng: tensor([axis(4)], 'int'),
} satisfies Record<string, TensorType>;

export const truth = { w: [2, -3], b: 0.5 };
/** x from a seeded walk, y by the true line. */
export function linearRows(n: number): { x: number[]; y: number[] } {
  const x: number[] = [];
  const y: number[] = [];
  for (let i = 0; i < n; i++) {
    const a = ((i * 37) % 100) / 50 - 1;
    const b = ((i * 61) % 100) / 50 - 1;
    x.push(a, b);
    y.push(truth.w[0]! * a + truth.w[1]! * b + truth.b);
  }
  return { x, y };
}

export function request(call: SourceRequest['call'], paths: string[] = [], options = {}): SourceRequest {
  return { id: JSON.stringify([call, paths, options]), call, paths, options, span: null };
}
export function rawArray(
  name: string,
  type: TensorType,
  from: RawSource,
  below: number | null = null,
): RawArray {
  return { name, type, from, below, field: name.slice(name.indexOf('.') + 1), span: null };
}
export function dataPlan(arrays: RawArray[], changes: Partial<DataPlan> = {}): DataPlan {
  return {
    use: 'd',
    block: 'points',
    train: request('inline', [], { block: 'points' }),
    test: null,
    splits: { valid: 0, test: 0, stratify: null, rows: null },
    arrays,
    batchDim: 'B',
    batch: 4,
    ...changes,
  };
}

export interface LinearOptions {
  readonly rows?: number;
  readonly capacity?: number;
  readonly lr?: number;
  readonly precision?: 'f32' | 'f64';
  readonly plan?: Partial<Plan>;
  readonly data?: Partial<DataPlan>;
}

export function linear(options: LinearOptions = {}): Linear {
  const { rows = 10, capacity = 4, lr = 0.1, precision = 'f32' } = options;
  const buffers: Buffer[] = [];
  let end = 0;
  const put = (name: string, role: BufferRole, type: TensorType): number => {
    const size = type.axes.reduce((n, a) => n * (typeof a.size === 'number' ? a.size : capacity), 1);
    buffers.push({ id: buffers.length, name, role, type, offset: end, size });
    end += size;
    return end - size;
  };
  const at = {
    x: put('d.x', 'data', types.x),
    y: put('d.y', 'data', types.y),
    w: put('Net.w', 'param', types.w),
    b: put('Net.b', 'param', types.one),
    m: put('Net.w/momentum.m', 'state', types.w),
    shift: put('d.x/mean', 'fitted', types.w),
    sumX: put('x', 'total', types.w),
    sumLoss: put('loss', 'total', types.one),
    rows: put('rows:B', 'total', types.one),
    rng: put('rng', 'rng', types.rng),
    outX: put('x', 'output', types.w),
    loss: put('loss', 'output', types.one),
    bias: put('bias', 'output', types.one),
    z: put('z', 'output', types.z),
  };
  const id = (offset: number) => buffers.find((b) => b.offset === offset)!.id;
  const entry = (name: string, dims: string[], outputs: Record<string, number>): [string, Entry] => [
    name,
    {
      name,
      steps: [],
      hosts: [],
      dims,
      scratchBytes: 0,
      outputs: Object.fromEntries(Object.entries(outputs).map(([key, offset]) => [key, id(offset)])),
    },
  ];
  const program: Program = {
    precision,
    capacities: { B: capacity },
    buffers,
    arenaBytes: end * (precision === 'f32' ? 4 : 8),
    entries: Object.fromEntries([
      entry('init', [], {}),
      entry('fit_0', ['B'], { x: at.outX }),
      entry('fit_finish', [], {}),
      entry('step', ['B'], { loss: at.loss, bias: at.bias }),
      entry('evaluate_0', ['B'], { loss: at.loss }),
      entry('finish', [], { loss: at.loss, bias: at.bias }),
      entry('predict', ['B'], { z: at.z }),
    ]),
  };
  const float = precision === 'f32' ? new Float32Array(end) : new Float64Array(end);
  const int = new Int32Array(float.buffer);
  const intStride = precision === 'f32' ? 1 : 2;
  const F = float;
  const residual = (i: number) =>
    F[at.w]! * (F[at.x + 2 * i]! - F[at.shift]!) +
    F[at.w + 1]! * (F[at.x + 2 * i + 1]! - F[at.shift + 1]!) +
    F[at.b]!;
  const loss = (n: number) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (residual(i) - F[at.y + i]!) ** 2;
    return sum;
  };
  const entries: Record<string, (n: number) => void> = {
    init() {
      // A function of the seed, so that tests see which seed was used.
      F[at.w] = (int[at.rng * intStride]! % 7) / 10;
      F[at.w + 1] = 0.1;
      F[at.b] = F[at.m] = F[at.m + 1] = 0;
    },
    fit_0(n) {
      F[at.outX] = F[at.outX + 1] = 0;
      for (let i = 0; i < 2 * n; i++) F[at.outX + (i % 2)]! += F[at.x + i]!;
    },
    fit_finish() {
      const n = F[at.rows]!;
      F[at.shift] = F[at.sumX]! / n;
      F[at.shift + 1] = F[at.sumX + 1]! / n;
    },
    step(n) {
      F[at.loss] = loss(n) / n;
      let db = 0;
      const dw = [0, 0];
      for (let i = 0; i < n; i++) {
        const g = (2 * (residual(i) - F[at.y + i]!)) / n;
        for (const k of [0, 1]) dw[k]! += g * (F[at.x + 2 * i + k]! - F[at.shift + k]!);
        db += g;
      }
      for (const k of [0, 1]) {
        F[at.m + k] = 0.5 * F[at.m + k]! + dw[k]!;
        F[at.w + k]! -= lr * F[at.m + k]!;
      }
      F[at.b]! -= lr * db;
      F[at.bias] = F[at.b]!;
    },
    evaluate_0(n) {
      F[at.loss] = loss(n);
    },
    finish() {
      F[at.loss] = F[at.sumLoss]! / F[at.rows]!;
      F[at.bias] = F[at.b]!;
    },
    predict(n) {
      for (let i = 0; i < n; i++) F[at.z + i] = residual(i);
    },
  };
  const { x, y } = linearRows(rows);
  const plan: Plan = {
    name: 'line',
    seed: 5,
    datasets: [
      dataPlan(
        [
          rawArray('d.x', types.x, { kind: 'inline', values: x }),
          rawArray('d.y', types.y, { kind: 'inline', values: y }),
        ],
        options.data,
      ),
    ],
    epochs: 3,
    steps: null,
    params: [
      { name: 'Net.w', type: types.w },
      { name: 'Net.b', type: types.one },
    ],
    running: [],
    states: [{ name: 'Net.w/momentum.m', type: types.w }],
    fitted: [{ name: 'd.x/mean', type: types.w }],
    blocks: [
      {
        entry: 'step',
        update: null,
        times: 1,
        accumulate: 1,
        takes: [0],
        quantities: ['loss', 'bias'],
        norms: [],
      },
    ],
    quantities: ['loss', 'bias'],
    fit: {
      stages: [{ entry: 'fit_0', dataset: 'd', totals: [{ name: 'x', fn: 'sum' }] }],
      finish: 'fit_finish',
    },
    evaluate: {
      stages: [{ entry: 'evaluate_0', dataset: 'd', totals: [{ name: 'loss', fn: 'sum' }] }],
      finish: 'finish',
    },
    watch: [],
    plateaus: [],
    stop: [],
    save: [],
    log: [],
    load: [],
    reports: [],
    generate: [],
    check: null,
    predict: { entry: 'predict', output: 'z', type: types.z, dataset: 'd', arrays: ['d.x'], classes: null },
    ...options.plan,
  };
  return {
    plan,
    launched: {
      program,
      float,
      int,
      intStride,
      run: (name, sizes) => entries[name]!(sizes[0] ?? 0),
    },
  };
}
