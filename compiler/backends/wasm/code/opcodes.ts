/**
 * Instructions by their names in the WebAssembly specification: those that take their operands from the stack and
 * have no immediates of their own (others are in code.ts). Rows are consecutive opcodes.
 */
const comparisons = 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u';
const integers = 'clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr';
const floats = 'abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign';

const rows: readonly (readonly [first: readonly number[], prefix: string, names: string])[] = [
  [[0x1b], '', 'select'],
  [[0x45], 'i32.', `eqz ${comparisons}`],
  [[0x50], 'i64.', `eqz ${comparisons}`],
  [[0x5b], 'f32.', 'eq ne lt gt le ge'],
  [[0x61], 'f64.', 'eq ne lt gt le ge'],
  [[0x67], 'i32.', integers],
  [[0x79], 'i64.', integers],
  [[0x8b], 'f32.', floats],
  [[0x99], 'f64.', floats],
  [[0xa7], '', 'i32.wrap_i64'],
  [[0xac], '', 'i64.extend_i32_s i64.extend_i32_u'],
  [[0xb2], '', 'f32.convert_i32_s f32.convert_i32_u'],
  [[0xb6], '', 'f32.demote_f64 f64.convert_i32_s f64.convert_i32_u'],
  [[0xbb], '', 'f64.promote_f32 i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64'],
  [[0xfc, 0], '', 'i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s'],
  [[0xfc, 6], '', 'i64.trunc_sat_f64_s'],
  [[0xfd, 17], '', 'i32x4.splat i64x2.splat f32x4.splat f64x2.splat'],
  [[0xfd, 55], 'i32x4.', comparisons],
  [[0xfd, 65], 'f32x4.', 'eq ne lt gt le ge'],
  [[0xfd, 71], 'f64x2.', 'eq ne lt gt le ge'],
  [[0xfd, 77], 'v128.', 'not and andnot or xor bitselect any_true'],
  [[0xfd, 94], '', 'f32x4.demote_f64x2_zero f64x2.promote_low_f32x4'],
  [[0xfd, 103], 'f32x4.', 'ceil floor trunc nearest'],
  [[0xfd, 116], 'f64x2.', 'ceil floor'],
  [[0xfd, 160], 'i32x4.', 'abs neg'],
  [[0xfd, 163], 'i32x4.', 'all_true bitmask'],
  [[0xfd, 171], 'i32x4.', 'shl shr_s shr_u add'],
  [[0xfd, 177], '', 'i32x4.sub'],
  [[0xfd, 181], 'i32x4.', 'mul min_s min_u max_s max_u'],
  [[0xfd, 203], 'i64x2.', 'shl shr_s shr_u add'],
  [[0xfd, 209], '', 'i64x2.sub'],
  [[0xfd, 224], 'f32x4.', 'abs neg'],
  [[0xfd, 227], 'f32x4.', 'sqrt add sub mul div min max pmin pmax'],
  [[0xfd, 236], 'f64x2.', 'abs neg'],
  [[0xfd, 239], 'f64x2.', 'sqrt add sub mul div min max pmin pmax'],
  [[0xfd, 248], '', 'i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s f32x4.convert_i32x4_u'],
  [[0xfd, 252], '', 'i32x4.trunc_sat_f64x2_s_zero i32x4.trunc_sat_f64x2_u_zero f64x2.convert_low_i32x4_s f64x2.convert_low_i32x4_u'],
]; // prettier-ignore

/** Their bytes: a prefix byte is followed by its number in LEB128. */
export const opcodes: ReadonlyMap<string, readonly number[]> = new Map(
  rows.flatMap(([first, prefix, names]) =>
    names.split(' ').map((name, i) => [prefix + name, bytesOf(first, i)] as const),
  ),
);

function bytesOf(first: readonly number[], plus: number): readonly number[] {
  const last = first.at(-1)! + plus;
  if (first.length === 1) return [last];
  return last < 128 ? [first[0]!, last] : [first[0]!, (last & 127) | 128, last >> 7];
}
