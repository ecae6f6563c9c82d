import { TargetError } from '../target-error.ts';
import type { Gpu, GpuDevice } from './device.ts';

/** What is used of the package `webgpu`. The object it gives must outlive its devices, so it is kept here. */
let kept: Gpu | null = null;

/** WebGPU of the page, the worker, or Node's optional package. */
export async function findGpu(): Promise<Gpu> {
  const own = (globalThis.navigator as { readonly gpu?: Gpu } | undefined)?.gpu;
  if (own) return own;
  if (kept) return kept;
  const name = 'webgpu'; // no bundler is to look for it
  try {
    const { create } = (await import(/* @vite-ignore */ name)) as { create: (options: readonly string[]) => Gpu };
    return (kept = create([]));
  } catch (error) {
    const missing = (error as { readonly code?: string }).code === 'ERR_MODULE_NOT_FOUND';
    const why = missing || !globalThis.process ? '' : `: ${(error as Error).message}`;
    throw new TargetError(
      `WebGPU is not here${why}`,
      'in Node `npm install webgpu`; in pages it needs https or localhost',
    );
  }
} // prettier-ignore

/** A device with room for the arena. */
export async function openDevice(gpu: Gpu, arenaBytes: number): Promise<GpuDevice> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new TargetError(
      'WebGPU finds no adapter here',
      'it needs a driver for Vulkan, Metal or Direct3D 12; wasm needs none',
    );
  }
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  if (arenaBytes > most) {
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
  return adapter.requestDevice({ requiredLimits });
}
