/** The slopes that are a decision, at points where differences say nothing; null: not looked at. */
export interface Kink {
  readonly x: readonly (readonly number[])[];
  readonly slopes: readonly (readonly number[] | null)[];
}

export const kinks: Readonly<Record<string, readonly Kink[]>> = {
  abs: [{ x: [[0]], slopes: [[0]] }],
  sqrt: [{ x: [[0]], slopes: [[0]] }],
  sign: [{ x: [[0]], slopes: [[0]] }],
  maximum: [{ x: [[1], [1]], slopes: [[1], [0]] }],
  minimum: [{ x: [[1], [1]], slopes: [[1], [0]] }],
  amax: [{ x: [[1, 3, 3]], slopes: [[0, 1, 0]] }],
  amin: [{ x: [[4, 3, 3]], slopes: [[0, 1, 0]] }],
  pow: [
    { x: [[0], [0.5]], slopes: [[0], [0]] },
    { x: [[0], [0]], slopes: [[0], [0]] },
    { x: [[0], [1]], slopes: [[1], [0]] },
    { x: [[0], [2]], slopes: [[0], [0]] },
    { x: [[1e-310], [0]], slopes: [[0], null] },
    { x: [[-2], [3]], slopes: [[12], [0]] },
  ],
};
