import { checkpointRun, restoreCheckpoint, restoreTensors } from '../../runtime/checkpoint.ts';
import { fail } from '../../runtime/fail.ts';
import { predictRows, type Prediction } from '../../runtime/predict.ts';
import { readSafetensors } from '../../runtime/safetensors.ts';
import type { Place, Session } from '../../runtime/session.ts';

/**
 * What an emitted trainer adds to the runtime; one session is one trainer. These files are carried like the
 * runtime's. Which of them, and in which combination, `emit.ts` decides by what the plan needs.
 */
export type OpenSession = Omit<Session, 'seed' | 'datasets'> & {
  /** Settled when training begins: until then a checkpoint may bring another. */
  seed: number;
  datasets: Session['datasets'];
};

/** An array the model reads to predict. */
export interface ModelInput {
  /** What the caller calls it: `x`. */
  readonly key: string;
  readonly place: Place;
}
export type Inputs = ArrayLike<number> | Readonly<Record<string, ArrayLike<number>>>;

/** Flat arrays, row after row, by name; an only one may come alone. */
export function predictArrays(
  s: OpenSession,
  model: readonly ModelInput[],
  inputs: Inputs,
): Promise<Prediction> {
  let rows = 0;
  const arrays = model.map(({ key, place }) => {
    const values =
      (inputs as Readonly<Record<string, ArrayLike<number>>>)[key] ?? (inputs as ArrayLike<number>);
    rows = values.length / place.size;
    if (rows % 1 !== 0 || Array.from(values).some(Number.isNaN)) {
      fail('row-count-mismatch', `${key}: not ${place.size} numbers a row`);
    }
    return { name: key, values, width: place.size, place };
  });
  return predictRows(s, arrays, rows);
}

/** Parameters and what was fitted to the data; optimizer states stay as they are. */
export function loadModel(s: OpenSession, bytes: Uint8Array): void {
  const names = Object.keys(s.tensors).filter((name) => !name.startsWith('state/'));
  restoreTensors(s, readSafetensors(bytes).tensors, names);
  s.ready = true;
}

export function resumeRun(s: OpenSession, bytes: Uint8Array): void {
  restoreCheckpoint(s, bytes);
  s.seed = checkpointRun(bytes).seed;
}
