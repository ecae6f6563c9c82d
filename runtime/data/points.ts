import type { SourceRequest } from '../../compiler/plan.ts';
import { randomAt, shuffleRows, streamOf } from '../random.ts';
import type { ArraySource, ReadFile } from './source.ts';

/** Points [n, dims] as a source of one array. */
export function pointSource({ call, options }: SourceRequest, points: Float64Array): ArraySource {
  const dims = Number(options['dims'] ?? 1);
  const rows = points.length / dims;
  return {
    kind: 'arrays',
    rows,
    file: `${call}(${rows})`,
    arrays: [{ name: 'raw', shape: [dims], dtype: 'float', values: points }],
  };
}

/**
 * `grid(n, dims = 1, lo = 0, hi = 1)`: the middles of n equal cells along each axis, n^dims points, the last axis fastest.
 * Middles: symmetric, inside [lo, hi), and no point counted twice where a domain is periodic.
 */
export function gridPoints(request: SourceRequest): ArraySource {
  const { rows, dims = 1, lo = 0, hi = 1 } = request.options;
  const n = Number(rows);
  const d = Number(dims);
  const points = Float64Array.from({ length: n ** d * d }, (_, i) => {
    const axis = i % d;
    const cell = Math.floor((i - axis) / d / n ** (d - 1 - axis)) % n;
    return Number(lo) + ((Number(hi) - Number(lo)) * (cell + 0.5)) / n;
  });
  return pointSource(request, points);
}

/** `uniform(n, dims = 1, lo = 0, hi = 1)`: independent, a function of the run's seed and what is asked. */
export function uniformPoints(request: SourceRequest, _read: ReadFile, seed: number): ArraySource {
  const { rows, dims = 1, lo = 0, hi = 1 } = request.options;
  const stream = streamOf(request.id);
  const points = Float64Array.from(
    { length: Number(rows) * Number(dims) },
    (_, i) => Number(lo) + (Number(hi) - Number(lo)) * randomAt(seed, stream, 0, i),
  );
  return pointSource(request, points);
}

/** `latin_hypercube(n, dims)`: along every axis one point in each of n equal cells of [0, 1). */
export function latinHypercube(request: SourceRequest, _read: ReadFile, seed: number): ArraySource {
  const { rows, dims = 1 } = request.options;
  const n = Number(rows);
  const d = Number(dims);
  const stream = streamOf(request.id);
  const points = new Float64Array(n * d);
  const cells = new Int32Array(n);
  for (let axis = 0; axis < d; axis++) {
    for (let i = 0; i < n; i++) cells[i] = i;
    shuffleRows(cells, seed, stream, axis + 1);
    for (let i = 0; i < n; i++) {
      points[i * d + axis] = (cells[i]! + randomAt(seed, stream, 0, i * d + axis)) / n;
    }
  }
  return pointSource(request, points);
}
