// From the start of the process to the end of the first step, and the memory it took at most.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { emitted } from './emitted.mjs';
import { median, short, table } from './report.mjs';
import { known } from './workloads.mjs';

const shown = ['mlp', 'transformer'];
const script = fileURLToPath(new URL('./trainer-start.mjs', import.meta.url));
const folder = fileURLToPath(new URL('./workloads', import.meta.url));

export function startReport({ runs, present }) {
  const rows = present.map(({ id }) => row(id, (name) => runs[name]?.[id]));
  for (const target of ['js', 'wasm']) {
    rows.unshift(row(`bpnet, emitted trainer (${target})`, (name) => trainerRuns(name, target)));
  }
  const columns = shown.map((name) => known[name].id);
  const head = ['', ...columns.map((id) => `${id}, ms`), ...columns.map((id) => `${id}, MB`)];
  const filled = rows.filter((cells) => cells.slice(1).some((cell) => cell !== '–'));
  return [
    '### From the start of the process to the end of the first step, and memory',
    'Loading, compiling and reading data included; bpnet itself does the three checked steps. Emitted trainers read their data from files.',
    table(head, filled),
  ].join('\n\n');
}

function row(label, runsOf) {
  const cells = (key) =>
    shown.map((name) => {
      const all = runsOf(name);
      return all?.length ? short(median(all.map((run) => run[key]))) : '–';
    });
  return [label, ...cells('firstStepMs'), ...cells('megabytes')];
}

function trainerRuns(name, target) {
  const { path } = emitted(name, target);
  return Array.from({ length: 3 }, () => {
    const { stdout, stderr } = spawnSync(process.execPath, [script, path], { cwd: folder, encoding: 'utf8' });
    if (!stdout) throw new Error(stderr);
    return JSON.parse(stdout);
  });
}
