import type { Launched, Remote, Slots } from '../backend.ts';
import type { HostScalars } from '../host-scalars.ts';
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
import type { OpenDevice } from './adapter.ts';
import { type DispatchPlan, planDispatches } from './dispatches.ts';

/** Dynamic offsets of uniform buffers are multiples of this on every device. */
const uniformStep = 256;
/** Plans of entries at sizes they were called with: few, but for text of every length. */
const mostPlans = 64;
/** Bytes of a page for what is noted. */
const notePage = 65536;

/** The host's copy of what lasts. */
export interface HostCopy {
  readonly float: Float32Array;
  readonly int: Int32Array;
}

/** What a program has on a device. */
interface OnDevice {
  readonly device: GpuDevice;
  readonly arena: GpuBuffer;
  readonly layout: object;
  /** Made when an entry first needs it, and never again. */
  readonly pipeline: (shader: number) => object;
}
/** An entry at certain sizes. */
interface Prepared {
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
interface Written {
  readonly from: number;
  readonly words: Int32Array;
}

/**
 * A program on a device that is still looked for. A run is one submission: what the host wrote since the last one goes
 * before, then a compute pass with every dispatch of the entry, then copies of what was noted. Nothing is read back before
 * `pull`, so steps queue. What is asked for before there is a device waits for it.
 */
export function webgpuMachine(
  found: Promise<OpenDevice>,
  program: GpuProgram,
  { float, int }: HostCopy,
  scalars: HostScalars,
): { readonly run: Launched['run']; readonly remote: Remote } {
  let here: OnDevice | null = null;
  let failure: Error | null = null;
  let closed = false;
  const waiting: ((on: OnDevice) => void)[] = [];
  const prepared = new Map<string, Prepared>();
  const notes: Note[] = [];
  let pages: NotePage[] = [];
  let encoder: GpuEncoder | null = null;
  /** First slot and the one behind the last of each piece that was written. */
  let pushed: { from: number; to: number }[] = [];

  const started = found.then(async ({ device }) => {
    void device.lost.then(({ reason, message }) => {
      if (!closed) failure ??= new TargetError(`the GPU device was lost: ${message || reason}`);
    });
    device.addEventListener('uncapturederror', (event) => {
      failure ??= new Error(`WebGPU: ${event.error.message}`);
      event.preventDefault?.();
    });
    here = await placeOnDevice(device, program);
    for (const work of waiting.splice(0)) work(here);
  });
  started.catch((error: Error) => (failure ??= error));

  const later = (work: (on: OnDevice) => void): void => {
    if (here) work(here);
    else waiting.push(work);
  };
  const submit = ({ device }: OnDevice): void => {
    if (encoder) device.queue.submit([encoder.finish()]);
    encoder = null;
  };

  const push: Remote['push'] = (at, size) => {
    const last = pushed.at(-1);
    if (last && at <= last.to && at + size >= last.from) {
      last.from = Math.min(last.from, at);
      last.to = Math.max(last.to, at + size);
    } else if (size > 0) pushed.push({ from: at, to: at + size });
  };
  /** What was pushed, as it is now: work that waits for the device is not to see what comes after. */
  const takePushed = (): Written[] => {
    const written = pushed.map(({ from, to }) => ({
      from,
      words: here ? int.subarray(from, to) : int.slice(from, to),
    }));
    pushed = [];
    return written;
  };
  const send = (on: OnDevice, written: readonly Written[]): void => {
    if (written.length > 0) submit(on); // what was asked for before does not see it
    for (const { from, words } of written) on.device.queue.writeBuffer(on.arena, from * 4, words);
  };

  const prepare = (on: OnDevice, name: string, sizes: readonly number[]): Prepared => {
    const key = `${name} ${sizes.join(' ')}`;
    const known = prepared.get(key);
    if (known) return known;
    if (prepared.size >= mostPlans) {
      const [oldest] = prepared.keys();
      submit(on);
      prepared.get(oldest!)!.params.destroy();
      prepared.delete(oldest!);
    }
    const made = preparedOn(on, program, name, sizes);
    prepared.set(key, made);
    return made;
  };

  const run: Launched['run'] = (name, sizes, step, steps, epoch = 1, updates = step, kept = []) => {
    const values = scalars(name, [step, steps, epoch, updates, ...kept]);
    program.entries[name]!.hosts.forEach((slot, i) => {
      float[slot] = values[i]!;
      push(slot, 1);
    });
    const written = takePushed();
    const actual = [...sizes];
    later((on) => {
      const { plan, group } = prepare(on, name, actual);
      send(on, written);
      submit(on);
      encoder = on.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      let shader = -1;
      for (let i = 0; i < plan.shader.length; i++) {
        if (plan.shader[i] !== shader) {
          shader = plan.shader[i]!;
          pass.setPipeline(on.pipeline(shader));
        }
        pass.setBindGroup(0, group, [plan.row[i]! * uniformStep]);
        pass.dispatchWorkgroups(plan.x[i]!, plan.y[i]!);
      }
      pass.end();
    });
  };

  /** Asks for copies of slots, one after the other, as they are when all before is done. */
  const copy = ({ device, arena }: OnDevice, places: readonly Slots[], to: GpuBuffer, from: number): void => {
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
      if (place.size > 0) int.set(new Int32Array(from.getMappedRange(at, place.size * 4)), place.at);
      at += mappedBytes(place.size);
    }
  };

  const note: Remote['note'] = (places, then) => {
    const written = takePushed();
    later((on) => {
      send(on, written);
      const size = bytesOf(places);
      let page = pages.at(-1) ?? null;
      if (size > 0 && (!page || page.used + size > page.buffer.size)) {
        page = { buffer: stagingOn(on, Math.max(notePage, size)), used: 0 };
        pages.push(page);
      }
      notes.push({ places, page: size > 0 ? page : null, from: page?.used ?? 0, then });
      if (size === 0) return;
      copy(on, places, page!.buffer, page!.used);
      page!.used += size;
    });
  };

  const pull = async (places: readonly Slots[]): Promise<void> => {
    await started;
    const on = here!;
    send(on, takePushed());
    const size = bytesOf(places);
    const whole = size > 0 ? stagingOn(on, size) : null;
    if (whole) copy(on, places, whole, 0);
    submit(on);
    const [used, asked] = [pages, notes.splice(0)];
    pages = [];
    const buffers = [...used.map(({ buffer }) => buffer), ...(whole ? [whole] : [])];
    try {
      await Promise.all(buffers.map((buffer) => buffer.mapAsync(mapToRead)));
    } catch (error) {
      throw failure ?? new TargetError(`the GPU device gives nothing back: ${(error as Error).message}`);
    }
    if (failure) throw failure;
    for (const { places: slots, page, from, then } of asked) {
      if (page) take(slots, page.buffer, from);
      then();
    }
    if (whole) take(places, whole, 0);
    for (const buffer of buffers) buffer.destroy();
  };

  const close = (): void => {
    closed = true;
    found.then((open) => open.close(), () => {}); // prettier-ignore
  };
  return { run, remote: { push, note, pull, close } };
}

async function placeOnDevice(device: GpuDevice, { arenaBytes, shaders }: GpuProgram): Promise<OnDevice> {
  device.pushErrorScope('validation');
  device.pushErrorScope('out-of-memory');
  const arena = device.createBuffer({
    size: Math.max(16, Math.ceil(arenaBytes / 4) * 4),
    usage: bufferUsage.storage | bufferUsage.copySrc | bufferUsage.copyDst,
  });
  const [full, wrong] = [await device.popErrorScope(), await device.popErrorScope()];
  const refused = full ?? wrong;
  if (refused) {
    throw new TargetError(
      `the GPU device has no room for ${arenaBytes} bytes: ${refused.message}`,
      'smaller dims, or a smaller batch',
    );
  }
  const layout = device.createBindGroupLayout({
    entries: [
      { binding: 0, visibility: computeStage, buffer: { type: 'storage' } },
      { binding: 1, visibility: computeStage, buffer: { type: 'uniform', hasDynamicOffset: true } },
    ],
  });
  const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
  const made: object[] = [];
  const make = (code: string): object => {
    const compute = { module: device.createShaderModule({ code }), entryPoint: 'main' };
    return device.createComputePipeline({ layout: pipelineLayout, compute });
  };
  return { device, arena, layout, pipeline: (shader) => (made[shader] ??= make(shaders[shader]!)) };
}

function preparedOn(
  { device, arena, layout }: OnDevice,
  program: GpuProgram,
  name: string,
  sizes: readonly number[],
): Prepared {
  const plan = planDispatches(program, name, sizes, device.limits.maxComputeWorkgroupsPerDimension);
  const words = new Int32Array((plan.params.length * uniformStep) / 4);
  plan.params.forEach((row, i) => words.set(row, (i * uniformStep) / 4));
  const usage = bufferUsage.uniform | bufferUsage.copyDst;
  const params = device.createBuffer({ size: words.byteLength, usage });
  device.queue.writeBuffer(params, 0, words);
  const size = Math.max(1, Math.ceil(program.params.length / 4)) * 16;
  const entries = [
    { binding: 0, resource: { buffer: arena } },
    { binding: 1, resource: { buffer: params, size } },
  ];
  return { plan, params, group: device.createBindGroup({ layout, entries }) };
}

function stagingOn({ device }: OnDevice, size: number): GpuBuffer {
  return device.createBuffer({ size, usage: bufferUsage.mapRead | bufferUsage.copyDst });
}

function bytesOf(places: readonly Slots[]): number {
  return places.reduce((sum, { size }) => sum + mappedBytes(size), 0);
}
/** A piece is mapped from a multiple of 8 bytes. */
function mappedBytes(size: number): number {
  return Math.ceil(size / 2) * 8;
}
