import type { HelperName } from './writer.ts';

/**
 * Functions shared by the kernels of a program. `r` writes a rounding: `f(…)` in f32 programs, nothing
 * in f64.
 */
export function helperText(name: HelperName, r: (text: string) => string): string {
  switch (name) {
    case 'contract':
      return contractText(r);
    case 'endChunk':
      return `
// Closes a chunk of n folds side by side: the eight lanes of each are combined, and the sums of equally
// many chunks are merged, as a binary counter carries. p: elements so far, t: sums pending in Z.
function endChunk(p, t, n) {
  let u = t;
  for (let j = 0; j < n; j++) {
    let s = ${r(`${r(`${r('L[j] + L[4 * n + j]')} + ${r('L[2 * n + j] + L[6 * n + j]')}`)} + ${r(`${r('L[n + j] + L[5 * n + j]')} + ${r('L[3 * n + j] + L[7 * n + j]')}`)}`)};
    u = t;
    for (let i = p + 1023 >> 10; !(i & 1); i >>= 1) s = ${r('Z[--u * n + j] + s')};
    Z[u * n + j] = s;
  }
  L.fill(0, 0, 8 * n);
  return u + 1;
}`;
    case 'endFold':
      return `
// Leaves the sums of n folds in Z[0] … Z[n - 1].
function endFold(p, t, n) {
  if (p & 1023) t = endChunk(p, t, n);
  if (!t) Z.fill(0, 0, n);
  for (; t > 1; t--) for (let j = (t - 2) * n, e = j + n; j < e; j++) Z[j] += Z[j + n];
}`;
    case 'floorMod':
      return `
function floorMod(a, b) {
  const r = a % b;
  return r !== 0 && r < 0 !== b < 0 ? r + b : r;
}`;
    case 'roundEven':
      return `
// Halves to even: adding 1.5 * 2^52 leaves no room for a fraction.
function roundEven(x) {
  return Math.abs(x) < 2251799813685248 ? x + 6755399441055744 - 6755399441055744 : x;
}`;
  }
}

/** Tile sizes: sixteen sums are as many as stay in registers. */
const tileRows = 4;
const tileColumns = 4;

/**
 * C[i·cols + j] += Σ_q A[i·am + q·ak]·B[q·bk + j·bn], arrays of one kind. 4 × 4 measured best of the tiles tried: 2.1 GFLOP/s
 * in f32, where rounding (two conversions per operation) is the limit, 3 in f64. Packing gains nothing.
 */
function contractText(r: (text: string) => string): string {
  const columns = (rows: number): string => `
    let j = 0;
    for (; j + ${tileColumns} <= n; j += ${tileColumns}) {${tileText(r, rows, tileColumns)}
    }
    for (; j < n; j++) {${tileText(r, rows, 1)}
    }`;
  return `
// C[d + i * n + j] += sum over q of A[a + i * am + q * ak] * B[b + q * bk + j * bn], each sum in order.
function contract(A, a, am, ak, B, b, bk, bn, m, n, k, C, d) {
  let i = 0;
  for (; i + ${tileRows} <= m; i += ${tileRows}) {${columns(tileRows)}
  }
  for (; i < m; i++) {${columns(1)}
  }
}`;
}

function tileText(r: (text: string) => string, rows: number, columns: number): string {
  const [is, js] = [upTo(rows), upTo(columns)];
  const at = (i: number, j: number): string => `C[c${i}${j === 0 ? '' : ` + ${j}`}]`;
  const lines = [
    `let ${is.map((i) => `a${i} = ${i === 0 ? 'a + i * am' : `a${i - 1} + am`}`).join(', ')};`,
    `let ${js.map((j) => `b${j} = ${j === 0 ? 'b + j * bn' : `b${j - 1} + bn`}`).join(', ')};`,
    `const ${is.map((i) => `c${i} = ${i === 0 ? 'd + i * n + j' : `c${i - 1} + n`}`).join(', ')};`,
    `let ${is.flatMap((i) => js.map((j) => `s${i}${j} = ${at(i, j)}`)).join(', ')};`,
    'for (let q = 0; q < k; q++) {',
    `  const ${js.map((j) => `y${j} = B[b${j}]`).join(', ')};`,
    ...is.flatMap((i) => [
      `  const x${i} = A[a${i}];`,
      ...js.map((j) => `  s${i}${j} = ${r(`s${i}${j} + ${r(`x${i} * y${j}`)}`)};`),
    ]),
    `  ${[...is.map((i) => `a${i} += ak;`), ...js.map((j) => `b${j} += bk;`)].join(' ')}`,
    '}',
    ...is.map((i) => js.map((j) => `${at(i, j)} = s${i}${j};`).join(' ')),
  ];
  return lines.map((line) => `\n      ${line}`).join('');
}

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
