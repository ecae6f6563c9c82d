import { dimText } from '../compiler/ir/dim.ts';
import { axisText, type TensorType, typeText } from '../compiler/ir/tensor-type.ts';
import type { DataPlan, Plan, TensorPlan } from '../compiler/plan.ts';
import { keyLiteral } from './literal.ts';
import type { TrainerShape } from './shape.ts';

/**
 * The types of an emitted trainer, with the model's own names and sizes. `n` stands for the rows of a call.
 */
export function declarations(plan: Plan, shape: TrainerShape): string {
  const quantities = plan.quantities.map(quoted).join(' | ') || 'never';
  const blocks = [
    header(plan),
    `export type Quantity = ${quantities};`,
    inputTypes(plan, shape),
    predictionType(plan, shape),
    metaType(plan),
    ...(shape.predictOnly ? [] : [dataType(plan, shape), eventTypes(plan)]),
    optionTypes(plan, shape),
    trainerType(plan, shape),
    shape.predictOnly
      ? 'export declare function createPredictor(options?: Options): Predictor;'
      : 'export declare function createTrainer(options?: Options): Trainer;',
  ];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}

function header(plan: Plan): string {
  return `/** Types of the trainer \`${plan.name}\`. */`;
}

/** `[n, 784]`: the batch axis is as long as what is handed in. */
function rowsText(type: TensorType): string {
  return `[${['n', ...type.axes.slice(1).map((a) => dimText(a.size))].join(', ')}]`;
}

function inputTypes(plan: Plan, { inputs }: TrainerShape): string {
  const { predict } = plan;
  if (!predict) return '';
  const arrays = plan.datasets.find(({ use }) => use === predict.dataset)!.arrays;
  const members = inputs.map(({ key, name }) => {
    const { type } = arrays.find((array) => array.name === name)!;
    const values = type.dtype === 'float' ? 'Float32Array | ' : 'Int32Array | '; // for the reader: both are array-like
    return `  /** ${rowsText(type)}, row after row */\n  readonly ${keyLiteral(key)}: ${values}ArrayLike<number>;`;
  });
  return `export interface Inputs {\n${members.join('\n')}\n}`;
}

function predictionType({ predict }: Plan, { precision }: TrainerShape): string {
  if (!predict) return '';
  const shape = predict.type.axes.slice(1).map((a) => dimText(a.size));
  return [
    'export interface Prediction {',
    '  readonly rows: number;',
    `  readonly shape: readonly [${shape.join(', ')}];`,
    `  /** ${rowsText(predict.type)}, row after row */`,
    `  readonly values: ${precision === 'f32' ? 'Float32Array' : 'Float64Array'};`,
    ...(predict.classes
      ? [
          '  /** [n]: the class that scores best, and what the labels called them */',
          '  readonly classes: Int32Array;',
          '  readonly names: readonly string[] | null;',
        ]
      : []),
    '}',
  ].join('\n');
}

function metaType(plan: Plan): string {
  return [
    'export declare const meta: {',
    `  readonly name: ${quoted(plan.name)};`,
    '  /** Of the program; a checkpoint fits the trainer with the same. */',
    '  readonly hash: string;',
    '};',
    '/** Tensors of a saved model. */',
    'export interface Parameters {',
    ...[...plan.params, ...plan.running].map(parameterMember),
    '}',
  ].join('\n');
}
function parameterMember({ name, type }: TensorPlan): string {
  const sizes = type.axes.map((a) => dimText(a.size)).join(', ');
  const names = type.axes.map(axisText).join(', ');
  return `  /** [${names}] */\n  readonly ${keyLiteral(name)}: readonly [${sizes}];`;
}

/** Arrays that may be handed in instead of the sources the program names, and those of one step. */
function dataType({ datasets }: Plan, { readsData, steps }: TrainerShape): string {
  if (!readsData) return '';
  const several = datasets.length > 1;
  const inBatch = (block: string) => (several ? `Batch[${quoted(block)}]` : 'Batch');
  const sets = datasets.map(({ block, arrays }) => {
    const fields = steps ? inBatch(block) : `{\n${fieldsText(arrays, '    ')}\n  }`;
    return `  readonly ${keyLiteral(block)}?: DataSet<${fields}>;`;
  });
  const batch = several
    ? datasets.map((d) => `  readonly ${keyLiteral(d.block)}: {\n${fieldsText(d.arrays, '    ')}\n  };`)
    : datasets.map(({ arrays }) => fieldsText(arrays, '  '));
  return [
    ...(steps ? [`export interface Batch {\n${batch.join('\n')}\n}`] : []),
    '/** Flat, row after row, or nested; class names as strings. */',
    'export type Rows = ArrayLike<number> | readonly (number | string | readonly unknown[])[];',
    'export type DataSet<Fields> = Fields | { readonly train: Fields; readonly test?: Fields };',
    `export interface Data {\n${sets.join('\n')}\n}`,
  ].join('\n');
}

function fieldsText(arrays: DataPlan['arrays'], indent: string): string {
  const fields = arrays.map(
    ({ field, type }) =>
      `${indent}/** ${rowsText(type)} ${typeText(type)} */\n${indent}readonly ${keyLiteral(field)}: Rows;`,
  );
  return [...new Set(fields)].join('\n');
}

const reportEvents = `  | { readonly kind: 'print'; readonly step: number; readonly epoch: number; readonly text: string }
  | {
      readonly kind: 'image';
      readonly step: number;
      readonly epoch: number;
      readonly path: string;
      readonly width: number;
      readonly height: number;
      /** A PNG file: \`URL.createObjectURL(new Blob([event.png]))\` shows it. */
      readonly png: Uint8Array;
    }
`;

const bestMember = `
      /** Where the quantity of the first \`save best\` was best: the parameters and \`splits\` are those of then. */
      readonly best?: { readonly quantity: string; readonly value: number; readonly step: number; readonly epoch: number };`;

const warningEvent = `  | { readonly kind: 'warning'; readonly code: string; readonly text: string }
`;

const eventTypes = ({ reports, save, blocks }: Plan): string =>
  `export type Quantities = Readonly<Record<Quantity, number>>;
export type TrainEvent =
  | {
      readonly kind: 'start';
      readonly name: string;
      readonly hash: string;
      readonly seed: number;
      readonly target: string;
      readonly params: number;
      readonly peakBytes: number;
      readonly step: number;
      readonly steps: number;
      readonly rows: Readonly<Record<string, { readonly train: number; readonly valid: number; readonly test: number }>>;
    }
  | {
      readonly kind: 'step' | 'log';
      readonly step: number;
      readonly epoch: number;
      readonly quantities: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'epoch';
      readonly epoch: number;
      readonly step: number;
      readonly quantities: Quantities;
      readonly splits: Readonly<Record<string, Quantities>>;
      readonly seconds: number;
    }
  | { readonly kind: 'checkpoint'; readonly path: string; readonly step: number; readonly epoch: number }
${reports.length > 0 ? reportEvents : ''}${blocks.some(({ norms }) => norms.length > 0) ? warningEvent : ''}  | {
      readonly kind: 'end';
      readonly reason: 'finished' | 'stopped' | 'cancelled' | 'diverged';
      readonly rule: string | null;${save.some(({ kind }) => kind === 'best') ? bestMember : ''}
      readonly step: number;
      readonly epoch: number;
      readonly quantities: Quantities;
      readonly splits: Readonly<Record<string, Quantities>>;
    };`;

function optionTypes(
  plan: Plan,
  { predictOnly, readsData, readsFolders, files, target }: TrainerShape,
): string {
  const path = readsFolders ? 'string' : files.map(quoted).join(' | ') || 'string';
  const lines = [
    'export interface Options {',
    ...(target === 'gpujs' ? gpuJsOptions : target === 'webgpu' ? webgpuOptions : []),
    ...(predictOnly
      ? []
      : [
          `  /** Default ${plan.seed}. */`,
          '  readonly seed?: number;',
          '  readonly epochs?: number;',
          '  readonly steps?: number;',
          ...(target === 'wasm'
            ? [
                '  /** Default one a core, up to 8; the numbers are the same on any. */',
                '  readonly threads?: number;',
              ]
            : []),
          '  /** Where rules that save write. */',
          '  readonly write?: (path: string, bytes: Uint8Array) => Promise<void>;',
        ]),
    ...(readsData
      ? [
          ...(predictOnly ? [] : ['  readonly data?: Data;']),
          '  /** Contents of the files the program names. */',
          `  readonly files?: Readonly<Partial<Record<${path}, string | Blob | Uint8Array | ArrayBuffer>>>;`,
          '  /** How to read files that are not handed in; default `fetch`. */',
          '  readonly read?: (path: string) => Promise<Uint8Array>;',
          ...(predictOnly ? [] : ['  /** `iris.train` → another path, or several with commas. */']),
          ...(predictOnly ? [] : ['  readonly paths?: Readonly<Record<string, string>>;']),
        ]
      : []),
    '}',
  ];
  return lines.join('\n');
}

const webgpuOptions = [
  '  /** `navigator.gpu`, or what a package gives; default: that of the page, else the package `webgpu`. */',
  '  readonly gpu?: unknown;',
];

const gpuJsOptions = [
  '  /** The class `GPU` of gpu.js; default: the global one, else the package. */',
  '  readonly gpu?: unknown;',
  '  /** `webgl2`, `webgpu`, `cpu` …; default: what gpu.js finds. */',
  '  readonly mode?: string;',
];

function trainerType(
  plan: Plan,
  { predictOnly, predictsFiles, readsData, steps, inputs, remote }: TrainerShape,
): string {
  const alone = inputs.length === 1 && !readsData ? ` | Inputs[${quoted(inputs[0]!.key)}]` : '';
  // Records by column, or columns by position.
  const rows = readsData ? ' | readonly (Readonly<Record<string, unknown>> | readonly unknown[])[]' : '';
  return [
    `export interface ${predictOnly ? 'Predictor' : 'Trainer'} {`,
    ...(predictOnly
      ? []
      : [
          '  train(options?: {',
          '    readonly signal?: AbortSignal;',
          '    /** A `step` event every so many steps. */',
          '    readonly stepEvents?: number;',
          '    /** An `epoch` event every so many epochs; default every one. */',
          '    readonly epochEvents?: number;',
          '  }): AsyncGenerator<TrainEvent, void, void>;',
        ]),
    ...(steps
      ? [
          '  /** One step on this batch, of no more rows than the program says: its quantities. */',
          `  step(batch: Batch): ${remote ? 'Promise<Quantities>' : 'Quantities'};`,
        ]
      : []),
    ...(plan.predict ? [`  predict(inputs: Inputs${alone}${rows}): Promise<Prediction>;`] : []),
    ...(predictsFiles
      ? [
          '  /** Rows of a file in the format of the training data. */',
          '  predictFile(path: string): Promise<Prediction>;',
        ]
      : []),
    ...(plan.generate.length > 0
      ? [
          '  /** The prompt and `n` tokens after it (200), drawn by the scores divided by `temperature` (1) among the best `topK` (0: all). */',
          '  generate(prompt: string, options?: {',
          '    readonly n?: number;',
          '    readonly temperature?: number;',
          '    readonly topK?: number;',
          "    /** The same seed gives the same text; default the run's. */",
          '    readonly seed?: number;',
          '  }): Promise<string>;',
        ]
      : []),
    '  /** Parameters, and what was fitted to the data, of a safetensors file. */',
    '  load(bytes: Uint8Array): void;',
    ...(remote
      ? ['  /** Gives the device back: nothing may be asked for any more. */', '  close(): void;']
      : []),
    ...(predictOnly
      ? []
      : [
          '  /** The whole run as a safetensors file. */',
          `  save(): ${remote ? 'Promise<Uint8Array>' : 'Uint8Array'};`,
          '  /** Continues a saved run to the bit. */',
          '  resume(bytes: Uint8Array): void;',
        ]),
    '}',
  ].join('\n');
}

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/^"|"$/g, "'");
}
