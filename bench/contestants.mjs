// Who takes part, how each is started, and what it can do.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
export const peersFolder = join(here, 'peers');
/** Debian's OpenBLAS with OpenMP, unpacked: PyTorch and it then share their threads, which the plain one fights for. */
export const blasFolder = join(peersFolder, 'openblas');
const newerNode = ['x64', 'arm64']
  .map((cpu) => join(peersFolder, 'node_modules', `node-linux-${cpu}`, 'bin', 'node'))
  .find((path) => existsSync(path));

const dense = ['xor', 'mlp', 'big-mlp'];

/**
 * `kind`: bpnet, `wasm` and `plain` for JavaScript peers with and without WebAssembly, `native`.
 * `same`: where its loss must be that of the others; default everywhere. `slow`: less than about one step a second.
 *
 * @returns {{ id: string, kind: string, script: string, request?: object, only?: string[], same?: string[], slow?: string[],
 *   node?: string, python?: string }[]}
 */
export function contestants() {
  const ours = (id, target, threads) => ({
    id,
    kind: 'bpnet',
    script: 'bpnet.mjs',
    request: { target, threads },
  });
  const jax = (id, threads, node) => ({
    id,
    kind: 'wasm',
    script: 'peers/jax.mjs',
    request: { threads },
    node,
  });
  const tfjs = (backend) => ({ script: 'peers/tfjs.mjs', request: { backend } });
  return [
    ours('bpnet wasm, 2 threads', 'wasm', 2),
    ours('bpnet wasm, 1 thread', 'wasm', 1),
    ours('bpnet js', 'js', 1),
    jax('jax-js', 1),
    jax('jax-js, Node 24', 1, newerNode ?? null),
    jax('jax-js, Node 24, 2 threads', 2, newerNode ?? null),
    { id: 'tfjs-wasm', kind: 'wasm', ...tfjs('wasm') },
    { id: 'tfjs-cpu', kind: 'plain', ...tfjs('cpu'), slow: ['cnn', 'lstm', 'transformer', 'big-mlp'] },
    {
      id: 'brain.js',
      kind: 'plain',
      script: 'peers/brain.mjs',
      only: [...dense, 'lstm'],
      same: [],
      slow: ['lstm', 'big-mlp'],
    },
    {
      id: 'convnetjs',
      kind: 'plain',
      script: 'peers/convnetjs.mjs',
      only: [...dense, 'cnn'],
      same: ['xor'],
      slow: ['big-mlp'],
    },
    { id: 'synaptic', kind: 'plain', script: 'peers/synaptic.mjs', only: ['xor'], same: [] },
    {
      id: 'js-pytorch',
      kind: 'plain',
      script: 'peers/js-pytorch.mjs',
      only: ['mlp', 'transformer', 'big-mlp'],
      same: [],
      slow: ['transformer', 'big-mlp'],
    },
    {
      id: 'numpy, 2 threads',
      kind: 'native',
      script: 'peers/numpy_mlp.py',
      request: { threads: 2 },
      only: dense,
      python: 'numpy',
    },
    {
      id: 'torch, 2 threads',
      kind: 'native',
      script: 'peers/pytorch.py',
      request: { threads: 2 },
      python: 'torch',
    },
  ];
}

/** Why it cannot take part here, or null. */
export function reasonToSkip({ node, python }) {
  if (node === null) return 'no Node 24 for this machine';
  if (python && process.platform !== 'linux') return 'the Python peers read /proc';
  if (python && !pythonWith(python)) return `no python3 with ${python}`;
  return null;
}

const pythons = {};
/** The first python3 that has the module; NumPy rather from one that has PyTorch, so that both use one BLAS. */
function pythonWith(module) {
  const candidates = [process.env.BENCH_PYTHON, 'python3', '/usr/bin/python3'].filter(Boolean);
  const has = (modules) => (python) => spawnSync(python, ['-c', `import ${modules}`]).status === 0;
  return (pythons[module] ??= candidates.find(has('numpy, torch')) ?? candidates.find(has(module)) ?? null);
}

/** One run in a process of its own: what it measured, or `{ failed }`. */
export function once(contestant, asked) {
  const { script, request, node, python } = contestant;
  const command = python ? pythonWith(python) : (node ?? process.execPath);
  const args = [join(here, script), JSON.stringify({ ...asked, ...request })];
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env: environment(python && request.threads),
    timeout: 150_000,
  });
  if (error?.code === 'ETIMEDOUT') return { failed: 'took more than 150 s' };
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1));
  } catch {
    const said = stderr.split('\n').find((line) => /error/i.test(line));
    return { failed: said?.trim() ?? `ended with ${status}` };
  }
}

/** `threads`: of a Python peer. */
function environment(threads) {
  const { OPENBLAS_CORETYPE: _, ...env } = process.env; // OpenBLAS knows the processor better
  if (!threads) return env;
  const folders = ['x86_64', 'aarch64'].map((cpu) =>
    join(blasFolder, `usr/lib/${cpu}-linux-gnu/openblas-openmp`),
  );
  const folder = folders.find((path) => existsSync(path));
  return {
    ...env,
    OMP_NUM_THREADS: `${threads}`,
    OPENBLAS_NUM_THREADS: `${threads}`,
    // PyTorch stops at AVX2 by itself.
    ...(/\bavx512f\b/.test(readFileSync('/proc/cpuinfo', 'utf8')) && { ATEN_CPU_CAPABILITY: 'avx512' }),
    ...(folder && { LD_LIBRARY_PATH: folder }),
  };
}
