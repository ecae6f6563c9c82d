import { emitShared, emitWasm, type TeamModule } from '../compiler/backends/wasm/emit.ts';
import { dismissed, everyone, mostThreads, oneCall, words } from '../compiler/backends/wasm/threads/team.ts';
import { workerSource } from '../compiler/backends/wasm/threads/start.ts';
import type { Program } from '../compiler/ir/program.ts';

/**
 * The program's kernels as a WebAssembly module, in the text: `float` and `int` of the runtime are views of the arena at
 * the start of its memory, `entries` its exported functions.
 */
export function wasmText(program: Program): string {
  const { arenaBytes, precision } = program;
  const [array, slot] = precision === 'f32' ? ['Float32Array', 4] : ['Float64Array', 8];
  const shared = emitShared(program);
  return [
    ...(shared ? sharedText(shared) : aloneText(program)),
    'const arena = memory.buffer;',
    `const F = new ${array}(arena, 0, ${arenaBytes / slot}), I = new Int32Array(arena, 0, ${arenaBytes / 4});`,
    ...(shared ? [startText(shared)] : []),
  ].join('\n');
}

function codeText(bytes: Uint8Array): string {
  return `const code = Uint8Array.from(atob('${Buffer.from(bytes).toString('base64')}'), (letter) => letter.charCodeAt(0));`;
}

function aloneText(program: Program): readonly string[] {
  return [
    codeText(emitWasm(program).bytes),
    'const { memory, ...entries } = new WebAssembly.Instance(new WebAssembly.Module(code)).exports;',
  ];
}

/**
 * `threads`: those of Node, or of a worker in a page that may share memory. The page itself may not wait for another
 * thread, so there it is one, on memory of its own: the module's import says so in one byte.
 */
function sharedText({ bytes, together, each }: TeamModule): readonly string[] {
  const cores = '(node ? node.getBuiltinModule("os").availableParallelism() : navigator.hardwareConcurrency)';
  return [
    codeText(bytes),
    'const node = globalThis.process?.versions?.node && process.getBuiltinModule ? process : null;',
    `const able = node || (globalThis.crossOriginIsolated && !globalThis.document);`,
    `const threads = able ? Math.max(1, Math.min(${mostThreads}, Math.floor(options.threads ?? Math.min(8, ${cores})) || 1)) : 1;`,
    `if (threads < 2) code[${sharedFlag(bytes)}] = 1;`,
    `const pages = Math.ceil((${together} + threads * ${each}) / 65536);`,
    'const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: threads > 1 });',
    'const module = new WebAssembly.Module(code);',
    'const { work, ...entries } = new WebAssembly.Instance(module, { host: { memory } }).exports;',
  ];
}

/** Where the import of the memory says that it is shared. */
function sharedFlag(bytes: Uint8Array): number {
  const text = String.fromCharCode(...bytes.subarray(0, 4096));
  const name = '\x04host\x06memory\x02';
  return text.indexOf(name) + name.length;
}

/** The others join when they have started, and go when nobody can call the entries any more. */
function startText({ teamAt }: TeamModule): string {
  const at = (name: keyof typeof words): number => (teamAt + words[name]) / 4;
  return `const message = { module, memory, failed: ${at('failed')} };
const source = ${JSON.stringify(workerSource.trim())};
for (let i = 1; i < threads; i++) {
  if (node) {
    const { Worker } = node.getBuiltinModule('worker_threads');
    const text = "const message = require('node:worker_threads').workerData;" + source;
    const worker = new Worker(text, { eval: true, workerData: message, execArgv: [] });
    worker.unref();
    worker.on('error', () => {});
  } else {
    const text = 'onmessage = ({ data: message }) => {' + source + '}';
    const worker = new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
    worker.onerror = (event) => event.preventDefault();
    worker.postMessage(message);
  }
}
if (threads > 1) {
  new FinalizationRegistry((words) => {
    Atomics.store(words, ${at('entry')}, ${dismissed});
    Atomics.or(words, ${at('call')}, ${everyone});
    Atomics.add(words, ${at('call')}, ${oneCall});
    Atomics.notify(words, ${at('call')});
  }).register(entries, new Int32Array(arena));
}`;
}
