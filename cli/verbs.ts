import type { Context } from './context.ts';
import type { ExitCode } from './exit.ts';
import type { FlagName } from './flags.ts';

/** A command as data: enough to parse its arguments and print its help without loading it. */
export interface Verb {
  readonly summary: string;
  /** `<file>`, `[input]`, `<files...>` */
  readonly args: string;
  readonly flags: readonly FlagName[];
  /** Below the flags in `bpnet help <verb>`. */
  readonly notes?: string;
  readonly examples: readonly string[];
  readonly load: () => Promise<{ readonly run: (context: Context) => Promise<ExitCode> }>;
}

const output = ['json', 'quiet', 'verbose', 'log-level', 'color', 'cwd', 'config'] as const;
const diagnostics = ['warn', 'max-warnings', 'error-limit'] as const;
const program = ['set', 'data', 'seed', 'train', 'precision', 'check', 'without', ...diagnostics] as const;

const watching =
  '--watch: r runs again, t trains, g checks gradients, q quits; a change stops a running training, unsaved.';

/** The heading a flag stands under in a command's help: what is special to the command comes first. */
export function groupOf(flag: FlagName): string {
  if ((output as readonly string[]).includes(flag)) return 'Common flags:';
  return (program as readonly string[]).includes(flag) ? 'Program flags:' : 'Flags:';
}

/** In the order of a project's life; `bpnet help` keeps it. */
export const verbs: Readonly<Record<string, Verb>> = {
  new: {
    summary: 'copy an example to start from',
    args: '[template] [folder]',
    flags: [...output],
    notes: 'Without a template, lists them. An existing folder is never overwritten.',
    examples: ['bpnet new', 'bpnet new iris my-iris'],
    load: () => import('./commands/new.ts'),
  },
  check: {
    summary: 'find mistakes without running anything',
    args: '<files...>',
    flags: ['watch', 'max-memory', ...program, 'format', ...output],
    notes:
      'Checks syntax, names, shapes, that gradients exist, and that the data files have the columns asked for.\n' +
      'Formats: text (default), json, github (annotations).\n' +
      watching,
    examples: [
      'bpnet check model.bpnet',
      'bpnet check --json model.bpnet',
      'cat model.bpnet | bpnet check -',
    ],
    load: () => import('./commands/check.ts'),
  },
  train: {
    summary: 'compile and train',
    args: '<file>',
    flags: [
      'checkpoint',
      'epochs',
      'steps',
      'stats',
      'watch',
      'max-memory',
      ...program,
      'target',
      'threads',
      ...output,
    ],
    notes:
      'A checkpoint of the final state is written when -o names one; `save` rules of the program write theirs;\n' +
      'Ctrl-C always writes one (to -o, else <train block>.safetensors) and says how to resume.\n' +
      'Progress goes to stderr, results to stdout; --json prints one event per line (NDJSON) instead.\n' +
      watching,
    examples: [
      'bpnet train model.bpnet',
      'bpnet train model.bpnet -o model.safetensors',
      'bpnet train model.bpnet --watch',
      'bpnet train model.bpnet --epochs 2 --set batch=32 --seed 7',
      'bpnet train model.bpnet --json > run.ndjson',
    ],
    load: () => import('./commands/train.ts'),
  },
  resume: {
    summary: 'continue a run from its checkpoint, to the bit',
    args: '<checkpoint>',
    flags: [
      'checkpoint',
      'epochs',
      'steps',
      'allow-changed',
      'model',
      'max-memory',
      ...diagnostics,
      'target',
      'threads',
      ...output,
    ],
    notes:
      'Settings come from the checkpoint. A changed program is refused unless --allow-changed is given.\n' +
      'Without -o the final state replaces the checkpoint.',
    examples: ['bpnet resume model.safetensors', 'bpnet resume model.safetensors --epochs 20'],
    load: () => import('./commands/resume.ts'),
  },
  eval: {
    summary: 'loss and metrics of a checkpoint on a split',
    args: '<checkpoint>',
    flags: [
      'split',
      'confusion',
      'model',
      'data',
      ...diagnostics,
      'allow-changed',
      'target',
      'threads',
      ...output,
    ],
    examples: [
      'bpnet eval model.safetensors',
      'bpnet eval model.safetensors --split train --json',
      'bpnet eval model.safetensors --confusion',
    ],
    notes: 'What the program prints when training has ended is printed here too, of this split.',
    load: () => import('./commands/eval.ts'),
  },
  predict: {
    summary: 'predictions of a checkpoint for new inputs',
    args: '<checkpoint> [input]',
    flags: ['format', 'output', 'model', ...diagnostics, 'allow-changed', 'target', 'threads', ...output],
    notes:
      'The input is a csv or tsv file like the training data, a JSON array of rows, or - for either on stdin.\n' +
      'Without an input: the test split. Formats: table (default on a terminal), csv (default elsewhere), json.',
    examples: [
      'bpnet predict model.safetensors new.csv',
      "echo '[[5.1, 3.5, 1.4, 0.2]]' | bpnet predict model.safetensors -",
    ],
    load: () => import('./commands/predict.ts'),
  },
  generate: {
    summary: 'continue a text with a model of text',
    args: '<checkpoint>',
    flags: [
      'prompt',
      'tokens',
      'temperature',
      'top-k',
      'seed',
      'model',
      ...diagnostics,
      'allow-changed',
      'target',
      'threads',
      ...output,
    ],
    notes:
      'Tokens are printed as they come. The same seed (default that of the run) gives the same text.\n' +
      'A prompt of - is read from stdin.',
    examples: [
      'bpnet generate gpt.safetensors --prompt "ROMEO:"',
      'bpnet generate gpt.safetensors --prompt "ROMEO:" -n 500 --temperature 0.8 --seed 7',
    ],
    load: () => import('./commands/generate.ts'),
  },
  compile: {
    summary: 'write a standalone trainer: one file, no dependencies',
    args: '<file>',
    flags: [
      'output',
      'name',
      'predict-only',
      'worker',
      'minify',
      'metafile',
      'max-memory',
      ...program,
      'target',
      ...output,
    ],
    notes:
      'Beside trainer.mjs a trainer.d.ts with the literal shapes is written. Sizes are printed.\n' +
      "--worker: new Worker('trainer.mjs', { type: 'module' }) answers messages { id, call, args }.",
    examples: [
      'bpnet compile model.bpnet -o trainer.mjs',
      'bpnet compile model.bpnet -o predict.mjs --predict-only --minify',
      'bpnet compile model.bpnet --metafile meta.json',
    ],
    load: () => import('./commands/compile.ts'),
  },
  inspect: {
    summary: 'see what the compiler made: forward, backward, kernels, memory',
    args: '<file>',
    flags: [
      'forward', 'backward', 'fused', 'memory', 'cost', 'ir', 'stage', 'entry', 'output', 'max-memory', ...program, ...output,
    ], // prettier-ignore
    notes: 'Without a view, prints all of them.',
    examples: [
      'bpnet inspect model.bpnet --backward',
      'bpnet inspect model.bpnet --ir svg -o graph.svg',
      'bpnet inspect model.bpnet --ir json --stage 3-optimized',
    ],
    load: () => import('./commands/inspect.ts'),
  },
  gradcheck: {
    summary: 'compare derived gradients with differences of the loss',
    args: '<files...>',
    flags: ['order', 'dtype', 'samples', 'rows', 'tolerance', ...program, 'target', ...output],
    notes:
      'Exit code 1 when a parameter is off by more than the tolerance. Order and precision are those of a line\n' +
      '`check gradients order 2 dtype f64` of the program, where there is one. At a kink (relu, max, abs) slopes to both\n' +
      'sides differ, however near one looks: such elements are counted and left out, if the derived value lies between.',
    examples: [
      'bpnet gradcheck model.bpnet --samples 100',
      'bpnet gradcheck examples/*/model.bpnet --samples 4 --rows 2',
    ],
    load: () => import('./commands/gradcheck.ts'),
  },
  compare: {
    summary: 'how far targets are from each other after some steps',
    args: '<file>',
    flags: ['targets', 'steps', ...program, ...output],
    notes:
      'Each target trains from the same seed on the same batches. js, wasm and reference are equal to the bit; targets on\n' +
      'a GPU differ in the last digits, and more after many steps or at a large learning rate.',
    examples: ['bpnet compare model.bpnet', 'bpnet compare model.bpnet --targets js,gpujs,webgpu --steps 5'],
    load: () => import('./commands/compare.ts'),
  },
  bench: {
    summary: 'steps a second, and where the time goes',
    args: '<file>',
    flags: ['profile', 'seconds', 'max-memory', ...program, 'target', 'threads', ...output],
    notes:
      'Trains on the batches a run would see and keeps nothing. --profile runs the kernels one by one: time, operations,\n' +
      'bytes that have to be moved, and how near that is to what this machine does at best, measured in the same run.',
    examples: ['bpnet bench model.bpnet', 'bpnet bench model.bpnet --profile --target js'],
    load: () => import('./commands/bench.ts'),
  },
  fmt: {
    summary: 'rewrite files in the canonical format',
    args: '<files...>',
    flags: ['check', ...output],
    notes:
      'Folders are searched for .bpnet files; - formats stdin to stdout. --check only lists, exit code 1.',
    examples: ['bpnet fmt model.bpnet', 'bpnet fmt --check .'],
    load: () => import('./commands/fmt.ts'),
  },
  explain: {
    summary: 'what a diagnostic means, with a bad and a good example',
    args: '[code]',
    flags: [...output],
    examples: ['bpnet explain', 'bpnet explain shape-mismatch'],
    load: () => import('./commands/explain.ts'),
  },
  doctor: {
    summary: 'what this machine offers',
    args: '',
    flags: [...output],
    examples: ['bpnet doctor'],
    load: () => import('./commands/doctor.ts'),
  },
};
