import type { Launched, Remote, Slots } from '../backend.ts';
import type { HostScalars } from '../host-scalars.ts';
import { TargetError } from '../target-error.ts';
import type { GpuPlan, GpuPlanEntry, GpuPlanStep } from './plan.ts';

/** What is used of gpu.js: the same in all its modes. */
export interface GpuJs {
  createKernel(source: string, settings: object): GpuJsKernel;
  destroy(): unknown;
}
export type GpuJsKernel = (...args: readonly unknown[]) => unknown;
/** A flat array on the device; in cpu mode a plain one. */
type Texture = Float32Array | { toArray(): unknown; delete(): void };

export type GpuJsLibrary = new (settings: { readonly mode?: string }) => GpuJs;

/** gpu.js of the page, or the package beside the program; a browser's own `GPU` is another one. */
export async function gpuJsLibrary(): Promise<GpuJsLibrary> {
  const { GPU } = globalThis as unknown as { GPU?: GpuJsLibrary };
  if (GPU && 'createKernel' in GPU.prototype) return GPU;
  const name = ['gpu', 'js'].join('.'); // no bundler is to look for it
  let found: { GPU?: GpuJsLibrary; default?: { GPU?: GpuJsLibrary } };
  try {
    found = (await import(/* @vite-ignore */ name)) as typeof found;
  } catch {
    throw new TargetError(
      'gpu.js is not here',
      'load it before, as the global `GPU`, or `npm install gpu.js`',
    );
  }
  return (found.GPU ?? found.default?.GPU)!;
}

export interface GpuMemory {
  readonly float: Float32Array;
  readonly int: Int32Array;
}
/** Element `index` of a stream, from the four words of the key. */
export type GpuDraw = (
  dist: 'uniform' | 'normal',
  stream: number,
  seedLow: number,
  seedHigh: number,
  step: number,
  turn: number,
) => (index: number) => number;

export interface GpuMachine {
  readonly run: Launched['run'];
  readonly remote: Remote;
}

/** A texture is given back when neither its buffer nor anybody who asked for its values holds it. */
interface Held {
  readonly texture: Texture;
  users: number;
}

/** Ints are carried as f32: whole numbers are exact below this. */
const mostInt = 16777216;

/**
 * Runs a plan on gpu.js. Each buffer is one immutable flat texture that stays on the device; a kernel makes a new one, and
 * the old one is given back. Every call is awaited. Jobs are done one after the other, in the order they were asked for;
 * after a mistake none is done any more.
 */
export function gpuMachine(
  library: Promise<GpuJs>,
  plan: GpuPlan,
  { float, int }: GpuMemory,
  hosts: HostScalars,
  draw: GpuDraw,
): GpuMachine {
  const held: (Held | undefined)[] = plan.buffers.map(() => undefined);
  const kernels: GpuJsKernel[] = [];
  const helpers: Record<string, GpuJsKernel> = {};
  const zeros: Record<number, Held> = {};
  const lasting = plan.buffers
    .map(([at, size], id) => ({ id, at, size }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  /** Slots the host wrote since the last job, by buffer: first, and the one after the last. */
  const written: Record<number, [from: number, to: number]> = {};
  let noted: (() => Promise<void>)[] = [];
  let gpu: GpuJs;
  let work: Promise<void> = Promise.resolve();
  let failure: unknown = null;

  const later = (job: () => Promise<void>): void => {
    work = work.then(async () => {
      if (failure) return;
      try {
        gpu ??= await library;
        await job();
      } catch (error) {
        failure = error;
      }
    });
  };

  const kernel = (source: string, size: number): GpuJsKernel =>
    gpu.createKernel(source, {
      output: [size],
      precision: 'single',
      pipeline: true,
      immutable: true,
      returnType: 'Number',
    });
  const helper = (source: string, size: number): GpuJsKernel =>
    (helpers[`${size} ${source}`] ??= kernel(source, size));

  async function made(kernel: GpuJsKernel, args: readonly unknown[]): Promise<Held> {
    return { texture: (await kernel(...args)) as Texture, users: 1 };
  }
  function release(old: Held | undefined): void {
    if (old && --old.users === 0 && 'delete' in old.texture) old.texture.delete();
  }
  function put(id: number, next: Held): void {
    release(held[id]);
    held[id] = next;
  }
  function upload(values: Float32Array): Promise<Held> {
    return made(helper(copied, values.length), [values]);
  }
  /** What nobody has written is zero. */
  async function at(id: number): Promise<Held> {
    const size = plan.buffers[id]![1];
    return held[id] ?? (zeros[size] ??= await upload(new Float32Array(size)));
  }
  async function values({ texture }: Held): Promise<Float32Array> {
    return 'toArray' in texture ? ((await texture.toArray()) as Float32Array) : texture;
  }

  function buffersOf(places: readonly Slots[]): number[] {
    return lasting
      .filter((b) => places.some(({ at, size }) => b.at < at + size && at < b.at + b.size))
      .map(({ id }) => id);
  }

  /** What the host wrote since it last asked for anything, as it is now. */
  function pushed(): () => Promise<void> {
    const all = Object.entries(written).map(([key, [from, to]]) => {
      const id = Number(key);
      delete written[id];
      const [start, size, isInt] = plan.buffers[id]!;
      const copy = new Float32Array((isInt ? int : float).subarray(start, start + size));
      if (isInt && copy.some((value) => Math.abs(value) >= mostInt))
        throw new Error(`an int of ${mostInt} or more: gpu.js carries ints as f32, which are exact below it`);
      return { id, copy, from: from - start, to: to - start };
    });
    return async () => {
      for (const { id, copy, from, to } of all) {
        if (from === 0 && to === copy.length) put(id, await upload(copy));
        else put(id, await made(helper(merged, copy.length), [(await at(id)).texture, copy, from, to]));
      }
    };
  }

  async function runSteps(all: readonly GpuPlanStep[], numbers: Record<string, number>): Promise<void> {
    for (const step of all) {
      if ('steps' in step) {
        const count = step.extent.reduce<number>(
          (all, part) => all * (typeof part === 'number' ? part : numbers[part]!),
          1,
        );
        for (let i = 0; i < count; i++) {
          numbers[step.turn] = step.reverse ? count - 1 - i : i;
          await runSteps(step.steps, numbers);
        }
      } else {
        const results: (readonly [number, Held])[] = [];
        for (const [number, into, arrays, names] of step.calls) {
          const [source, size] = plan.kernels[number]!;
          const args: unknown[] = [];
          for (const id of arrays) args.push((await at(id)).texture);
          for (const name of names) args.push(numbers[name]);
          results.push([into, await made((kernels[number] ??= kernel(source, size)), args)]);
        }
        for (const [into, result] of results) put(into, result);
      }
      for (const id of step.drop ?? []) {
        release(held[id]);
        held[id] = undefined;
      }
    }
  }

  async function drawAll({ draws }: GpuPlanEntry, key: Int32Array): Promise<void> {
    for (const { buffer, dist, stream, size } of draws) {
      const element = draw(dist, stream, key[0]!, key[1]!, key[2]!, key[3]!);
      const numbers = new Float32Array(size);
      for (let i = 0; i < size; i++) numbers[i] = element(i);
      put(buffer, await upload(numbers));
    }
  }

  function note(places: readonly Slots[], then: () => void): void {
    const push = pushed();
    const kept: Held[] = [];
    const ids = buffersOf(places);
    later(async () => {
      await push();
      for (const id of ids) {
        const now = await at(id);
        now.users++;
        kept.push(now);
      }
    });
    noted.push(async () => {
      for (const [i, id] of ids.entries()) {
        const [start, length, isInt] = plan.buffers[id]!;
        const read = await values(kept[i]!);
        for (const { at, size } of places) {
          const [from, to] = [Math.max(at, start), Math.min(at + size, start + length)];
          if (from < to) (isInt ? int : float).set(read.subarray(from - start, to - start), from);
        }
        release(kept[i]);
      }
      then();
    });
  }

  return {
    run(name, sizes, step, steps, epoch = 1, updates = step, kept = []) {
      const entry = plan.entries[name];
      if (!entry) throw new Error(`no entry ${name}`);
      const numbers: Record<string, number> = {};
      entry.dims.forEach((dim, i) => (numbers[dim] = sizes[i]!));
      hosts(name, [step, steps, epoch, updates, ...kept]).forEach(
        (value, i) => (numbers[`#${entry.hosts[i]}`] = Math.fround(value)),
      );
      const key = int.slice(plan.rng, plan.rng + 4);
      const push = pushed();
      later(async () => {
        await push();
        await drawAll(entry, key);
        await runSteps(entry.steps, numbers);
      });
    },
    remote: {
      push(at, size) {
        if (at === plan.rng) return; // the host's own
        for (const id of buffersOf([{ at, size }])) {
          const [start, length] = plan.buffers[id]!;
          const [from, to] = [Math.max(at, start), Math.min(at + size, start + length)];
          const range = (written[id] ??= [from, to]);
          range[0] = Math.min(range[0], from);
          range[1] = Math.max(range[1], to);
        }
      },
      note,
      async pull(places) {
        if (places.length > 0) note(places, () => {});
        const all = noted;
        noted = [];
        await work;
        if (failure) throw failure;
        for (const read of all) await read();
      },
      close() {
        later(async () => void (await gpu.destroy()));
      },
    },
  };
}

const copied = `function(a) {
  const value = a[this.thread.x];
  return value;
}`;
const merged = `function(a, b, from, to) {
  const cell = this.thread.x + 0;
  const before = a[cell];
  const after = b[cell];
  const value = cell >= from && cell < to ? after : before;
  return value;
}`;
