import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { packageRoot } from '../runtime/node/package-root.ts';

/** Files that declarations are carried from, by path from the package root: `runtime/train.ts`. */
export interface SourceTree {
  readonly files: Readonly<Record<string, SourceFile>>;
  /** A file outside of these that one of them imports; null when there is none. */
  readonly read: (path: string) => SourceFile | null;
}
export interface SourceFile {
  readonly text: string;
  readonly language: 'ts' | 'js';
}

/** What trainers add to the runtime. */
const parts = ['command', 'data', 'trainer', 'worker'];

/**
 * The runtime, which the package ships as TypeScript. What it imports of the compiler comes from the
 * sources where they are present, else from the built package.
 */
export function runtimeSources(): SourceTree {
  return (runtime ??= readSources(packageRoot()));
}
let runtime: SourceTree | null = null;

/** What runs an emitted program on a machine with memory of its own, apart from the runtime: it knows no session. */
export function machineSources(target: 'gpujs' | 'webgpu'): SourceTree {
  const { read } = runtimeSources();
  const names = { gpujs: ['machine'], webgpu: ['machine', 'adapter'] }[target];
  const paths = names.map((name) => `compiler/backends/${target}/${name}.ts`);
  const files = paths.map((path) => [path, read(path) ?? absent(path)] as const);
  return (machines[target] ??= { files: Object.fromEntries(files), read });
}
const machines: Partial<Record<'gpujs' | 'webgpu', SourceTree>> = {};

function readSources(root: string): SourceTree {
  const files: Record<string, SourceFile> = {};
  for (const path of readdirSync(join(root, 'runtime'), { recursive: true, encoding: 'utf8' }).toSorted()) {
    const name = posix.join('runtime', path.replaceAll('\\', '/'));
    if (!name.endsWith('.ts') || name.endsWith('.d.ts')) continue;
    files[name] = { text: readFileSync(join(root, name), 'utf8'), language: 'ts' };
  }
  const read = (path: string): SourceFile | null => {
    const source = join(root, path);
    if (existsSync(source)) return { text: readFileSync(source, 'utf8'), language: 'ts' };
    const built = join(root, 'dist', path.replace(/\.ts$/, '.js'));
    return existsSync(built) ? { text: readFileSync(built, 'utf8'), language: 'js' } : null;
  };
  for (const part of parts) {
    const name = `trainer/parts/${part}.ts`;
    files[name] = read(name) ?? absent(name);
  }
  return { files, read };
}

function absent(name: string): never {
  throw new Error(`the package "bpnet" lacks ${name}`);
}
