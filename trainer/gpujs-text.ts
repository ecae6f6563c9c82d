import { emitGpuJs } from '../compiler/backends/gpujs/emit.ts';
import { helperText } from '../compiler/backends/js/helpers.ts';
import { newNeeds } from '../compiler/backends/js/writer.ts';
import type { Program } from '../compiler/ir/program.ts';
import { randomSource } from '../compiler/ir/random.ts';
import { mathSource, withNeeds } from '../compiler/ir/scalar-math.ts';
import { gpuHostsText } from './gpu-hosts-text.ts';
import { literal } from './literal.ts';

/**
 * The program for gpu.js: kernels are source strings, which no minifier touches. Host scalars and random numbers are made
 * here; `float` and `int` of the runtime are the host's copy of what lasts.
 */
export function gpuJsText(program: Program): string {
  const emitted = emitGpuJs(program);
  if ('refused' in emitted) throw new Error(emitted.refused.map(({ text }) => text).join('; '));
  const { plan } = emitted;
  const needs = newNeeds();
  const hosts = gpuHostsText(program, needs);
  const dists = new Set(Object.values(plan.entries).flatMap(({ draws }) => draws.map(({ dist }) => dist)));
  if (dists.has('normal')) needs.math.add('logf').add('cosf');
  const random = dists.size > 0 ? (['threefry', 'randomKey', ...[...dists].map((dist) => (dist === 'normal' ? 'normalf' : dist))] as const) : []; // prettier-ignore
  const elements = [...dists].map((dist) => `${dist}: ${dist === 'normal' ? 'normalf' : dist}`);
  return [
    `const arena = new ArrayBuffer(${program.arenaBytes}), F = new Float32Array(arena), I = new Int32Array(arena);`,
    ...withNeeds(needs.math).map((name) => mathSource[name].text),
    ...random.map((name) => randomSource[name]),
    ...[...needs.helpers].map((name) => helperText(name, (text) => `(${text})`)),
    `const gpuPlan = ${literal(plan)};`,
    hosts,
    `const gpuDraw = (dist, stream, ...key) => {
  const [k, l] = [0, 1].map((half) => ${dists.size > 0 ? 'randomKey(half, key[0], key[1], stream, key[2], key[3])' : '0'});
  const element = { ${elements.join(', ')} }[dist];
  return (index) => element(k, l, index);
};`,
  ].join('\n');
}
