import type { Backend, RemoteBackend } from '../compiler/backends/backend.ts';
import { hasSimd } from '../compiler/backends/wasm/has-simd.ts';
import { nearest } from '../dsl/suggest.ts';
import { type Context, fail, usageError } from './context.ts';
import { exit, type ExitCode } from './exit.ts';

const available = ['js', 'wasm', 'webgpu', 'gpujs', 'reference'] as const;
export type Target = (typeof available)[number];
/** Known to the language, not written yet: refused with exit code 5 rather than as a typing mistake. */
const planned = ['pytorch', 'onnx'];

export type TargetResult =
  { readonly ok: true; readonly target: Target } | { readonly ok: false; readonly code: ExitCode };

/** What a program runs on here when nobody asks for anything else: WebAssembly with vectors, or JavaScript. */
export function targetHere(): Target {
  return hasSimd() ? 'wasm' : 'js';
}

export function targetOf(context: Context, otherwise: Target = targetHere()): TargetResult {
  const asked = context.values.target ?? otherwise;
  if ((available as readonly string[]).includes(asked)) return { ok: true, target: asked as Target };
  const have = `available: ${available.join(', ')}`;
  if (planned.includes(asked)) {
    return {
      ok: false,
      code: fail(context, exit.target, `target ${asked} is not available in this version`, have),
    };
  }
  const close = nearest(asked, [...available, ...planned]);
  const help = close === null ? have : `did you mean ${close}? ${have}`;
  return { ok: false, code: usageError(context, `there is no target called "${asked}"`, help) };
}

export async function backendOf(target: Exclude<Target, 'gpujs' | 'webgpu'>): Promise<Backend>;
export async function backendOf(target: Target): Promise<Backend | RemoteBackend>;
export async function backendOf(target: Target): Promise<Backend | RemoteBackend> {
  if (target === 'webgpu') return (await import('../compiler/backends/webgpu/backend.ts')).webgpu;
  if (target === 'gpujs') return (await import('../compiler/backends/gpujs/backend.ts')).gpujs;
  if (target === 'js') return (await import('../compiler/backends/js/backend.ts')).js;
  if (target === 'wasm') return (await import('../compiler/backends/wasm/backend.ts')).wasm;
  return (await import('../compiler/backends/reference/backend.ts')).reference;
}
