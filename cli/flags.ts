import { readBytes } from '../dsl/bytes.ts';

/** Each says what those before it say, and more. */
export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The value of `--set name=value`: numbers and booleans are recognised, everything else is text. */
export type Setting = number | string | boolean;

/** What flags, environment and configuration file came to, after precedence. Absent: not given anywhere. */
export interface Values {
  readonly set?: Readonly<Record<string, Setting>>;
  readonly data?: Readonly<Record<string, string>>;
  readonly seed?: number;
  readonly epochs?: number;
  readonly steps?: number;
  readonly train?: string;
  readonly precision?: 'f32' | 'f64';
  readonly target?: string;
  readonly targets?: string;
  readonly threads?: number;
  readonly maxMemory?: number;
  readonly check?: boolean;
  readonly without?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** What --quiet, --verbose and --log-level of all layers come to; absent: info. */
  readonly logLevel?: LogLevel;
  readonly color?: 'auto' | 'always' | 'never';
  readonly cwd?: string;
  readonly config?: string;
  readonly maxWarnings?: number;
  readonly warn?: Readonly<Record<string, 'error' | 'off'>>;
  readonly errorLimit?: number;
  readonly output?: string;
  readonly checkpoint?: string;
  readonly allowChanged?: boolean;
  readonly model?: string;
  readonly format?: string;
  readonly split?: string;
  readonly prompt?: string;
  readonly tokens?: number;
  readonly temperature?: number;
  readonly topK?: number;
  readonly confusion?: boolean;
  readonly stats?: boolean;
  readonly batch?: number;
  readonly predictOnly?: boolean;
  readonly minify?: boolean;
  readonly worker?: boolean;
  readonly watch?: boolean;
  readonly name?: string;
  readonly metafile?: string;
  readonly forward?: boolean;
  readonly backward?: boolean;
  readonly fused?: boolean;
  readonly memory?: boolean;
  readonly cost?: boolean;
  readonly ir?: string;
  readonly stage?: string;
  readonly entry?: string;
  readonly order?: number;
  readonly dtype?: 'f32' | 'f64';
  readonly samples?: number;
  readonly rows?: number;
  readonly tolerance?: number;
  readonly profile?: boolean;
  readonly seconds?: number;
}

/** A flag as data. `read` turns its text into a value or throws a `BadValue`. Without `read` it is a switch. */
export interface Flag {
  /** `-o, --output <path>` */
  readonly spelling: string;
  readonly text: string;
  readonly read?: (text: string, before: never) => unknown;
  readonly choices?: readonly string[];
  /** Collected over repetitions and merged over the layers: flag > environment > configuration. */
  readonly merges?: boolean;
  /** Never taken from the environment or a configuration file. */
  readonly onlyFlag?: boolean;
}

/** A flag value that cannot be read: the message completes "option '--seed <n>' argument 'x' is invalid. …". */
export class BadValue extends Error {}

function whole(name: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least) {
      throw new BadValue(`${name} is a whole number, at least ${least}.`);
    }
    return value;
  };
}

function positive(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value > 0) || !Number.isFinite(value)) {
      throw new BadValue(`${name} is a number above 0.`);
    }
    return value;
  };
}

function fromZero(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= 0) || !Number.isFinite(value)) {
      throw new BadValue(`${name} is a number from 0 on.`);
    }
    return value;
  };
}

function pair(text: string, example: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) throw new BadValue(`Write it as ${example}.`);
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

export function setting(text: string): Setting {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? number : text;
}

function readSet(text: string, before: Record<string, Setting> = {}): Record<string, Setting> {
  const [name, value] = pair(text, 'name=value, as in --set lr=0.01');
  return { ...before, [name]: setting(value) };
}

function readData(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [name, path] = pair(text, 'name.train=path, as in --data iris.train=my.csv');
  return { ...before, [name]: path };
}

function readWarn(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [code, level] = pair(text, 'code=error or code=off, as in -W unused-param=off');
  if (level !== 'error' && level !== 'off') {
    throw new BadValue('The level of a warning is error or off, as in -W unused-param=off.');
  }
  return { ...before, [code]: level };
}

function readList(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').map((name) => name.trim())];
}

function amount(text: string): number {
  const bytes = readBytes(text);
  if (bytes === null) throw new BadValue('An amount of memory is written 64MB, 64MiB, 1GiB, or in bytes.');
  return bytes;
}

/** It stands in comments and texts of the trainer, and in names of files. */
function trainerName(text: string): string {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(text)) return text;
  throw new BadValue('A name has letters, digits, _, - and dots.');
}

/** Every flag of every command, once: the same name means the same thing everywhere. */
export const flags = {
  set: {
    spelling: '--set <name=value>',
    text: 'override a const, a dim or a train field (epochs, batch, …); repeatable',
    read: readSet,
    merges: true,
  },
  data: {
    spelling: '--data <name.train=path>',
    text: 'read a data source from another file (paths relative to the working folder); repeatable',
    read: readData,
    merges: true,
  },
  seed: { spelling: '--seed <n>', text: 'override the seed', read: whole('A seed', 0) },
  epochs: {
    spelling: '--epochs <n>',
    text: 'override the number of epochs',
    read: whole('The number of epochs', 1),
  },
  steps: {
    spelling: '--steps <n>',
    text: 'override the number of steps',
    read: whole('The number of steps', 1),
  },
  train: { spelling: '--train <name>', text: 'which train block, when the file has several', read: String },
  precision: {
    spelling: '--precision <p>',
    text: 'f32 (default) or f64',
    read: String,
    choices: ['f32', 'f64'],
  },
  targets: {
    spelling: '--targets <names>',
    text: 'which to compare, with commas; the first is what others are held to (default js,wasm)',
    read: String,
  },
  target: {
    spelling: '--target <name>',
    text: 'wasm (default where it has vectors), js, webgpu (where there is a GPU), gpujs (where gpu.js is installed), or reference (slow and obvious)',
    read: String,
  },
  threads: {
    spelling: '--threads <n>',
    text: 'on how many threads wasm runs (default one a core, up to 8); the numbers are the same on any',
    read: whole('The number of threads', 1),
  },
  'max-memory': {
    spelling: '--max-memory <size>',
    text: 'how much memory the arena may take, as in 64MB: values are computed again instead of kept, or it is refused',
    read: amount,
  },
  check: {
    spelling: '--check',
    text: 'fmt: change nothing, fail if a file is not formatted; else: check the graph after every pass',
    onlyFlag: true,
  },
  without: {
    spelling: '--without <pass>',
    text: 'leave out an optimiser pass, by name; repeatable',
    read: readList,
  },
  json: { spelling: '--json', text: 'machine-readable output on stdout' },
  quiet: { spelling: '-q, --quiet', text: 'only errors and results: --log-level error' },
  verbose: { spelling: '--verbose', text: 'say more: --log-level debug' },
  'log-level': {
    spelling: '--log-level <level>',
    text: 'error; warn: also warnings; info (default): also progress and remarks; debug: also timings',
    read: String,
    choices: [...logLevels],
  },
  color: {
    spelling: '--color <when>',
    text: 'auto (default), always or never',
    read: String,
    choices: ['auto', 'always', 'never'],
  },
  cwd: { spelling: '--cwd <folder>', text: 'work in another folder', read: String, onlyFlag: true },
  config: {
    spelling: '--config <file>',
    text: 'configuration file (default bpnet.config.json, when there is one)',
    read: String,
    onlyFlag: true,
  },
  'max-warnings': {
    spelling: '--max-warnings <n>',
    text: 'fail when there are more warnings than this',
    read: whole('A number of warnings', 0),
  },
  warn: {
    spelling: '-W, --warn <code=level>',
    text: 'make a warning an error, or switch it off; repeatable',
    read: readWarn,
    merges: true,
  },
  'error-limit': {
    spelling: '--error-limit <n>',
    text: 'how many errors to print (default 10, 0: all)',
    read: whole('An error limit', 0),
  },
  output: { spelling: '-o, --output <path>', text: 'where to write', read: String, onlyFlag: true },
  checkpoint: {
    spelling: '-o, --checkpoint <path>',
    text: 'write the final state here (.safetensors)',
    read: String,
    onlyFlag: true,
  },
  'allow-changed': {
    spelling: '--allow-changed',
    text: 'go on although the program has changed since the checkpoint',
    onlyFlag: true,
  },
  model: {
    spelling: '--model <file>',
    text: 'the .bpnet file, when it is not where the checkpoint says',
    read: String,
    onlyFlag: true,
  },
  format: { spelling: '--format <name>', text: 'how to print', read: String, onlyFlag: true },
  split: {
    spelling: '--split <name>',
    text: 'train, valid or test (default test, else valid, else train)',
    read: String,
    choices: ['train', 'valid', 'test'],
    onlyFlag: true,
  },
  prompt: {
    spelling: '--prompt <text>',
    text: 'the text to continue (default a new line, or the first token)',
    read: String,
    onlyFlag: true,
  },
  tokens: {
    spelling: '-n, --tokens <n>',
    text: 'tokens to generate after the prompt (default 200)',
    read: whole('A number of tokens', 1),
    onlyFlag: true,
  },
  temperature: {
    spelling: '--temperature <t>',
    text: 'below 1 safer, above 1 bolder (default 1); 0: always the best token',
    read: fromZero('A temperature'),
    onlyFlag: true,
  },
  'top-k': {
    spelling: '--top-k <k>',
    text: 'draw among the k best tokens only (default 0: all)',
    read: whole('A number of tokens', 0),
    onlyFlag: true,
  },
  confusion: {
    spelling: '--confusion',
    text: 'also how often each class was taken for each other',
    onlyFlag: true,
  },
  stats: {
    spelling: '--stats',
    text: 'show what layers give and norms of their gradients, ten times in the run',
    onlyFlag: true,
  },
  'predict-only': {
    spelling: '--predict-only',
    text: 'emit the forward part alone, without training',
    onlyFlag: true,
  },
  minify: { spelling: '--minify', text: 'shortest text', onlyFlag: true },
  watch: { spelling: '--watch', text: 'again whenever the program or its data changes', onlyFlag: true },
  worker: { spelling: '--worker', text: 'the file also serves as a web worker of its own', onlyFlag: true },
  name: {
    spelling: '--name <name>',
    text: "the trainer's name, instead of the train block's",
    read: trainerName,
    onlyFlag: true,
  },
  metafile: {
    spelling: '--metafile <file.json>',
    text: 'write what was read (with hashes) and what was written, by part, as JSON',
    read: String,
    onlyFlag: true,
  },
  forward: { spelling: '--forward', text: 'every value, its shape and whether it is kept', onlyFlag: true },
  backward: { spelling: '--backward', text: 'every derivative and the rule it comes from', onlyFlag: true },
  fused: { spelling: '--fused', text: 'kernels, and which values each computes', onlyFlag: true },
  memory: { spelling: '--memory', text: 'the memory plan', onlyFlag: true },
  cost: { spelling: '--cost', text: 'operations and bytes of a step', onlyFlag: true },
  ir: {
    spelling: '--ir <format>',
    text: 'the graph as json, dot, svg or html',
    read: String,
    choices: ['json', 'dot', 'svg', 'html'],
    onlyFlag: true,
  },
  stage: {
    spelling: '--stage <name>',
    text: 'which graph for --ir: 1-graph, 2-derived (default) or 3-optimized',
    read: String,
    onlyFlag: true,
  },
  entry: {
    spelling: '--entry <name>',
    text: 'which entry of the program (default step)',
    read: String,
    onlyFlag: true,
  },
  order: {
    spelling: '--order <n>',
    text: '1: gradients (default); 2: gradients of gradients; 3: once more',
    read: String,
    choices: ['1', '2', '3'],
    onlyFlag: true,
  },
  dtype: {
    spelling: '--dtype <d>',
    text: 'f64 (default) or f32',
    read: String,
    choices: ['f32', 'f64'],
    onlyFlag: true,
  },
  samples: {
    spelling: '--samples <n>',
    text: 'elements tried per parameter (default 20)',
    read: whole('The number of samples', 1),
    onlyFlag: true,
  },
  rows: {
    spelling: '--rows <n>',
    text: 'rows of the first batch to take (default all)',
    read: whole('The number of rows', 1),
    onlyFlag: true,
  },
  tolerance: {
    spelling: '--tolerance <x>',
    text: 'largest relative error accepted (default 1e-6 in f64, 2e-2 in f32)',
    read: positive('A tolerance'),
    onlyFlag: true,
  },
  profile: {
    spelling: '--profile',
    text: 'the time of every kernel, against the limits of this machine',
    onlyFlag: true,
  },
  seconds: {
    spelling: '--seconds <s>',
    text: 'how long to measure (default 2)',
    read: positive('A time'),
    onlyFlag: true,
  },
} satisfies Record<string, Flag>;

export type FlagName = keyof typeof flags;

/** `max-warnings` → `maxWarnings`, its key in `Values`. */
export function valueKey(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
/** `max-warnings` → `BPNET_MAX_WARNINGS` */
export function environmentName(name: string): string {
  return `BPNET_${name.toUpperCase().replaceAll('-', '_')}`;
}
