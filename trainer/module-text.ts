import type { Program } from '../compiler/ir/program.ts';
import type { Plan } from '../compiler/plan.ts';
import { arrayBuilders, sourceReaders } from '../runtime/data/catalog.ts';
import { bareDataText, bareText, bareTrainer, drawsOnce } from './bare.ts';
import { carry } from './carry.ts';
import { freeNames } from './free-names.ts';
import { gpuJsText } from './gpujs-text.ts';
import { kernelText } from './kernel-text.ts';
import { byteLength } from './minify.ts';
import { dataPlansText, metaText, placeText, type SessionFacts, sessionText } from './session-text.ts';
import type { TrainerShape } from './shape.ts';
import { machineSources } from './sources.ts';
import type { Known } from './specialise.ts';
import { wasmText } from './wasm-text.ts';
import { webgpuText } from './webgpu-text.ts';

export interface TrainerParts {
  readonly program: Program;
  readonly plan: Plan;
  readonly shape: TrainerShape;
  readonly facts: SessionFacts;
  readonly hash: string;
  readonly source: string | null;
}

/** Bytes of the text as written: kernels; the program's own numbers (data, sizes, places); the code around them. */
export interface PartSizes {
  readonly kernels: number;
  readonly runtime: number;
  readonly data: number;
}
export interface ModuleText {
  readonly js: string;
  readonly parts: PartSizes;
}

/** The module: kernels and session in one closure per trainer; the command outside of it. */
export async function moduleText({
  program,
  plan,
  shape,
  facts,
  hash,
  source,
}: TrainerParts): Promise<ModuleText> {
  const open = shape.predictOnly ? 'createPredictor' : 'createTrainer';
  const bare = shape.predictOnly || shape.remote ? null : bareTrainer(program, plan, facts.session);
  const inner = bare ? bareText(bare, shape.target) : await runtimeText(plan, shape, facts);
  const outer = await carry(
    ['command', ...(shape.worker ? ['serve'] : []), ...(bare ? ['now'] : ['DataError'])],
    {
      known: knownFacts(plan, shape, facts),
    },
  );
  const own = bare?.program ?? program;
  const kernels = await kernelsText(own, shape, bare !== null && drawsOnce(program));
  const metadata = metaText(plan, hash);
  const text = [
    `// ${plan.name}: written by bpnet${source === null ? '' : ` from ${source}`}. It imports nothing${shape.target === 'gpujs' ? ' but gpu.js, where there is no global of it' : ''}; \`${open}\` is the way in.`,
    `export const meta = ${metadata};`,
    `export function ${open}(options = {}) {\n${indented([kernels, inner])}\n}`,
    outer.text,
    startText(open, shape),
  ];
  const js = `${text.join('\n\n')}\n`;
  await checkClosed(js);
  const data = bare ? bareDataText(bare) : ownText(plan, shape, facts);
  const sizes = {
    kernels: byteLength(indented([kernels])),
    data: byteLength(metadata) + byteLength(indented([data])),
  };
  return { js, parts: { ...sizes, runtime: byteLength(js) - sizes.kernels - sizes.data } };
}

async function kernelsText(program: Program, { target }: TrainerShape, once: boolean): Promise<string> {
  if (target === 'gpujs') return gpuJsText(program);
  if (target === 'webgpu') return webgpuText(program);
  return target === 'wasm' ? wasmText(program) : kernelText(program, once);
}

/** As a command when Node runs this very file; if asked for, as a service when a worker does. */
function startText(open: string, { worker }: TrainerShape): string {
  return [
    "if (decodeURIComponent(import.meta.url).endsWith(globalThis.process?.argv[1]?.replaceAll('\\\\', '/'))) {",
    `  command(${open}, {}, process.argv.slice(2)).then((code) => {`,
    '    process.exitCode = code;',
    '  });',
    '}',
    ...(worker ? [`if (globalThis.location?.href === import.meta.url) onmessage = serve(${open});`] : []),
  ].join('\n');
}

/** Every name is declared here or belongs to the platform. */
async function checkClosed(js: string): Promise<void> {
  const { ts } = await import('ts-morph');
  const file = ts.createSourceFile('trainer.js', js, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const unknown = [...freeNames(ts, file)].filter((name) => !(name in globalThis || platform.has(name)));
  if (unknown.length > 0) throw new Error(`the trainer would lack ${unknown.join(', ')}`);
}
/** Of pages, workers and JavaScript itself: not global in every process that compiles. */
const platform = new Set([
  'undefined', 'arguments', 'onmessage', 'postMessage', 'DecompressionStream', 'Worker', 'navigator',
]); // prettier-ignore

/** The parts of the runtime this plan reaches, around the session's variables. */
async function runtimeText(plan: Plan, shape: TrainerShape, facts: SessionFacts): Promise<string> {
  const { text } = await carry(['opened'], {
    instead: { opened: openedText(plan, shape, facts), ...catalogs(plan), ...without(shape) },
    given: ['meta', 'options', 'float', 'int', 'run', 'remote', 'DataError'],
    known: knownFacts(plan, shape, facts),
    enclosed: true,
  });
  return `${await machineText(plan, shape)}\n\n${text}\n\nreturn opened();`;
}

/** `run`, on whose memory `float` and `int` look, or hold a copy of it. */
async function machineText(plan: Plan, { target }: TrainerShape): Promise<string> {
  if (target === 'js' || target === 'wasm') return runText(plan);
  const entries = {
    gpujs: ['gpuMachine', 'gpuJsLibrary'],
    webgpu: ['webgpuMachine', 'findGpu', 'openDevice'],
  };
  const { text } = await carry(entries[target], {}, machineSources(target));
  return `${text}\n\n${remoteTexts[target]}`;
}

/** The library, or the device, is looked for at once; work waits for it. */
const remoteTexts = {
  gpujs: `const float = F, int = I;
const found = options.gpu ? Promise.resolve(options.gpu) : gpuJsLibrary();
const library = found.then((Library) => new Library({ mode: options.mode }));
library.catch(() => {});
const { run, remote } = gpuMachine(library, gpuPlan, { float, int }, gpuHosts, gpuDraw);`,
  webgpu: `const float = F, int = I;
const found = options.gpu ? Promise.resolve(options.gpu) : findGpu();
const device = found.then((gpu) => openDevice(gpu, gpuProgram.arenaBytes));
device.catch(() => {});
const { run, remote } = webgpuMachine(device, gpuProgram, { float, int }, gpuHosts);`,
};

/** The numbers kept come last, one by one. */
function runText({ plateaus }: Plan): string {
  const handed = plateaus.length > 0 ? '...counters.flat()' : '...counters';
  return `const float = F, int = I;\nconst run = (entry, sizes, ...counters) => entries[entry](...sizes, ${handed});`;
}

function indented(parts: readonly string[]): string {
  return parts.join('\n\n').replaceAll(/^(?=.)/gm, '  ');
}

/** Catalogs cut down to what the plan names. Functions are carried by their names. */
function catalogs({ datasets }: Plan): Record<string, string> {
  const calls = datasets.flatMap(({ train, test }) => [train.call, ...(test ? [test.call] : [])]);
  const kinds = datasets.flatMap(({ arrays }) => arrays.map(({ from }) => from.kind));
  const table = <Key extends string>(
    keys: readonly Key[],
    all: Readonly<Partial<Record<Key, { name: string }>>>,
  ) => [...new Set(keys)].flatMap((key) => (all[key] ? [`${key}: ${all[key].name}`] : [])).join(', ');
  return {
    sourceReaders: `const sourceReaders = { ${table(calls, sourceReaders)} };`,
    arrayBuilders: `const arrayBuilders = { ${table(kinds, arrayBuilders)} };`,
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
    ...(!plan.ranges && { 'plan.ranges': null }),
    ...(!shape.evaluates && { 'plan.evaluate': null }),
    ...(plan.watch.length === 0 && { 'plan.watch': [] as const }),
    ...(plan.generate.length === 0 && { 's.plan.generate': [] as const }),
    ...(plan.blocks.every(({ norms }) => norms.length === 0) && { 'block.norms': [] as const }),
    ...(plan.save.length === 0 && { 'plan.save': [] as const }),
    ...(plan.reports.length === 0 && { 'plan.reports': [] as const }),
    ...(plan.stop.length === 0 && { 's.stopped': null }),
    ...(plan.predict && !plan.predict.classes && { 'plan.predict.classes': null }),
    ...(!shape.remote && { 's.remote': null }),
    ...(session.rng < 0 && { 's.rng': -1 }),
    ...(session.stride === 1 && { 's.stride': 1 }),
    ...(!hasInts && { 'place.int': false }),
    ...(settled && { 'd.deal': null }),
    'config.name': plan.name,
    'config.readsFiles': shape.files.length > 0,
    'config.predicts': plan.predict !== null,
    'config.predictsFiles': shape.predictsFiles,
    'config.readsFolders': shape.readsFolders,
    'config.sources': shape.sources.join(' '),
    'config.evaluates': shape.evaluates,
    'config.generates': plan.generate.length > 0,
    'config.savesBest': plan.save.some(({ kind }) => kind === 'best'),
    'config.warns': plan.blocks.some(({ norms }) => norms.length > 0),
    'config.reports': plan.reports.length > 0,
    'config.predictOnly': shape.predictOnly,
    'config.remote': shape.remote,
    'config.onThreads': shape.target === 'wasm',
    'config.hasClasses': Boolean(plan.predict?.classes),
  };
}

function ownText(plan: Plan, shape: TrainerShape, facts: SessionFacts): string {
  const plans = shape.readsData ? `const dataPlans = ${dataPlansText(plan.datasets)};` : '';
  return `${plans}\n${sessionText(plan, shape, facts)}`;
}

/** The session's variables, and what may be done with them. */
function openedText(plan: Plan, shape: TrainerShape, facts: SessionFacts): string {
  const { predictOnly, readsData, predictsFiles, inputs } = shape;
  const { session } = facts;
  const methods: string[] = [];
  if (!predictOnly) {
    methods.push(
      readsData ? 'train: (how) => trainOnData(s, dataPlans, options, how)' : 'train: (how) => train(s, how)',
      shape.remote
        ? 'save: () => fetchTensors(s).then(() => checkpointBytes(s))'
        : 'save: () => checkpointBytes(s)',
      readsData ? 'resume: (bytes) => resumeWithData(s, bytes)' : 'resume: (bytes) => resumeRun(s, bytes)',
    );
  }
  if (shape.steps)
    methods.push(
      `step: ${shape.remote ? 'remoteStepper' : 'stepper'}(s, dataPlans, ${plan.load.length > 0})`,
    );
  if (shape.remote) methods.push('close: () => remote.close()');
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
  if (plan.generate.length > 0) methods.push('generate: (prompt, how) => continueText(s, prompt, how)');
  return [
    ownText(plan, shape, facts),
    'function opened() {',
    ...(predictOnly ? [] : ["  callEntry(s, 'init', 0);"]),
    '  return {',
    ...methods.map((method) => `    ${method},`),
    '  };',
    '}',
  ].join('\n');
}
