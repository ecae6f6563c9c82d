import { randomAt, shuffleRows } from './random.ts';
import type { Dataset } from './session.ts';
import type { RowRange } from './splits.ts';

type Deal = NonNullable<Dataset['deal']>;

/** Mini-batches: the training rows in an order that is a function of (seed, stream, epoch). */
export function dealShuffled(rows: Int32Array, seed: number, stream: number): Deal {
  return (order, epoch) => {
    order.set(rows);
    shuffleRows(order, seed, stream, epoch + 1);
  };
}

/** Windows: each begins anywhere in the training stretch where it fits. */
export function dealWindows([from, to]: RowRange, length: number, seed: number, stream: number): Deal {
  return (order, epoch) => {
    for (let i = 0; i < order.length; i++) {
      order[i] = from + Math.floor(randomAt(seed, stream, epoch + 1, i) * (to - from - length + 1));
    }
  };
}
