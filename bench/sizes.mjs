// What is sent to a page, and what is installed.
import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { peersFolder } from './contestants.mjs';
import { emitted } from './emitted.mjs';
import { short, table } from './report.mjs';
import { known } from './workloads.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

export function sizeReport() {
  const kib = (bytes) => short(bytes / 1024);
  const bundles = [
    ...Object.keys(known).map((name) => [
      `bpnet, trainer of ${known[name].id} ${name}`,
      ...['wasm', 'js'].flatMap((target) => sizes(emitted(name, target).bytes)).map(kib),
    ]),
    ...peerBundles().map(([label, bytes]) => [label, ...sizes(bytes).map(kib), '', '']),
  ];
  const installs = [
    ['bpnet and what it depends on', ourInstall()],
    ...Object.keys(readJson(join(peersFolder, 'package.json')).dependencies).map((name) => [
      name,
      installed(peersFolder, [name]),
    ]),
  ];
  return [
    '### Sizes for a page, KiB, minified',
    'Trainers hold the network, its training loop and reading of its data; of the peers the library alone, whole, bundled by esbuild.',
    table(['', 'wasm', 'gzip', 'js', 'gzip'], bundles),
    '### Installed, MB',
    table(
      ['', 'MB', 'packages'],
      installs.map(([name, { bytes, packages }]) => [name, short(bytes / 1e6), packages]),
    ),
  ].join('\n\n');
}

const sizes = (bytes) => [bytes.length, gzipSync(bytes, { level: 9 }).length];
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

function peerBundles() {
  const wasm = '@tensorflow/tfjs-backend-wasm';
  const simd = readFileSync(join(peersFolder, 'node_modules', wasm, 'dist/tfjs-backend-wasm-simd.wasm'));
  return [
    ['tfjs', bundle(['@tensorflow/tfjs'])],
    ['tfjs with its wasm backend', Buffer.concat([bundle(['@tensorflow/tfjs', wasm]), simd])],
    ['jax-js', bundle(['@jax-js/jax'])],
    ['convnetjs', bundle(['convnetjs'])],
    ['synaptic', bundle(['synaptic'])],
  ];
}
function bundle(names) {
  const imports = names.map((name, i) => `import * as m${i} from '${name}';`);
  const { outputFiles } = buildSync({
    stdin: {
      contents: `${imports.join('')}globalThis.peers = [${names.map((_, i) => `m${i}`)}];`,
      resolveDir: peersFolder,
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
    define: { global: 'globalThis' },
    external: [
      'fs',
      'path',
      'util',
      'crypto',
      'os',
      'worker_threads',
      'perf_hooks',
      'string_decoder',
      'node-fetch',
    ],
  });
  return Buffer.from(outputFiles[0].contents);
}

/** The published files and all packages of `dependencies`. */
function ourInstall() {
  const { dependencies } = readJson(join(root, 'package.json'));
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' });
  const [{ unpackedSize }] = JSON.parse(stdout);
  const { bytes, packages } = installed(root, Object.keys(dependencies));
  return { bytes: bytes + unpackedSize, packages: packages + 1 };
}

/** Bytes and number of the packages that these need, themselves included, as the lock file has them. */
function installed(folder, names) {
  const { packages } = readJson(join(folder, 'package-lock.json'));
  const found = new Set();
  const visit = (from, name) => {
    let at = from;
    while (!packages[join(at, 'node_modules', name)]) {
      if (!at) return; // optional, and not for this machine
      at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules') - 1));
    }
    const path = join(at, 'node_modules', name);
    if (found.has(path)) return;
    found.add(path);
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = packages[path];
    const peers = Object.keys(peerDependencies ?? {}).filter(
      (peer) => !peerDependenciesMeta?.[peer]?.optional,
    );
    for (const next of [dependencies, optionalDependencies]
      .flatMap((all) => Object.keys(all ?? {}))
      .concat(peers)) {
      visit(path, next);
    }
  };
  for (const name of names) visit('', name);
  const bytes = [...found].reduce((sum, path) => sum + bytesIn(join(folder, path)), 0);
  return { bytes, packages: found.size };
}
/** Of a package without those inside it. */
function bytesIn(folder) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return 0; // optional, and not for this machine
  }
  return entries.reduce((sum, entry) => {
    if (entry.name === 'node_modules') return sum;
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? bytesIn(path) : lstatSync(path).size);
  }, 0);
}
