import { TargetError } from '../target-error.ts';
import type { Gpu, GpuDevice } from './device.ts';

/** A device with room for the arena. */
export async function openDevice(gpu: Gpu, arenaBytes: number): Promise<GpuDevice> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new TargetError(
      'WebGPU finds no adapter here',
      'a driver for Vulkan, Metal or Direct3D 12 is needed; `--target wasm` needs none',
    );
  }
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  if (arenaBytes > most) {
    throw new TargetError(
      `the program needs ${arenaBytes} bytes in one piece, this WebGPU adapter binds at most ${most}`,
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
