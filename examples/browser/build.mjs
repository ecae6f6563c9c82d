// Makes the page a folder of files that any static server can serve: `node build.mjs [folder]`.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = import.meta.dirname ?? dirname(fileURLToPath(import.meta.url));
const to = resolve(process.argv[2] ?? join(here, 'site'));
const bpnet = fileURLToPath(new URL('cli/main.js', import.meta.resolve('bpnet')));
const { resolve: find } = createRequire(import.meta.url);
mkdirSync(join(to, 'data'), { recursive: true });

const targets = ['wasm', 'webgpu', 'gpujs', 'js'].filter((target) => {
  const out = join(to, `${target}.mjs`);
  const words = [
    'compile',
    join(here, '..', 'mnist-mlp', 'model.bpnet'),
    '--target',
    target,
    '--minify',
    '-q',
    '-o',
    out,
  ];
  try {
    execFileSync(process.execPath, [bpnet, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
    for (const types of ['d.ts', 'd.mts']) rmSync(join(to, `${target}.${types}`), { force: true });
    return true;
  } catch (error) {
    console.error(`without ${target}: ${String(error.stderr).trim()}`);
    return false;
  }
});
writeFileSync(join(to, 'targets.json'), JSON.stringify(targets));

for (const name of ['index.html', 'page.mjs', 'targets.mjs', 'worker.mjs'])
  copyFileSync(join(here, name), join(to, name));
for (const part of ['train', 'test']) {
  for (const name of [`${part}-images-idx3-ubyte.gz`, `${part}-labels-idx1-ubyte.gz`])
    copyFileSync(join(here, '..', 'data', 'mnist', name), join(to, 'data', name));
}
const gpuJs = gpuJsFile();
if (gpuJs !== null) copyFileSync(gpuJs, join(to, 'gpu.js'));
console.log(`${to}: ${targets.join(', ')}${gpuJs === null ? '; gpu.js is not installed' : ''}`);

function gpuJsFile() {
  try {
    const file = join(dirname(find('gpu.js/package.json')), 'dist', 'gpu-browser.min.js');
    return existsSync(file) ? file : null;
  } catch {
    return null;
  }
}
