/** Whether this process runs WebAssembly with 128-bit vectors. */
export function hasSimd(): boolean {
  return WebAssembly.validate(smallest);
}

/** The smallest module with an instruction on vectors: `i32.const 0; i8x16.splat; i8x16.popcnt; drop`. */
const smallest = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98,
  11,
]);
