// The tables, as text that is Markdown; bench/gpu/README.md has a section for each device.
import { readFileSync, writeFileSync } from 'node:fs';
import { known } from '../workloads.mjs';

const readme = new URL('./README.md', import.meta.url);

export function peaksText({ flops, bytes, launch, submission, round }) {
  return [
    `Measured peaks: ${short(flops / 1e9)} GFLOP/s (multiply and add), ${short(bytes / 1e9)} GB/s (triad); `,
    `a launch ${micro(launch)} µs, a submission ${micro(submission)} µs, reading back ${micro(round)} µs.`,
  ].join('');
}

export function productsTable(rows, peaks) {
  return table(
    ['size', 'product', 'tile', 'GFLOP/s', 'of peak', 'µs', 'predicted µs', 'measured / predicted'],
    rows.map(({ n, form, tiling, flops, seconds, predicted }) => [
      n,
      form,
      tiling,
      short(flops / seconds / 1e9),
      `${Math.round((100 * flops) / seconds / peaks.flops)} %`,
      micro(seconds),
      micro(predicted),
      short(seconds / predicted),
    ]),
  );
}

export function trainingTable(rows) {
  return table(
    ['workload', 'steps/s', 'µs', 'predicted µs', 'measured / predicted', 'launches', 'submissions', 'MFLOP', 'MB of memory', 'KB written', 'KB read back'],
    rows.map(({ name, stepsPerSecond, launches, submissions, written, read, predicted }) => [
      `${known[name].id} ${name}`,
      short(stepsPerSecond),
      micro(1 / stepsPerSecond),
      micro(predicted.seconds),
      short(1 / stepsPerSecond / predicted.seconds),
      counts(launches, predicted.launches),
      short(submissions),
      short(predicted.flops / 1e6),
      short(predicted.bytes / 1e6),
      short(written / 1e3),
      short(read / 1e3),
    ]),
  );
} // prettier-ignore

/** Replaces the section of this device, or adds one. */
export function writeSection(name, text) {
  const [head, ...sections] = readFileSync(readme, 'utf8').split(/\n(?=## )/);
  const others = sections.filter((section) => !section.startsWith(`## ${name}\n`));
  const all = [head, ...others, `## ${name}\n\n${text}`].map((section) => section.trim());
  writeFileSync(readme, `${all.join('\n\n')}\n`);
}

/** Both where what was counted is not what was expected. */
function counts(seen, expected) {
  return seen === expected ? short(seen) : `${short(seen)} (${short(expected)} predicted)`;
}
function micro(seconds) {
  return short(seconds * 1e6);
}
function short(x) {
  return String(Number(x.toPrecision(x >= 1000 ? Math.ceil(Math.log10(x)) : 3)));
}
function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i ? '--:' : '---'))), ...rows.map(line)].join('\n');
}
