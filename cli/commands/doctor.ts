import { availableParallelism, cpus, freemem, platform, release, tmpdir, totalmem } from 'node:os';
import { accessSync, constants } from 'node:fs';
import { hasSimd } from '../../compiler/backends/wasm/has-simd.ts';
import { type Context, print, printJson } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { bytesText } from '../format.ts';
import { table } from '../table.ts';
import { targetHere } from '../../runtime/targets.ts';
import { version } from '../version.ts';

interface Finding {
  readonly name: string;
  /** `info`: true or not, nothing depends on it in this version. */
  readonly state: 'ok' | 'bad' | 'info';
  readonly text: string;
}

/** Looks only: nothing is installed, started or sent. Exit code 5 when bpnet cannot train here. */
export async function run(context: Context): Promise<ExitCode> {
  const findings = await examine();
  const healthy = findings.every((finding) => finding.state !== 'bad');
  if (context.values.json === true) {
    printJson(context, { bpnet: version(), healthy, findings });
  } else {
    const { out } = context;
    const mark = { ok: out.green('✓'), bad: out.red('✗'), info: out.dim('·') };
    print(
      context,
      table(
        findings.map(({ name, state, text }) => [mark[state], name, state === 'info' ? out.dim(text) : text]),
      ),
    );
    print(
      context,
      healthy
        ? `\nReady to train on target ${targetHere()}.`
        : '\nbpnet cannot train here; see the lines marked ✗.',
    );
  }
  return healthy ? exit.ok : exit.target;
}

async function examine(): Promise<readonly Finding[]> {
  const major = Number(process.versions.node.split('.')[0]);
  const processor = cpus()[0]?.model.trim() ?? 'unknown';
  return [
    { name: 'bpnet', state: 'ok', text: version() },
    major >= 20
      ? { name: 'Node.js', state: 'ok', text: process.version }
      : { name: 'Node.js', state: 'bad', text: `${process.version}; bpnet needs 20 or later` },
    { name: 'system', state: 'ok', text: `${platform()} ${release()} ${process.arch}` },
    { name: 'processor', state: 'ok', text: `${processor}, ${availableParallelism()} usable cores` },
    { name: 'memory', state: 'ok', text: `${bytesText(totalmem())}, ${bytesText(freemem())} free` },
    generatedCode(),
    vectors(),
    temporaryFolder(),
    threads(),
    await optional('target webgpu', 'webgpu', hasWebGpu()),
    await optional('target gpujs', 'gpu.js', false),
  ];
}

/** A target that a package of the user's own brings. */
async function optional(name: string, from: string, isHere: boolean): Promise<Finding> {
  if (isHere) return { name, state: 'ok', text: 'offered by this Node.js' };
  const installed = await isInstalled(from);
  const text = installed ? `the package ${from} is installed` : `\`npm install ${from}\` brings it`;
  return { name, state: installed ? 'ok' : 'info', text };
}

function threads(): Finding {
  const name = 'threads';
  if (typeof SharedArrayBuffer !== 'function') return { name, state: 'info', text: 'no shared memory: one' };
  return {
    name,
    state: 'ok',
    text: `wasm uses up to ${Math.min(8, availableParallelism())}; --threads says how many`,
  };
}

/** The js target makes functions from text, which `--disallow-code-generation-from-strings` forbids. */
function generatedCode(): Finding {
  try {
    const works = new Function('x', 'return Math.fround(x)')(0.1) === Math.fround(0.1);
    return works
      ? { name: 'target js', state: 'ok', text: 'f32 and f64' }
      : { name: 'target js', state: 'bad', text: 'Math.fround does not round to f32' };
  } catch {
    return { name: 'target js', state: 'bad', text: 'code generation is forbidden in this process' };
  }
}

/** Without vectors training falls back to JavaScript. */
function vectors(): Finding {
  return hasSimd()
    ? { name: 'target wasm', state: 'ok', text: '128-bit vectors; used unless another target is asked for' }
    : { name: 'target wasm', state: 'info', text: 'no WebAssembly with vectors here; js is used instead' };
}

function temporaryFolder(): Finding {
  try {
    accessSync(tmpdir(), constants.W_OK);
    return { name: 'temp folder', state: 'ok', text: tmpdir() };
  } catch {
    return {
      name: 'temp folder',
      state: 'info',
      text: `${tmpdir()} cannot be written: no reports of internal errors`,
    };
  }
}

function hasWebGpu(): boolean {
  return typeof navigator === 'object' && 'gpu' in navigator;
}

async function isInstalled(name: string): Promise<boolean> {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
