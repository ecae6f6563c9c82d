import { TargetError } from '../target-error.ts';
import type { Gpu, GpuDevice } from './device.ts';

/** What the package `webgpu` gives must outlive its devices, and keeps a process alive: held here until it is let go. */
const held = new Set<Gpu>();

/** WebGPU of the page, the worker, or Node's optional package. */
export async function findGpu(): Promise<Gpu> {
  const own = (globalThis.navigator as { readonly gpu?: Gpu } | undefined)?.gpu;
  if (own) return own;
  const name = 'webgpu'; // no bundler is to look for it
  try {
    const { create } = (await import(/* @vite-ignore */ name)) as { create: (options: readonly string[]) => Gpu };
    const gpu = create([]);
    held.add(gpu);
    return gpu;
  } catch (error) {
    const missing = (error as { readonly code?: string }).code === 'ERR_MODULE_NOT_FOUND';
    const why = missing || !globalThis.process ? '' : `: ${(error as Error).message}`;
    throw new TargetError(
      `WebGPU is not here${why}`,
      'in Node `npm install webgpu`; in pages it needs https or localhost',
    );
  }
} // prettier-ignore

export interface OpenDevice {
  readonly device: GpuDevice;
  readonly close: () => void;
}

/** A device with room for the arena. */
export async function openDevice(gpu: Gpu, arenaBytes: number): Promise<OpenDevice> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    held.delete(gpu);
    throw new TargetError(
      'WebGPU finds no adapter here',
      'it needs a driver for Vulkan, Metal or Direct3D 12; wasm needs none',
    );
  }
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  if (arenaBytes > most) {
    held.delete(gpu);
    throw new TargetError(
      `the program needs ${arenaBytes} bytes in one piece, the WebGPU adapter binds at most ${most}`,
      'smaller dims, or a smaller batch',
    );
  }
  // Every device has so much; more is asked for where it is needed.
  const always = { maxStorageBufferBindingSize: 2 ** 27, maxBufferSize: 2 ** 28 };
  const requiredLimits = Object.fromEntries(
    Object.entries(always).flatMap(([name, size]) => (arenaBytes > size ? [[name, arenaBytes]] : [])),
  );
  const device = await adapter.requestDevice({ requiredLimits });
  const close = () => {
    device.destroy();
    held.delete(gpu);
  };
  return { device, close };
}
