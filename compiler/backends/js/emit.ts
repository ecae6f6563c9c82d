import type { Kernel } from '../../ir/kernel.ts';
import { type Entry, hostSymbols, type Program, type Step } from '../../ir/program.ts';
import { randomSource, type RandomName } from '../../ir/random.ts';
import { mathSource, withNeeds } from '../../ir/scalar-math.ts';
import { helperText } from './helpers.ts';
import { hostText } from './host.ts';
import { kernelText } from './kernel.ts';
import { dimName, newNeeds, sizeText, type HelperName, type Needs } from './writer.ts';

/**
 * The program as text: `function launch(arena) { … return { step(B, step, steps, epoch) { … }, … } }`,
 * where `arena` is an ArrayBuffer of `program.arenaBytes`. One function per kernel, because V8 does not
 * optimise very large functions; one method per entry calls them in order. Nothing is allocated by a call.
 */
export function emitJs(program: Program): string {
  const needs = newNeeds();
  const functions = new Map<string, string>();
  const entries = Object.values(program.entries).map((entry) => entryText(program, entry, functions, needs));
  const lines = [
    ...declarations(program, needs),
    ...[...functions].flatMap(([body, head]) => ['', `${head} {`, ...body.split('\n'), '}']),
    '',
    'return {',
    ...entries.flatMap((entry) => entry.map((line) => `  ${line}`)),
    '};',
  ];
  return ['function launch(arena) {', ...lines.map((line) => (line === '' ? '' : `  ${line}`)), '}', ''].join('\n');
} // prettier-ignore

/** Views, then the helpers that the kernels were found to need. */
function declarations(program: Program, needs: Needs): string[] {
  const array = program.precision === 'f32' ? 'Float32Array' : 'Float64Array';
  const round = program.precision === 'f32' ? (x: string) => `f(${x})` : (x: string) => `(${x})`;
  const random = randomNeeds(needs);
  const scratch = [...needs.scratch].map(
    ([name, size]) => `${name} = new ${name === 'P' ? 'Int32Array' : array}(${size})`,
  );
  const texts = [
    `const F = new ${array}(arena), I = new Int32Array(arena), f = Math.fround;`,
    ...(scratch.length > 0 ? [`const ${scratch.join(', ')};`] : []),
    ...withNeeds(needs.math).map((name) => mathSource[name].text),
    ...random.map((name) => randomSource[name]),
    ...[...needs.helpers].map((name: HelperName) => helperText(name, round)),
  ];
  return texts.flatMap((text) => text.split('\n'));
}

function randomNeeds(needs: Needs): RandomName[] {
  if (needs.random.size === 0) return [];
  if (needs.random.has('normal')) needs.math.add('log').add('cos');
  if (needs.random.has('normalf')) needs.math.add('logf').add('cosf');
  return ['threefry', 'randomKey', ...needs.random];
}

/** Kernels with the same text are shared: `functions` goes from body to `function name(dims)`. */
function entryText(program: Program, entry: Entry, functions: Map<string, string>, needs: Needs): string[] {
  const buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
  const hosts = entry.hosts.map(({ buffer, expr }) => {
    const { name, offset } = buffers.get(buffer)!;
    return `F[${offset}] = ${hostText(expr, needs)}; // ${oneLine(name)}`;
  });
  const stepLines = (step: Step, turns: readonly string[]): string[] => {
    if (step.kind === 'kernel')
      return [`${kernelCall(program, entry, step.kernel, turns, functions, needs)};`];
    const { turn, extent, reverse, steps } = step;
    const inside = steps.flatMap((inner) => stepLines(inner, [...turns, turn])).map((line) => `  ${line}`);
    const count = sizeText(extent);
    const head = reverse
      ? `let ${turn} = ${count} - 1; ${turn} >= 0; ${turn}--`
      : `let ${turn} = 0; ${turn} < ${count}; ${turn}++`;
    return [`for (${head}) {`, ...inside, '}'];
  };
  // An entry may be one kernel of a loop, cut out to be timed: then it is handed the turn.
  const turns = entry.dims.filter((name) => program.capacities[name] === undefined);
  const calls = [
    ...straightLines(program, entry, functions, needs),
    ...entry.steps.flatMap((step) => stepLines(step, turns)),
  ];
  const dims = entry.dims.map((name) => (turns.includes(name) ? name : dimName(name)));
  const args = [...dims, ...hostSymbols(program)];
  return [`${JSON.stringify(entry.name)}(${args.join(', ')}) {`, ...[...hosts, ...calls].map((line) => `  ${line}`), '},']; // prettier-ignore
}

/** Where the sizes are right, all at once. */
function straightLines(
  program: Program,
  entry: Entry,
  functions: Map<string, string>,
  needs: Needs,
): readonly string[] {
  if (!entry.straight) return [];
  const { sizes, kernels } = entry.straight;
  const calls = kernels.map((kernel) => `${kernelCall(program, entry, kernel, [], functions, needs)};`);
  const sized = Object.entries(sizes).map(([dim, size]) => `${dimName(dim)} === ${size}`);
  const lines = [...calls, 'return;'].map((line) => `  ${line}`);
  return [`if (${sized.length > 0 ? sized.join(' && ') : 'true'}) {`, ...lines, '}'];
}

function kernelCall(
  program: Program,
  entry: Entry,
  kernel: Kernel,
  turns: readonly string[],
  functions: Map<string, string>,
  needs: Needs,
): string {
  const { dims, lines } = kernelText(program, kernel, turns, needs);
  const args = `(${dims.join(', ')})`;
  const body = lines.map((line) => `  ${line}`).join('\n');
  const known = functions.get(body);
  if (known !== undefined) return known.slice('function '.length);
  const taken = [...functions.values()];
  const base = `${entry.name}_${kernel.name}`.replaceAll(/[^A-Za-z0-9_]/g, '_');
  let name = base;
  for (let i = 2; taken.some((head) => head.startsWith(`function ${name}(`)); i++) name = `${base}_${i}`;
  functions.set(body, `function ${name}${args}`);
  return `${name}${args}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
