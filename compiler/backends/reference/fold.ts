import type { Stmt } from '../../ir/kernel.ts';
import type { Precision } from '../../ir/program.ts';
import { roundTo } from '../../ir/scalar-call.ts';

type FoldStmt = Extract<Stmt, { kind: 'fold' }>;
type Add = (a: number, b: number) => number;

/** Folds up to this long are summed in order. */
const laneCount = 8;
const chunkLength = 1024;

/** Folds the terms, given in row-major order, in the order the statement asks for. */
export function foldTerms({ fn, dtype, order }: FoldStmt, terms: Float64Array, precision: Precision): number {
  const add: Add = (a, b) => roundTo(a + b, dtype, precision);
  const [lowest, highest] = dtype === 'float' ? [-Infinity, Infinity] : [-2147483648, 2147483647];
  switch (fn) {
    case 'sum':
      return order === 'lanes' ? sumByLanes(terms, add) : sumInOrder(terms, add);
    case 'max':
      return terms.reduce((best, x) => Math.max(best, x), lowest);
    case 'min':
      return terms.reduce((best, x) => Math.min(best, x), highest);
    case 'argmax':
      return firstBest(terms, -Infinity, (x, best) => x > best);
    case 'argmin':
      return firstBest(terms, Infinity, (x, best) => x < best);
  }
}

/** 0 where nothing beats the start; NaN never does. */
function firstBest(terms: Float64Array, start: number, beats: (x: number, best: number) => boolean): number {
  let best = start;
  let at = 0;
  terms.forEach((x, i) => {
    if (!beats(x, best)) return;
    best = x;
    at = i;
  });
  return at;
}

function sumInOrder(terms: Float64Array, add: Add): number {
  return terms.reduce((sum, x) => add(sum, x), 0);
}

/**
 * Element p goes to lane p mod 8 of its chunk of 1,024; chunk sums are merged pairwise, as a binary counter
 * carries. A function of the number of terms alone, so the same on every machine.
 */
function sumByLanes(terms: Float64Array, add: Add): number {
  if (terms.length <= laneCount) return sumInOrder(terms, add);
  const stack: number[] = [];
  for (let start = 0, chunk = 0; start < terms.length; start += chunkLength, chunk++) {
    stack.push(sumChunk(terms.subarray(start, start + chunkLength), add));
    for (let done = chunk + 1; done % 2 === 0; done /= 2) mergeTop(stack, add);
  }
  while (stack.length > 1) mergeTop(stack, add);
  return stack[0]!;
}

function mergeTop(stack: number[], add: Add): void {
  const newer = stack.pop()!;
  const older = stack.pop()!;
  stack.push(add(older, newer));
}

function sumChunk(terms: Float64Array, add: Add): number {
  const l = Array.from({ length: laneCount }, () => 0);
  terms.forEach((x, p) => {
    l[p % laneCount] = add(l[p % laneCount]!, x);
  });
  const even = add(add(l[0]!, l[4]!), add(l[2]!, l[6]!));
  const odd = add(add(l[1]!, l[5]!), add(l[3]!, l[7]!));
  return add(even, odd);
}
