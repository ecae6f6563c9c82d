import { existsSync } from 'node:fs';
import { webgpuOn } from '../../compiler/backends/webgpu/backend.ts';
import type { Gpu } from '../../compiler/backends/webgpu/device.ts';
import type { RemoteBackend } from '../../compiler/backends/backend.ts';

/**
 * WebGPU in this process, by the package `webgpu`. What it makes must stay reachable as long as a device lives, and keeps
 * the process alive: `release` lets go of all.
 */
const held: unknown[] = [];
export async function gpuOf(options: readonly string[]): Promise<Gpu> {
  const { create } = (await import('webgpu')) as unknown as { create: (options: readonly string[]) => Gpu };
  const gpu = create(options);
  held.push(gpu);
  return gpu;
}
export function release(): void {
  held.length = 0;
}

/** Shaders are parsed and pipelines checked, nothing is executed: no driver is needed. */
export const nullGpu = (): Promise<Gpu> => gpuOf(['backend=null']);

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** A device that computes, by whatever Vulkan driver there is, be it Chromium's software one. null: none. */
export async function realGpu(): Promise<Gpu | null> {
  if (!process.env['VK_ICD_FILENAMES'] && existsSync(driver)) process.env['VK_ICD_FILENAMES'] = driver;
  process.env['XDG_RUNTIME_DIR'] ??= '/tmp';
  const gpu = await gpuOf([]);
  if (await gpu.requestAdapter()) return gpu;
  const required = (process.env['BPNET_REQUIRE'] ?? '').split(/[ ,]+/);
  if (required.includes('vulkan')) throw new Error(noVulkan);
  return null;
}
export async function realWebgpu(): Promise<RemoteBackend | null> {
  const gpu = await realGpu();
  return gpu && webgpuOn(async () => gpu);
}
export const noVulkan = 'there is no Vulkan driver; Chromium brings one: apt install chromium';
