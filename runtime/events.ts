/** Quantity name → value: `{ loss: 0.31, accuracy: 0.92 }`. */
export type Quantities = Readonly<Record<string, number>>;

export type EndReason = 'finished' | 'stopped' | 'cancelled' | 'diverged';

interface StepValues {
  readonly step: number;
  /** From 1: the epoch this step is part of. */
  readonly epoch: number;
  readonly quantities: Quantities;
}

/** What a training run tells its caller, in order: start, then the others, then end. All plain JSON, but for pictures. */
export type TrainEvent =
  | {
      readonly kind: 'start';
      readonly name: string;
      /** Of the program and its data; a checkpoint fits the program that has the same. */
      readonly hash: string;
      readonly seed: number;
      readonly target: string;
      /** Trainable numbers. */
      readonly params: number;
      readonly peakBytes: number;
      /** Steps done before: above 0 when resumed. */
      readonly step: number;
      /** Steps there will be, unless stopped. */
      readonly steps: number;
      /** Rows per data set and split. */
      readonly rows: Readonly<Record<string, Readonly<Record<'train' | 'valid' | 'test', number>>>>;
    }
  | ({ readonly kind: 'step' } & StepValues)
  /** What a `log` line asked for. */
  | ({ readonly kind: 'log' } & StepValues)
  | {
      readonly kind: 'epoch';
      /** The epoch just completed, from 1. */
      readonly epoch: number;
      readonly step: number;
      /** Mean over the epoch's rows while the parameters moved. */
      readonly quantities: Quantities;
      /** Exact, on the whole split, with the parameters of now. */
      readonly splits: Readonly<Record<string, Quantities>>;
      readonly seconds: number;
    }
  /** What a `print` line says. */
  | { readonly kind: 'print'; readonly step: number; readonly epoch: number; readonly text: string }
  /** What an `image` line draws; the file is written too, where there is a place to write to. */
  | {
      readonly kind: 'image';
      readonly step: number;
      readonly epoch: number;
      readonly path: string;
      readonly width: number;
      readonly height: number;
      /** The PNG file. */
      readonly png: Uint8Array;
    }
  | { readonly kind: 'checkpoint'; readonly path: string; readonly step: number; readonly epoch: number }
  | { readonly kind: 'warning'; readonly code: string; readonly text: string }
  | {
      readonly kind: 'end';
      readonly reason: EndReason;
      /** With `save best`: where that quantity was best. The parameters, and `splits`, are those of then. */
      readonly best?: {
        readonly quantity: string;
        readonly value: number;
        readonly step: number;
        readonly epoch: number;
      };
      /** The stop rule as written, when it stopped the run. */
      readonly rule: string | null;
      readonly step: number;
      readonly epoch: number;
      /** Of the last step. */
      readonly quantities: Quantities;
      readonly splits: Readonly<Record<string, Quantities>>;
    };
