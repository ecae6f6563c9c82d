// Training speed of bpnet beside every peer, in one interleaved run. Writes the tables of bench/README.md.
//
//   npm run bench
//   npm run bench -- --only W2,W3 --peers torch,jax-js --rounds 1 --seconds 1
//   npm run bench -- --quick            one short round, without what takes seconds a step
//
// A part of the whole is printed, not written. `--sizes`: only bundles, installs and starts.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { contestants, once, reasonToSkip } from './contestants.mjs';
import { writeGiven } from './given-file.mjs';
import { installPeers } from './install.mjs';
import { median, speedReport, wrongLosses } from './report.mjs';
import { sizeReport } from './sizes.mjs';
import { startReport } from './starts.mjs';
import { writeReadme } from './readme.mjs';
import { known } from './workloads.mjs';

const text = { type: 'string' };
const flag = { type: 'boolean', default: false };
const { values: options } = parseArgs({
  options: { only: text, peers: text, rounds: text, seconds: text, quick: flag, sizes: flag },
});
const { quick } = options;
const rounds = Number(options.rounds ?? (quick ? 1 : 3));
const seconds = Number(options.seconds ?? (quick ? 0.4 : 1.5));
const wanted = options.only?.toLowerCase().split(',');
const names = Object.keys(known).filter(
  (name) => !wanted || wanted.includes(known[name].id.toLowerCase()) || wanted.includes(name),
);
const peers = options.peers?.split(',');
const isWanted = ({ id, kind }) =>
  kind === 'bpnet' || !peers || peers.some((peer) => id.startsWith(peer) && peer);

if (!existsSync(new URL('../dist/index.js', import.meta.url))) throw new Error('build first: npm run build');
installPeers();
const skipped = {};
const present = contestants().filter((contestant) => {
  if (!isWanted(contestant)) return false;
  const reason = reasonToSkip(contestant);
  if (reason) skipped[contestant.id] = reason;
  return !reason;
});

const folder = mkdtempSync(join(tmpdir(), 'bpnet-bench-'));
/** workload → contestant → its runs */
const runs = Object.fromEntries(names.map((name) => [name, {}]));
try {
  if (!options.sizes) runAll();
} finally {
  rmSync(folder, { recursive: true });
}

function runAll() {
  for (const name of names) writeGiven(name, join(folder, name));
  for (let round = 1; round <= rounds; round++) {
    for (const name of names) {
      for (const contestant of present) {
        if (round === 1 ? takesPart(contestant, name) : isWorthRepeating(contestant, name)) {
          note(round, name, contestant, { workload: name, seconds, given: join(folder, name) });
        }
      }
    }
  }
}
function takesPart({ only, slow }, name) {
  return (!only || only.includes(name)) && !(quick && slow?.includes(name));
}
/** After the first round only the fastest peers still matter: those that reach half of the best of their kind. */
function isWorthRepeating({ id, kind }, name) {
  const speedOf = (id) => runs[name][id]?.length && runs[name][id][0].stepsPerSecond;
  const speed = speedOf(id);
  if (!speed) return false;
  if (kind === 'bpnet' || kind === 'native') return true;
  const rivals = present.filter((rival) => rival.kind === kind).map((rival) => speedOf(rival.id) || 0);
  return speed >= Math.max(...rivals) / 2;
}
function note(round, name, contestant, asked) {
  const result = once(contestant, asked);
  const { id } = contestant;
  const label = `round ${round}  ${known[name].id}  ${id}`;
  if (result.failed) {
    skipped[`${id}, ${known[name].id}`] = result.failed;
    console.error(`${label}  FAILED: ${result.failed}`);
    return;
  }
  (runs[name][id] ??= []).push(result);
  const others = result.otherCores > 0.15 ? `, others used ${result.otherCores.toFixed(1)} cores` : '';
  console.error(`${label}  ${Number(result.stepsPerSecond.toPrecision(4))} steps/s${others}`);
}

const parts = [];
if (!options.sizes) parts.push(speedReport({ runs, present, skipped, rounds, seconds }));
const whole = !wanted && !peers && !quick;
if (whole || options.sizes) parts.push(startReport({ runs, present }), sizeReport());
const report = parts.join('\n\n');
if (whole && !options.sizes) writeReadme(report);
console.log(report);
const wrong = wrongLosses({ runs, present });
for (const line of wrong) console.error(line);
const busy = Object.values(runs).flatMap((all) => Object.values(all).flat());
if (busy.length && median(busy.map(({ otherCores }) => otherCores)) > 0.15) {
  console.error('The machine was busy with other work: read the ratios alone, and those with care.');
}
process.exitCode = wrong.length || Object.keys(skipped).some((key) => key.startsWith('bpnet')) ? 1 : 0;
