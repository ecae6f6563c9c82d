// Puts the peers into bench/peers, where nothing of bpnet sees them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { blasFolder, peersFolder } from './contestants.mjs';

export function installPeers() {
  if (!existsSync(join(peersFolder, 'node_modules', '@jax-js'))) {
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
    const { status } = spawnSync('npm', args, { cwd: peersFolder, stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error('npm could not install the peers');
  }
  if (process.platform === 'linux' && !existsSync(blasFolder)) unpackBlas();
}

/** Without root: downloaded and unpacked beside the peers. Where that fails, Python uses the BLAS it has. */
function unpackBlas() {
  mkdirSync(blasFolder, { recursive: true });
  const run = (command, ...args) =>
    spawnSync(command, args, { cwd: blasFolder, stdio: 'ignore' }).status === 0;
  if (!run('apt-get', 'download', 'libopenblas0-openmp')) return;
  const file = readdirSync(blasFolder).find((name) => name.endsWith('.deb'));
  run('dpkg', '-x', file, '.');
}
