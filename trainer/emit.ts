import type { Program } from '../compiler/ir/program.ts';
import type { Plan } from '../compiler/plan.ts';
import { emitJs } from '../compiler/backends/js/emit.ts';
import { carry } from './carry.ts';
import { declarations } from './dts.ts';
import { freeNames } from './free-names.ts';
import { minified, type Sizes, sizesOf } from './minify.ts';
import {
  dataPlansText,
  metaText,
  placeText,
  sessionFacts,
  type SessionFacts,
  sessionText,
} from './session-text.ts';
import { shapeOf, type TrainerShape } from './shape.ts';
import type { Known } from './specialise.ts';

export interface TrainerInput {
  readonly program: Program;
  readonly plan: Plan;
  /** What checkpoints must agree on; default: as the runtime computes it. */
  readonly hash?: string;
  /** Path of the program, for the first line. */
  readonly source?: string;
}
export interface EmitOptions {
  readonly minify?: boolean;
  /** The forward part alone: predict and load. */
  readonly predictOnly?: boolean;
  /** Instead of the train block's name. */
  readonly name?: string;
}
export interface EmittedTrainer {
  /** One ES module that imports nothing. */
  readonly js: string;
  readonly dts: string;
  readonly sizes: Sizes;
}

/** Kernels, the plan as literals, and those parts of the runtime that this plan reaches, as one file. */
export async function emitTrainer(input: TrainerInput, options: EmitOptions = {}): Promise<EmittedTrainer> {
  const predictOnly = options.predictOnly ?? false;
  const plan = options.name === undefined ? input.plan : { ...input.plan, name: options.name };
  if (predictOnly && !plan.predict) throw new Error('this program predicts nothing');
  const shape = shapeOf(plan, predictOnly);
  const program = trimmed(input.program, plan, shape);
  const facts = await sessionFacts(program, plan);
  const hash = input.hash ?? (await sessionFacts(input.program, plan)).session.info.hash;
  const js = await moduleText(program, plan, shape, facts, hash, input.source);
  const small = await minified(js);
  return {
    js: options.minify ? small : js,
    dts: declarations(plan, shape),
    sizes: sizesOf(js, small),
  };
}

/** Without the entries this trainer never calls. */
function trimmed(program: Program, plan: Plan, { predictOnly, evaluates }: TrainerShape): Program {
  const idle = new Set(evaluates ? [] : sweepEntries(plan.evaluate));
  const entries = Object.entries(program.entries).filter(([name]) =>
    predictOnly ? name === plan.predict!.entry : !idle.has(name),
  );
  return { ...program, entries: Object.fromEntries(entries) };
}
function sweepEntries(sweep: Plan['evaluate']): readonly string[] {
  return sweep ? [...sweep.stages.map(({ entry }) => entry), sweep.finish] : [];
}

async function moduleText(
  program: Program,
  plan: Plan,
  shape: TrainerShape,
  facts: SessionFacts,
  hash: string,
  source: string | undefined,
): Promise<string> {
  const open = shape.predictOnly ? 'createPredictor' : 'createTrainer';
  const known = knownFacts(plan, shape, facts);
  const inner = await carry(['opened'], {
    instead: { opened: openedText(plan, shape, facts), ...catalogs(plan), ...without(shape) },
    given: ['meta', 'options', 'float', 'int', 'run', 'DataError'],
    known,
    enclosed: true,
  });
  const outer = await carry(['start', 'DataError'], {
    instead: { start: startText(open) },
    given: ['meta', open],
    known,
  });
  const text = [
    `// ${plan.name}: written by bpnet${source === undefined ? '' : ` from ${source}`}. It imports nothing; \`${open}\` is the way in.`,
    `export const meta = ${metaText(plan, hash)};`,
    `export function ${open}(options = {}) {\n${indented([
      launchText(program),
      inner.text,
      'return opened();',
    ])}\n}`,
    outer.text,
    'start();',
  ];
  const js = `${text.join('\n\n')}\n`;
  await checkClosed(js);
  return js;
}

/** Every name is declared here or belongs to the platform. */
async function checkClosed(js: string): Promise<void> {
  const { ts } = await import('ts-morph');
  const file = ts.createSourceFile('trainer.js', js, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const unknown = [...freeNames(ts, file)].filter((name) => !(name in globalThis || platform.has(name)));
  if (unknown.length > 0) throw new Error(`the trainer would lack ${unknown.join(', ')}`);
}
/** Of pages, workers and JavaScript itself: not global in every process that compiles. */
const platform = new Set(['undefined', 'arguments', 'onmessage', 'postMessage', 'DecompressionStream']);

/** Kernels on an arena of their own; an entry gets the actual sizes of its dims, then `step` and `steps`. */
function launchText(program: Program): string {
  const float = program.precision === 'f32' ? 'Float32Array' : 'Float64Array';
  return [
    `const arena = new ArrayBuffer(${program.arenaBytes});`,
    `const float = new ${float}(arena);`,
    'const int = new Int32Array(arena);',
    emitJs(program),
    'const entries = launch(arena);',
    'const run = (entry, sizes, ...counters) => entries[entry](...sizes, ...counters);',
  ].join('\n');
}

function indented(parts: readonly string[]): string {
  return parts.join('\n\n').replaceAll(/^(?=.)/gm, '  ');
}

/** Catalogs cut down to what the plan names. */
function catalogs({ datasets }: Plan): Record<string, string> {
  const readers = { csv: 'readTable', tsv: 'readTable', idx: 'readIdx', text: 'readText', grid: 'gridPoints', uniform: 'uniformPoints', latin_hypercube: 'latinHypercube' } as const; // prettier-ignore
  const builders = { column: 'buildColumns', columns: 'buildColumns', category: 'buildCategory', array: 'buildArray', inline: 'buildInline', window: 'buildWindow' } as const; // prettier-ignore
  const calls = datasets.flatMap(({ train, test }) => [train.call, ...(test ? [test.call] : [])]);
  const kinds = datasets.flatMap(({ arrays }) => arrays.map(({ from }) => from.kind));
  const table = (names: readonly string[], all: Readonly<Record<string, string>>) =>
    [...new Set(names)].filter((name) => name in all).map((name) => `${name}: ${all[name]}`);
  return {
    sourceReaders: `const sourceReaders = { ${table(calls, readers).join(', ')} };`,
    arrayBuilders: `const arrayBuilders = { ${table(kinds, builders).join(', ')} };`,
  };
}

function without({ evaluates }: TrainerShape): Record<string, string> {
  return evaluates ? {} : { evaluateSplits: 'function evaluateSplits() {}' };
}

/** What the plan settles for good; see `specialise`. */
function knownFacts(plan: Plan, shape: TrainerShape, { session, hasInts }: SessionFacts): Known {
  const settled = !shape.readsData;
  return {
    ...(plan.fit === null && { 'plan.fit': null }),
    ...(!shape.evaluates && { 'plan.evaluate': null }),
    ...(plan.watch.length === 0 && { 'plan.watch': [] as const }),
    ...(plan.stop.length === 0 && { 's.stopped': null }),
    ...(plan.predict && !plan.predict.classes && { 'plan.predict.classes': null }),
    ...(session.rng < 0 && { 's.rng': -1 }),
    ...(session.stride === 1 && { 's.stride': 1 }),
    ...(!hasInts && { 'place.int': false }),
    ...(settled && { 'd.deal': null }),
    'config.readsFiles': shape.predictsFiles,
    'config.predictOnly': shape.predictOnly,
    'config.hasClasses': Boolean(plan.predict?.classes),
  };
}

/** The session's variables, and what may be done with them. */
function openedText(plan: Plan, shape: TrainerShape, facts: SessionFacts): string {
  const { predictOnly, readsData, predictsFiles, inputs } = shape;
  const { session } = facts;
  const methods: string[] = [];
  if (!predictOnly) {
    methods.push(
      readsData ? 'train: (how) => trainOnData(s, dataPlans, options, how)' : 'train: (how) => train(s, how)',
      'save: () => checkpointBytes(s)',
      readsData ? 'resume: (bytes) => resumeWithData(s, bytes)' : 'resume: (bytes) => resumeRun(s, bytes)',
    );
  }
  methods.push(`load: (bytes) => ${readsData ? 'loadLearned' : 'loadModel'}(s, bytes)`);
  if (plan.predict) {
    const at = plan.datasets.findIndex(({ use }) => use === plan.predict!.dataset);
    const model = inputs.map(
      ({ key, name }) => `{ key: ${JSON.stringify(key)}, place: ${placeText(session.data[name]!)} }`,
    );
    methods.push(
      readsData
        ? `predict: (inputs) => predictInputs(s, dataPlans[${at}], inputs)`
        : `predict: (inputs) => predictArrays(s, [${model.join(', ')}], inputs)`,
    );
    if (predictsFiles) methods.push(`predictFile: (path) => predictFile(s, dataPlans[${at}], options, path)`);
  }
  return [
    readsData ? `const dataPlans = ${dataPlansText(plan.datasets)};` : '',
    sessionText(plan, shape, facts),
    'function opened() {',
    ...(predictOnly ? [] : ["  callEntry(s, 'init', 0);"]),
    '  return {',
    ...methods.map((method) => `    ${method},`),
    '  };',
    '}',
  ].join('\n');
}

/** As a command when Node runs this very file, as a service when a worker does. */
function startText(open: string): string {
  return [
    'function start() {',
    "  const file = globalThis.process?.argv?.[1]?.replaceAll('\\\\', '/');",
    '  if (file && decodeURIComponent(import.meta.url).endsWith(file)) {',
    `    command(${open}, { name: meta.name }, process.argv.slice(2)).then((code) => {`,
    '      process.exitCode = code;',
    '    });',
    '  } else if (globalThis.location?.href === import.meta.url) {',
    `    onmessage = serve(${open});`,
    '  }',
    '}',
  ].join('\n');
}
