import { opcodes } from './opcodes.ts';

export type ValType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';
export const typeByte: Readonly<Record<ValType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b }; // prettier-ignore

/** Instructions in the order they run, as a tree: pieces are joined without being copied. */
export type Code = number | readonly Code[];

export function flatten(code: Code, into: number[] = []): number[] {
  if (typeof code === 'number') into.push(code);
  else for (const part of code) flatten(part, into);
  return into;
}

export function unsigned(n: number): readonly number[] {
  const bytes: number[] = [];
  let rest = n >>> 0;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest];
}
export function signed(n: number): readonly number[] {
  const bytes: number[] = [];
  let rest = n | 0;
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest & 127];
}
function signed64(n: bigint): readonly number[] {
  const bytes: number[] = [];
  let rest = BigInt.asIntN(64, n);
  for (; rest < -64n || rest > 63n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest & 127n)];
}

/** Operands, then the instruction. */
export function op(name: string, ...operands: readonly Code[]): Code {
  const bytes = opcodes.get(name);
  if (!bytes) throw new Error(`no instruction ${name}`);
  return [operands, bytes];
}

export function i32(n: number): Code {
  return [0x41, signed(n)];
}
export function i64(n: bigint): Code {
  return [0x42, signed64(n)];
}
const scratch = new DataView(new ArrayBuffer(16));
export function f32(x: number): Code {
  scratch.setFloat32(0, x, true);
  return [0x43, scratchBytes(4)];
}
export function f64(x: number): Code {
  scratch.setFloat64(0, x, true);
  return [0x44, scratchBytes(8)];
}
/** Both lanes. */
export function f64x2(x: number): Code {
  scratch.setFloat64(0, x, true);
  scratch.setFloat64(8, x, true);
  return [0xfd, 12, scratchBytes(16)];
}
export function i64x2(n: bigint): Code {
  scratch.setBigInt64(0, n, true);
  scratch.setBigInt64(8, n, true);
  return [0xfd, 12, scratchBytes(16)];
}
export function f32x4(x: number): Code {
  for (let i = 0; i < 4; i++) scratch.setFloat32(i * 4, x, true);
  return [0xfd, 12, scratchBytes(16)];
}
export function i32x4(...lanes: readonly number[]): Code {
  for (let i = 0; i < 4; i++) scratch.setInt32(i * 4, lanes[i % lanes.length]!, true);
  return [0xfd, 12, scratchBytes(16)];
}
function scratchBytes(n: number): readonly number[] {
  return [...new Uint8Array(scratch.buffer, 0, n)];
}

/** A local of the function being written. */
export interface Local {
  readonly index: number;
  readonly type: ValType;
}
export function get({ index }: Local): Code {
  return [0x20, unsigned(index)];
}
export function set({ index }: Local, value: Code): Code {
  return [value, 0x21, unsigned(index)];
}
/** Sets it, and leaves the value. */
export function tee({ index }: Local, value: Code): Code {
  return [value, 0x22, unsigned(index)];
}

const loads: Readonly<Record<string, readonly number[]>> = {
  i32: [0x28, 2], i64: [0x29, 3], f32: [0x2a, 2], f64: [0x2b, 3], v128: [0xfd, 0, 2],
  load32_splat: [0xfd, 9, 2], load64_splat: [0xfd, 10, 3], load64_zero: [0xfd, 93, 2],
}; // prettier-ignore
const stores: Readonly<Record<string, readonly number[]>> = {
  i32: [0x36, 2], i64: [0x37, 3], f32: [0x38, 2], f64: [0x39, 3], v128: [0xfd, 11, 2],
}; // prettier-ignore

/** `offset` bytes after `at`. What is read as a vector lies on multiples of 4. */
export function load(kind: ValType | 'load32_splat' | 'load64_splat' | 'load64_zero', at: Code, offset = 0): Code {
  return [at, loads[kind]!, unsigned(offset)];
} // prettier-ignore
export function store(type: ValType, at: Code, value: Code, offset = 0): Code {
  return [at, value, stores[type]!, unsigned(offset)];
}

const extracts: Readonly<Record<string, number>> = { i32x4: 27, i64x2: 29, f32x4: 31, f64x2: 33 };
export function extractLane(shape: 'i32x4' | 'i64x2' | 'f32x4' | 'f64x2', lane: number, x: Code): Code {
  return [x, 0xfd, extracts[shape]!, lane];
}
export function replaceLane(
  shape: 'i32x4' | 'i64x2' | 'f32x4' | 'f64x2',
  lane: number,
  x: Code,
  value: Code,
): Code {
  return [x, value, 0xfd, extracts[shape]! + 1, lane];
}
/** Lanes of 4 bytes, counted through `a` and then `b`. */
export function shuffle(a: Code, b: Code, lanes: readonly [number, number, number, number]): Code {
  return [a, b, 0xfd, 13, lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte))];
}

export function call(fn: number, ...args: readonly Code[]): Code {
  return [args, 0x10, unsigned(fn)];
}

/** `a` if the condition, else `b`: both are evaluated, the condition last. */
export function select(condition: Code, a: Code, b: Code): Code {
  return [a, b, condition, 0x1b];
}
/** Only the chosen side is evaluated. */
export function choose(type: ValType, condition: Code, a: Code, b: Code): Code {
  return [condition, 0x04, typeByte[type], a, 0x05, b, 0x0b];
}
export function when(condition: Code, then: Code, otherwise: Code = []): Code {
  const end = Array.isArray(otherwise) && otherwise.length === 0 ? [] : [0x05, otherwise];
  return [condition, 0x04, 0x40, then, end, 0x0b];
}
/** Repeats `body` while the condition, evaluated after it, holds. */
export function repeat(body: Code, condition: Code): Code {
  return [0x03, 0x40, body, condition, 0x0d, 0, 0x0b];
}
/** Repeats `body` while the condition, evaluated before it, holds. */
export function repeatWhile(condition: Code, body: Code): Code {
  return when(condition, repeat(body, condition));
}
export const giveBack: Code = [0x0f];
export function fill(at: Code, byte: Code, size: Code): Code {
  return [at, byte, size, 0xfc, 11, 0];
}

/** A global of the module: mutable, of type i32. */
export interface Global {
  readonly global: number;
}
export function getGlobal({ global }: Global): Code {
  return [0x23, unsigned(global)];
}
export function setGlobal({ global }: Global, value: Code): Code {
  return [value, 0x24, unsigned(global)];
}
