import { emitWasm } from '../compiler/backends/wasm/emit.ts';
import type { Program } from '../compiler/ir/program.ts';

/**
 * The program's kernels as a WebAssembly module, in the text: `float` and `int` of the runtime are views of the arena at
 * the start of its memory, `entries` its exported functions.
 */
export function wasmText(program: Program): string {
  const { arenaBytes, precision } = program;
  const [array, slot] = precision === 'f32' ? ['Float32Array', 4] : ['Float64Array', 8];
  const base64 = Buffer.from(emitWasm(program).bytes).toString('base64');
  return [
    `const code = Uint8Array.from(atob('${base64}'), (letter) => letter.charCodeAt(0));`,
    'const { memory, ...entries } = new WebAssembly.Instance(new WebAssembly.Module(code)).exports;',
    'const arena = memory.buffer;',
    `const F = new ${array}(arena, 0, ${arenaBytes / slot}), I = new Int32Array(arena, 0, ${arenaBytes / 4});`,
  ].join('\n');
}
