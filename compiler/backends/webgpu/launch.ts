import type { HostExpr } from '../../ir/host.ts';
import { evaluateCall } from '../../ir/scalar-call.ts';
import type { Launched, Remote, Slots } from '../backend.ts';
import { TargetError } from '../target-error.ts';
import {
  bufferUsage,
  computeStage,
  type GpuBuffer,
  type GpuDevice,
  type GpuEncoder,
  mapToRead,
} from './device.ts';
import type { GpuProgram } from './gpu-program.ts';
import { type DispatchPlan, planDispatches } from './plan.ts';

/** Dynamic offsets of uniform buffers are multiples of this on every device. */
const uniformStep = 256;
/** Plans of entries at sizes they were called with: few, but for text of every length. */
const mostPlans = 64;
/** Bytes of a page for what is noted. */
const notePage = 65536;

interface Ready {
  readonly plan: DispatchPlan;
  readonly params: GpuBuffer;
  readonly group: object;
}
interface NotePage {
  readonly buffer: GpuBuffer;
  used: number;
}
interface Note {
  readonly places: readonly Slots[];
  readonly page: NotePage | null;
  readonly from: number;
  readonly then: () => void;
}

export type OnDevice = Pick<Launched, 'run'> & {
  readonly float: Float32Array;
  readonly int: Int32Array;
  readonly remote: Remote;
};

/**
 * A program on a device. A run is one submission: what the host wrote since the last one goes first, then a compute pass with
 * every dispatch of the entry, then copies of what was noted. Nothing is read back before `pull`.
 */
export async function launchOnDevice(device: GpuDevice, program: GpuProgram): Promise<OnDevice> {
  const { arenaBytes, lasting, entries, symbols } = program;
  const { queue } = device;
  let failure: TargetError | null = null;
  void device.lost.then(({ reason, message }) => {
    if (reason !== 'destroyed') failure ??= new TargetError(`the GPU device was lost: ${message || reason}`);
  });
  device.addEventListener('uncapturederror', ({ error }) => {
    failure ??= new TargetError(`the GPU device reports: ${error.message}`);
  });

  device.pushErrorScope('validation');
  device.pushErrorScope('out-of-memory');
  const arena = device.createBuffer({
    size: Math.max(16, Math.ceil(arenaBytes / 4) * 4),
    usage: bufferUsage.storage | bufferUsage.copySrc | bufferUsage.copyDst,
  });
  const refused = (await device.popErrorScope()) ?? (await device.popErrorScope());
  if (refused) {
    const text = `the GPU device has no room for an arena of ${arenaBytes} bytes: ${refused.message}`;
    throw new TargetError(text, 'smaller dims, or a smaller batch');
  }
  const layout = device.createBindGroupLayout({
    entries: [
      { binding: 0, visibility: computeStage, buffer: { type: 'storage' } },
      { binding: 1, visibility: computeStage, buffer: { type: 'uniform', hasDynamicOffset: true } },
    ],
  });
  const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
  /** Made when an entry first needs them, and never again. */
  const pipelines: object[] = [];
  const pipelineOf = (shader: number): object => {
    const module = device.createShaderModule({ code: program.shaders[shader]! });
    return device.createComputePipeline({ layout: pipelineLayout, compute: { module, entryPoint: 'main' } });
  };

  const bytes = new ArrayBuffer(lasting * 4);
  const float = new Float32Array(bytes);
  const int = new Int32Array(bytes);
  const ready = new Map<string, Ready>();
  const notes: Note[] = [];
  let pages: NotePage[] = [];
  let encoder: GpuEncoder | null = null;
  /** First slot and the one behind the last of each piece that was written. */
  let pushed: { from: number; to: number }[] = [];

  const submit = (): void => {
    if (encoder) queue.submit([encoder.finish()]);
    encoder = null;
  };
  const sendPushed = (): void => {
    if (pushed.length === 0) return;
    submit(); // what was asked for before does not see it
    for (const { from, to } of pushed) queue.writeBuffer(arena, from * 4, bytes, from * 4, (to - from) * 4);
    pushed = [];
  };
  const push: Remote['push'] = (at, size) => {
    const last = pushed.at(-1);
    if (last && at <= last.to && at + size >= last.from) {
      last.from = Math.min(last.from, at);
      last.to = Math.max(last.to, at + size);
    } else if (size > 0) pushed.push({ from: at, to: at + size });
  };

  const readyFor = (name: string, sizes: readonly number[]): Ready => {
    const key = `${name} ${sizes.join(' ')}`;
    const known = ready.get(key);
    if (known) return known;
    const entry = entries[name];
    if (!entry) throw new Error(`no entry ${name}`);
    const plan = planDispatches(program, entry, sizes, device.limits.maxComputeWorkgroupsPerDimension);
    const words = new Int32Array((plan.params.length * uniformStep) / 4);
    plan.params.forEach((row, i) => words.set(row, (i * uniformStep) / 4));
    const params = device.createBuffer({
      size: words.byteLength,
      usage: bufferUsage.uniform | bufferUsage.copyDst,
    });
    queue.writeBuffer(params, 0, words);
    const group = device.createBindGroup({
      layout,
      entries: [
        { binding: 0, resource: { buffer: arena } },
        { binding: 1, resource: { buffer: params, size: Math.max(1, Math.ceil(program.params.length / 4)) * 16 } },
      ],
    }); // prettier-ignore
    const made = { plan, params, group };
    if (ready.size >= mostPlans) {
      const [oldest] = ready.keys();
      submit();
      ready.get(oldest!)!.params.destroy();
      ready.delete(oldest!);
    }
    ready.set(key, made);
    return made;
  };

  const run: Launched['run'] = (name, sizes, step, steps, epoch = 1, updates = step, kept = []) => {
    const { plan, group } = readyFor(name, sizes);
    const given = [step, steps, epoch, updates, ...kept];
    for (const { slot, expr } of entries[name]!.hosts) {
      float[slot] = hostNumber(expr, (symbol) => given[symbols.indexOf(symbol)]!);
      push(slot, 1);
    }
    sendPushed();
    submit();
    encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    let shader = -1;
    for (let i = 0; i < plan.shader.length; i++) {
      if (plan.shader[i] !== shader) {
        shader = plan.shader[i]!;
        pass.setPipeline((pipelines[shader] ??= pipelineOf(shader)));
      }
      pass.setBindGroup(0, group, [plan.row[i]! * uniformStep]);
      pass.dispatchWorkgroups(plan.x[i]!, plan.y[i]!);
    }
    pass.end();
  };

  const staging = (size: number): GpuBuffer =>
    device.createBuffer({ size, usage: bufferUsage.mapRead | bufferUsage.copyDst });

  /** Copies slots from the arena, one after the other, as it will be when all before it is done. */
  const copy = (places: readonly Slots[], to: GpuBuffer, from: number): void => {
    sendPushed();
    encoder ??= device.createCommandEncoder();
    let offset = from;
    for (const { at, size } of places) {
      if (size > 0) encoder.copyBufferToBuffer(arena, at * 4, to, offset, size * 4);
      offset += mappedBytes(size);
    }
  };
  const take = (places: readonly Slots[], from: GpuBuffer, offset: number): void => {
    let at = offset;
    for (const place of places) {
      if (place.size > 0) float.set(new Float32Array(from.getMappedRange(at, place.size * 4)), place.at);
      at += mappedBytes(place.size);
    }
  };

  const note: Remote['note'] = (places, then) => {
    const size = bytesOf(places);
    let page = pages.at(-1) ?? null;
    if (size > 0 && (!page || page.used + size > page.buffer.size)) {
      page = { buffer: staging(Math.max(notePage, size)), used: 0 };
      pages.push(page);
    }
    notes.push({ places, page: size > 0 ? page : null, from: page?.used ?? 0, then });
    if (size === 0) return;
    copy(places, page!.buffer, page!.used);
    page!.used += size;
  };

  const pull = async (places: readonly Slots[]): Promise<void> => {
    const size = bytesOf(places);
    const whole = size > 0 ? staging(size) : null;
    if (whole) copy(places, whole, 0);
    sendPushed();
    submit();
    const used = pages;
    pages = [];
    const asked = notes.splice(0);
    try {
      await Promise.all([...used.map(({ buffer }) => buffer), ...(whole ? [whole] : [])].map((b) => b.mapAsync(mapToRead)));
    } catch (error) {
      throw failure ?? new TargetError(`the GPU device gave nothing back: ${(error as Error).message}`);
    } // prettier-ignore
    if (failure) throw failure;
    for (const { places: slots, page, from, then } of asked) {
      if (page) take(slots, page.buffer, from);
      then();
    }
    if (whole) take(places, whole, 0);
    for (const { buffer } of used) buffer.destroy();
    whole?.destroy();
  };
  return { run, float, int, remote: { push, note, pull, close: () => device.destroy() } };
}

function bytesOf(places: readonly Slots[]): number {
  return places.reduce((sum, { size }) => sum + mappedBytes(size), 0);
}
/** A piece is mapped from a multiple of 8 bytes. */
function mappedBytes(size: number): number {
  return Math.ceil(size / 2) * 8;
}

/** Host scalars are computed in f64; storing them rounds once. */
function hostNumber(expr: HostExpr, symbol: (name: string) => number): number {
  if (expr.kind === 'number') return expr.value;
  if (expr.kind === 'symbol') return symbol(expr.name);
  if (expr.kind === 'plateau') throw new Error('plateau belongs to stopping rules');
  const args = expr.args.map((arg) => hostNumber(arg, symbol));
  return evaluateCall(expr.fn, args, 'float', 'f64');
}
