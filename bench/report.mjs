// Results as markdown tables.
import { cpus, totalmem } from 'node:os';
import { flopsOf, known } from './workloads.mjs';

export const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
/** Three digits. */
export function short(x) {
  return x >= 999.5 ? Number(x.toPrecision(3)).toLocaleString('en-US') : String(Number(x.toPrecision(3)));
}

/** `align`: `:` for columns of text, else numbers. */
export function table(head, rows, texts = 1) {
  const rule = head.map((_, i) => (i < texts ? '---' : '---:'));
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Agreement to four digits. */
const isNear = (loss, wanted) => Math.abs(loss - wanted) <= 5e-5 * wanted;
const mustAgree = ({ same }, name) => !same || same.includes(name);

/** Lines about losses that are not what they must be. */
export function wrongLosses({ runs, present }) {
  return Object.entries(runs).flatMap(([name, all]) =>
    present.flatMap((contestant) => {
      const run = all[contestant.id]?.find(({ third }) => !isNear(third, known[name].third));
      if (!run || !mustAgree(contestant, name)) return [];
      return [`WRONG LOSS: ${contestant.id} on ${known[name].id}: ${run.third}, not ${known[name].third}`];
    }),
  );
}

export function speedReport({ runs, present, skipped, rounds, seconds }) {
  const names = Object.keys(runs);
  const speed = (id, name) => runs[name][id] && median(runs[name][id].map((run) => run.stepsPerSecond));
  /** The fastest of some kinds: `[speed, id]`. */
  const best = (kinds, name) =>
    present
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ id }) => [speed(id, name) ?? 0, id])
      .sort(([a], [b]) => b - a)[0];
  const head = (first) => [first, ...names.map((name) => `${known[name].id} ${name}`)];
  const row = (label, cell) => [label, ...names.map((name) => cell(name) ?? '–')];
  const speeds = present.map(({ id, kind }) =>
    row(kind === 'bpnet' ? `**${id}**` : id, (name) => speed(id, name) && short(speed(id, name))),
  );
  const ratio = (id, rival) => (name) => {
    const [fast, which] = rival(name) ?? [0];
    const ours = speed(id, name);
    return ours && fast ? `${short(ours / fast)}×${which ? ` ${which}` : ''}` : null;
  };
  const [two, one, js] = present.filter(({ kind }) => kind === 'bpnet').map(({ id }) => id);
  const anyJs = (name) => best(['wasm', 'plain'], name);
  const torch = (name) => [speed('torch, 2 threads', name) ?? 0];
  const ratios = [
    row(`${two} ÷ best JavaScript peer`, ratio(two, anyJs)),
    row(`${one} ÷ best JavaScript peer`, ratio(one, anyJs)),
    row(
      `${js} ÷ best peer in plain JavaScript`,
      ratio(js, (name) => best(['plain'], name)),
    ),
    row(`${two} ÷ PyTorch, 2 threads`, ratio(two, torch)),
    row(`${one} ÷ PyTorch, 2 threads`, ratio(one, torch)),
    row(`${two}, GFLOP/s`, (name) => speed(two, name) && short((speed(two, name) * flopsOf(name)) / 1e9)),
    row(`${one}, GFLOP/s`, (name) => speed(one, name) && short((speed(one, name) * flopsOf(name)) / 1e9)),
  ];
  const losses = present.map((contestant) =>
    row(contestant.id, (name) => {
      const all = runs[name][contestant.id];
      if (!all) return null;
      if (!mustAgree(contestant, name)) return `(${all[0].third.toFixed(4)})`;
      const wrong = all.find(({ third }) => !isNear(third, known[name].third));
      return wrong ? `**wrong: ${wrong.third.toFixed(5)}**` : all[0].third.toFixed(4);
    }),
  );
  const spread = present
    .filter(({ kind, id }) => kind === 'bpnet' || id.startsWith('torch'))
    .map(({ id }) =>
      row(id, (name) => {
        const list = runs[name][id]?.map((run) => run.stepsPerSecond);
        return list && `${short(Math.min(...list))}–${short(Math.max(...list))}`;
      }),
    );
  const all = names.flatMap((name) => Object.values(runs[name]).flat());
  const others = median(all.map(({ otherCores }) => otherCores));
  const reasons = Object.entries(skipped).map(([id, reason]) => `- ${id}: ${reason}`);
  return [
    `${machine()}. Median of ${rounds} interleaved rounds of ${seconds} s; ` +
      `other work on the machine took ${others.toFixed(2)} cores (median).`,
    versions(runs, present),
    '### Steps per second',
    table(head(''), speeds),
    '### Ratios',
    table(head(''), ratios),
    '### Loss of the third step',
    'On the same data and initial weights; in brackets where the peer computes something else.',
    table(head(''), losses),
    '### Least and most of the rounds, steps per second',
    table(head(''), spread),
    ...(reasons.length ? ['### Not run', reasons.join('\n')] : []),
  ].join('\n\n');
}

function machine() {
  const all = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const day = new Date().toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  return `${all.length} × ${all[0].model.trim()}, ${memory} GiB, ${process.platform}, Node ${process.versions.node}, ${day}`;
}
function versions(runs, present) {
  const of = ({ id }) =>
    Object.values(runs)
      .map((all) => all[id]?.[0].version)
      .find(Boolean);
  const all = present.map((contestant) => [contestant.id.split(/[ ,]/)[0], of(contestant)]);
  const distinct = new Map(all.filter(([, version]) => version));
  return [...distinct].map(([name, version]) => `${name} ${version}`).join(', ');
}
