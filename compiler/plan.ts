import type { Span } from '../dsl/diagnostic.ts';
import type { HostExpr } from './ir/host.ts';
import type { TensorType } from './ir/tensor-type.ts';

/**
 * Everything a training run needs besides the compiled program, as plain JSON: which data to read and
 * how to cut it, how long to train, what to measure, when to stop, what to save. The runtime follows it,
 * emitted trainers embed it.
 */
export interface Plan {
  /** The train block's name: `mnist_cnn`. */
  readonly name: string;
  readonly seed: number;
  readonly datasets: readonly DataPlan[];
  /** At least one is set. An epoch is a pass over the first data set's training split. */
  readonly epochs: number | null;
  readonly steps: number | null;
  readonly params: readonly TensorPlan[];
  /** Running statistics of layers: part of the model, changed by training but by no update. */
  readonly running: readonly TensorPlan[];
  readonly states: readonly TensorPlan[];
  readonly fitted: readonly TensorPlan[];
  /** What one step runs, in order: one block, or the `step` blocks and then what is outside of them. */
  readonly blocks: readonly BlockPlan[];
  /** What the blocks measure, in their order: `loss`, then the metrics as written; `critic.loss` of a `step` block. */
  readonly quantities: readonly string[];
  /** Run once over the training split before step 1; its finish entry writes the `fitted` tensors. */
  readonly fit: Sweep | null;
  /** Run once over each split before step 1, where fields work labels out. */
  readonly ranges?: RangePlan;
  /** Gives on a whole split the quantities that are outside of `step` blocks. */
  readonly evaluate: Sweep | null;
  /** Splits whose quantities the program names (`valid.loss`); evaluated at the end of each epoch. */
  readonly watch: readonly SplitName[];
  /** Asked at the end of each epoch; the factors are the numbers kept for the program, `kept0` … */
  readonly plateaus: readonly PlateauPlan[];
  readonly stop: readonly StopRule[];
  readonly save: readonly SaveRule[];
  readonly log: readonly { readonly quantities: readonly string[]; readonly every: EveryPlan }[];
  readonly load: readonly { readonly path: string; readonly into: string }[];
  readonly predict: PredictPlan | null;
  /** What is printed and drawn: in the order written. */
  readonly reports: readonly ReportPlan[];
  /** Models that continue a text; the first is the one meant when none is named. */
  readonly generate: readonly GeneratePlan[];
  /** `check gradients order 3 dtype f64`: what `bpnet gradcheck` checks unless told. */
  readonly check: CheckPlan | null;
}
export interface CheckPlan {
  readonly order: number;
  readonly dtype: 'f32' | 'f64';
}

export type SplitName = 'train' | 'valid' | 'test';
export interface EveryPlan {
  readonly count: number;
  readonly unit: 'steps' | 'epochs';
}
export interface TensorPlan {
  /** `Mlp.dense_1.W`; also the name of its buffer in the program. */
  readonly name: string;
  readonly type: TensorType;
}
/** A turn is one batch, or `accumulate` of them, and the update; each call of an entry draws with its own `turn`. */
export interface BlockPlan {
  /** `step`, or `step_critic` of `step critic 5 times`. Computes gradients; updates, unless `update` is set. */
  readonly entry: string;
  /** Called when the batches of a turn are through: takes the mean of their gradients. */
  readonly update: string | null;
  readonly times: number;
  readonly accumulate: number;
  /** Data sets, by position, of which every call of `entry` is given the next batch. */
  readonly takes: readonly number[];
  /** Outputs of `entry`. */
  readonly quantities: readonly string[];
  /** Norms of gradients, outputs of the entry that updates: those asked for, and one a layer to watch over. */
  readonly norms: readonly NormPlan[];
}
export interface NormPlan {
  /** `grad_norm`, `grad_norm(Net.dense_1)` */
  readonly name: string;
  /** `Net.dense_1`; null: not of one layer. */
  readonly layer: string | null;
}
/** A factor, 1 at first, of a learning rate: multiplied by `factor` where `quantity` is no better for longer than `patience`. */
export interface PlateauPlan {
  readonly quantity: string;
  readonly mode: 'lowest' | 'highest';
  readonly factor: number;
  /** Epochs without improvement that are waited for. */
  readonly patience: number;
  /** Better is better by more than this share of the best. */
  readonly threshold: number;
  /** Epochs after a reduction that do not count. */
  readonly cooldown: number;
}
export interface StopRule {
  /** As written, for messages. */
  readonly text: string;
  /** True (nonzero) stops. Symbols are quantities: `loss` is the last step's, `valid.loss` the last evaluation's. */
  readonly when: HostExpr;
  /** Which splits it looks at; none: it is tested after every step. */
  readonly splits: readonly SplitName[];
}
export type SaveRule =
  | {
      readonly kind: 'best';
      readonly quantity: string;
      readonly mode: 'lowest' | 'highest';
      readonly path: string;
    }
  | { readonly kind: 'every'; readonly every: EveryPlan; readonly path: string };

/**
 * A computation over a whole split. Each stage calls its entry for every batch of the split and
 * accumulates the entry's outputs in f64 into totals; later stages and `finish` read the totals (buffers
 * of role `total`). `finish` is called once. Before the first stage the host sets each total named
 * `rows:<dim>` to the number of rows of the split; each batch draws its random numbers with its own `turn`.
 */
export interface Sweep {
  readonly stages: readonly SweepStage[];
  readonly finish: string;
}
export interface SweepStage {
  readonly entry: string;
  /** Data set whose rows it visits (name of the `data` block's use: `d`). */
  readonly dataset: string;
  /** Its rows depend on one another: a split must fit into one batch. */
  readonly whole?: boolean;
  readonly totals: readonly {
    /** Entry output and `total` buffer of the same name. */
    readonly name: string;
    /** `collect`: the rows of all batches, one after the other; the open dim `<dim>$rows` is how many they are. */
    readonly fn: 'sum' | 'max' | 'min' | 'collect';
  }[];
}

/** `y: int<K> = raw.kind - 1`: what is worked out is held against K by working it out. */
export interface RangePlan {
  readonly sweep: Sweep;
  readonly labels: readonly {
    /** Outputs of `finish`: `<name>/least`, `<name>/most`, and `<name>/broken`, 0 where all are whole. */
    readonly name: string;
    readonly field: string;
    readonly below: number;
    readonly span: Span | null;
  }[];
}

/** One `data d = name(…)` of the train block. */
export interface DataPlan {
  /** The binding: `d`. Raw arrays are the program's `data` buffers. */
  readonly use: string;
  /** The data block: `mnist`. */
  readonly block: string;
  readonly train: SourceRequest;
  /** Its own test source; null: `splits.test` is cut from `train`. */
  readonly test: SourceRequest | null;
  readonly splits: SplitPlan;
  readonly arrays: readonly RawArray[];
  /** Names of the training columns, where columns asked for by position have names to be found by when predicting. */
  readonly header?: readonly string[];
  /** The open dim of its batch axis. */
  readonly batchDim: string;
  readonly batch: number | 'all';
}
export interface SplitPlan {
  /** Fractions of the training source; 0: none. */
  readonly valid: number;
  readonly test: number;
  /** Keep the proportions of this raw array (its `data` buffer name). */
  readonly stratify: string | null;
  /** `test = rows("file")`: row numbers of the training source, one per line. */
  readonly rows: string | null;
}

/** What to hand the program for each sample: one `data` buffer. */
export interface RawArray {
  /** Buffer name: `d.image`, `d.raw[0:4]`. Its first axis is the batch. */
  readonly name: string;
  readonly type: TensorType;
  readonly from: RawSource;
  /** `int<K>`: every value must be below this. */
  readonly below: number | null;
  /** Where a sample is a window: how many rows of the source it takes, its first axis after the batch. */
  readonly window?: number;
  /** The field it serves, and where that is written, for messages. */
  readonly field: string;
  readonly span: Span | null;
}
export type RawSource =
  /** One numeric column, by header name or position. */
  | { readonly kind: 'column'; readonly column: string | number; readonly fill: Fill | null }
  /** Columns from … to−1, all numeric, in order. */
  | { readonly kind: 'columns'; readonly from: number; readonly to: number; readonly fill: Fill | null }
  /** Text → 0 … K−1. Vocabulary: the given one, else the sorted distinct values of the training rows. */
  | {
      readonly kind: 'category';
      readonly column: string | number;
      readonly vocabulary: readonly string[] | null;
    }
  /** The i-th array of the source: idx images 0, labels 1; inline fields by number; points 0; host arrays by name. */
  | { readonly kind: 'array'; readonly array: number | string }
  /** Inline list, row-major, one sample after another. */
  | { readonly kind: 'inline'; readonly values: readonly number[] }
  /** Token ids of a text source; a sample is a window of them. Vocabulary: the given one, else learned. */
  | { readonly kind: 'window'; readonly rule: TokenRule; readonly vocabulary: readonly string[] | null }
  /**
   * The first `length` tokens of a column of text, the rest `<pad>`. Vocabulary: the given one, else that of the
   * training rows. `ends`: between `<s>` and `</s>`.
   */
  | {
      readonly kind: 'tokens';
      readonly column: string | number;
      readonly length: number;
      readonly ends: boolean;
      readonly rule: TokenRule;
      readonly vocabulary: readonly string[] | null;
    };
/** How text becomes numbers. `max`: the most frequent tokens that have one, all where null. */
export interface TokenRule {
  readonly unit: 'word' | 'character';
  readonly lower: boolean;
  readonly max: number | null;
}
/** `words`, `lower` and `max` as written with a source. Words are lower case unless told. */
export function tokenRule({ words = false, lower = words, max }: SourceRequest['options']): TokenRule {
  const unit = words ? 'word' : 'character';
  return { unit, lower: Boolean(lower), max: max === undefined ? null : Number(max) };
}
export type Fill = 'median' | 'mean' | number;

/**
 * A data source as written, with its arguments evaluated. The runtime reads its facts before compilation
 * and its contents before training.
 */
export interface SourceRequest {
  /** Canonical text: the key into `Facts`. */
  readonly id: string;
  /** `host`: arrays handed in by the calling program. `classes`, `vocab`: asked anywhere in the file. */
  readonly call:
    | 'csv' | 'tsv' | 'jsonl' | 'npy' | 'npz' | 'idx' | 'images' | 'wav' | 'text' | 'grid' | 'uniform' | 'latin_hypercube'
    | 'inline' | 'host' | 'classes' | 'vocab';
  /** As written: relative to the `.bpnet` file. */
  readonly paths: readonly string[];
  /** `rows`, `dims`, `lo`, `hi` of point samplers; `header`, `skip`, `separator`, `window`, `stride`, `column` … */
  readonly options: Readonly<Record<string, number | string | boolean>>;
  readonly span: Span | null;
} // prettier-ignore

/** What compilation needs to know of the data, read beforehand: `Facts[request.id]`. */
export type Facts = Readonly<Record<string, SourceFact>>;
export type SourceFact =
  | {
      readonly kind: 'table';
      readonly header: readonly string[] | null;
      readonly columns: number;
      /** Columns that hold an array in each row. */
      readonly arrays?: readonly ArrayFact[];
      readonly rows: number;
      readonly hash: string;
    }
  | {
      readonly kind: 'arrays';
      /** idx: `image` then `label`; a single idx file: `image`. */
      readonly arrays: readonly ArrayFact[];
      readonly rows: number;
      readonly hash: string;
    }
  /** Tokens in order of first appearance sorted by code point; `length` in tokens. */
  | {
      readonly kind: 'text';
      readonly vocabulary: readonly string[];
      readonly length: number;
      readonly hash: string;
    }
  | { readonly kind: 'classes'; readonly names: readonly string[]; readonly hash: string };

export interface ArrayFact {
  readonly name: string;
  /** Per row of the source. */
  readonly shape: readonly number[];
  readonly dtype: 'float' | 'int';
}

/**
 * `every n steps { … }`, or what stands outside of one: shown when training has ended. It sees the parameters
 * as they are, in the phase *predict*, and rows that training does not: at the end those of the test split,
 * before those of the validation split, where there are such.
 */
export interface ReportPlan {
  readonly every: EveryPlan | null;
  /** Gives values of one batch, the first of the split; null: there are none. */
  readonly entry: string | null;
  /** Gives values folded over the whole split. */
  readonly sweep: Sweep | null;
  readonly lines: readonly ReportLine[];
}
export type ReportLine =
  | { readonly kind: 'print'; readonly parts: readonly ReportPart[] }
  | {
      readonly kind: 'image';
      readonly path: string;
      readonly value: ReportValue;
      readonly picture: PicturePlan;
    };
export type ReportPart =
  | { readonly kind: 'text'; readonly text: string }
  /** As in `log`; also `step`, `steps` and `epoch`. */
  | { readonly kind: 'quantity'; readonly name: string }
  /** `grad_norms`: those of every layer. */
  | { readonly kind: 'norms' }
  | ({ readonly kind: 'value' } & ReportValue)
  | ({ readonly kind: 'generated' } & GeneratedText)
  /** [K, K]: true classes by predicted ones; `array` has the vocabulary that names them. */
  | ({ readonly kind: 'confusion'; readonly array: string | null } & ReportValue);
export interface GeneratedText {
  /** Position in the plan's `generate`. */
  readonly model: number;
  readonly prompt: string;
  /** Tokens after the prompt. */
  readonly n: number;
  /** Scores are divided by it; 0: always the best token. */
  readonly temperature: number;
  /** Only so many best tokens are drawn from; 0: all. */
  readonly topK: number;
}
export interface ReportValue {
  /** Output of `entry`, or of the sweep. */
  readonly output: string;
  readonly folded: boolean;
  readonly type: TensorType;
}
export interface PicturePlan {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** Pictures beside each other; null: about as many as rows. */
  readonly columns: number | null;
  /** What is black and what is white; null: 0 and 1, or −1 and 1 where a value is negative. */
  readonly range: readonly [number, number] | null;
}

/** Scores of the token after each of a window, one text at a time. */
export interface GeneratePlan {
  /** The instance: `Gpt`. */
  readonly model: string;
  readonly entry: string;
  /** `data` buffer [B, window] that the host writes token ids to; B is 1. */
  readonly input: string;
  /** Output [B, window, V]. */
  readonly output: string;
  /** Tokens it sees at once. */
  readonly window: number;
  /**
   * Where loops over the text carry all it knows: what `entry` leaves for the next token, outputs and totals of the
   * same name; at the first token the total `<entry>/first` is 1. The window is one token then. null: it is shown
   * the last tokens each time.
   */
  readonly carries: readonly string[] | null;
  readonly dataset: string;
  /** Raw array of the data set: what was learned of it has the vocabulary. */
  readonly array: string;
  readonly rule: TokenRule;
}

export interface PredictPlan {
  readonly entry: string;
  /** Output of the entry. */
  readonly output: string;
  readonly type: TensorType;
  readonly dataset: string;
  /** Raw arrays it reads: a subset of the data set's. */
  readonly arrays: readonly string[];
  /** Set when the last axis scores the classes of an `int<K>` field: argmax is the prediction. */
  readonly classes: {
    /** Raw array whose category vocabulary names them; null: numbered. */
    readonly array: string | null;
    readonly count: number;
  } | null;
}
