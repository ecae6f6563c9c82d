import { emitWebgpu } from '../compiler/backends/webgpu/emit.ts';
import { helperText } from '../compiler/backends/js/helpers.ts';
import { newNeeds } from '../compiler/backends/js/writer.ts';
import type { Program } from '../compiler/ir/program.ts';
import { mathSource, withNeeds } from '../compiler/ir/scalar-math.ts';
import { gpuHostsText } from './gpu-hosts-text.ts';
import { literal } from './literal.ts';

/**
 * The program for WebGPU: shaders as they are written, dispatches as data, host scalars as JavaScript. `float` and `int` of
 * the runtime are the host's copy of what lasts.
 */
export function webgpuText(program: Program): string {
  const { shaders, ...rest } = emitWebgpu(program);
  const needs = newNeeds();
  const hosts = gpuHostsText(program, needs);
  return [
    `const memory = new ArrayBuffer(${rest.lasting * 4}), F = new Float32Array(memory), I = new Int32Array(memory);`,
    ...withNeeds(needs.math).map((name) => mathSource[name].text),
    ...[...needs.helpers].map((name) => helperText(name, (text) => `(${text})`)),
    `const gpuProgram = { ...${literal(rest)}, shaders: [\n${shaders.map((text) => `\`${text}\``).join(',\n')}] };`,
    hosts,
  ].join('\n');
}
