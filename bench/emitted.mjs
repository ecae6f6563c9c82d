// Trainers of the workloads as `bpnet compile --minify` writes them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const made = {};
let folder = null;

/** `{ path, bytes }` */
export function emitted(name, target) {
  return (made[`${name} ${target}`] ??= emit(name, target));
}

function emit(name, target) {
  if (!folder) {
    folder = mkdtempSync(join(tmpdir(), 'bpnet-bench-'));
    process.once('exit', () => rmSync(folder, { recursive: true }));
  }
  const path = join(folder, `${name}-${target}.mjs`);
  const program = join(root, 'bench/workloads', `${name}.bpnet`);
  const args = ['dist/cli/main.js', 'compile', program, '--minify', '--target', target, '-o', path];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return { path, bytes: readFileSync(path) };
}
