// Training speed of emitted JavaScript beside TensorFlow.js (cpu backend), interleaved on this machine.
//
//   npm run bench                      three rounds of three seconds each
//   npm run bench -- --rounds 1 --seconds 1
//
// The peer is installed into bench/peers on first use. Prints a markdown table.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { flopsPerStep, workloads } from './measure.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '3' } },
});
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
const contestants = { bpnet: join(here, 'bpnet.mjs'), 'tfjs-cpu': join(here, 'peers', 'tfjs.mjs') };

if (!existsSync(join(here, '..', 'dist', 'index.js'))) {
  console.error('Build first: npm run build');
  process.exit(2);
}
if (!existsSync(join(here, 'peers', 'node_modules', '@tensorflow'))) {
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: join(here, 'peers'),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) process.exit(2);
}

function once(contestant, workload) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [contestants[contestant], workload, String(seconds)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${contestant} ${workload} failed:\n${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

const runs = {};
for (let round = 1; round <= rounds; round++) {
  for (const workload of Object.keys(workloads)) {
    for (const contestant of Object.keys(contestants)) {
      const result = once(contestant, workload);
      ((runs[workload] ??= {})[contestant] ??= []).push(result);
      console.error(`round ${round}  ${workload}  ${contestant}  ${result.steps_per_s.toFixed(1)} steps/s`);
    }
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const short = (x) => (x >= 1000 ? Math.round(x).toLocaleString('en-US') : x.toPrecision(3));
const { version } = JSON.parse(readFileSync(join(here, '..', 'package.json'), 'utf8'));
const cpu = cpus();
console.log(
  `${cpu.length} × ${cpu[0].model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.versions.node}`,
);
console.log(`bpnet ${version}, TensorFlow.js ${runs.xor['tfjs-cpu'][0].version} (cpu backend)`);
console.log(
  `Medians of ${rounds} interleaved rounds, ${seconds} s each after a second of warm-up; in brackets least and most.\n`,
);
console.log('| workload | bpnet, steps/s | tfjs-cpu, steps/s | ratio | bpnet, µs/step | bpnet, GFLOP/s |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
for (const [name, workload] of Object.entries(workloads)) {
  const speeds = (contestant) => runs[name][contestant].map((run) => run.steps_per_s);
  const cell = (list) => `${short(median(list))} (${short(Math.min(...list))}–${short(Math.max(...list))})`;
  const ours = median(speeds('bpnet'));
  console.log(
    `| ${workload.title} | ${cell(speeds('bpnet'))} | ${cell(speeds('tfjs-cpu'))} | ${short(ours / median(speeds('tfjs-cpu')))}× ` +
      `| ${short(1e6 / ours)} | ${((ours * flopsPerStep(workload)) / 1e9).toPrecision(3)} |`,
  );
}
