import { type Code, i64, unsigned } from './code.ts';

/** Instructions of threads on whole i32 in shared memory, at a fixed place. All are sequentially consistent. */
function at(opcode: number, place: number, ...operands: readonly Code[]): Code {
  return [0x41, 0, operands, 0xfe, opcode, 2, unsigned(place)];
}

export function atomicLoad(place: number): Code {
  return at(0x10, place);
}
export function atomicStore(place: number, value: Code): Code {
  return at(0x17, place, value);
}
/** Leaves the value before. */
export function atomicAdd(place: number, by: Code): Code {
  return at(0x1e, place, by);
}
/** Sleeps while the value is `expected`, at most so many nanoseconds (−1: for ever); leaves how it ended. */
export function atomicWait(place: number, expected: Code, nanoseconds: bigint): Code {
  return at(0x01, place, expected, i64(nanoseconds));
}
/** Wakes all who sleep there; leaves how many. */
export function atomicNotify(place: number): Code {
  return at(0x00, place, [0x41, 0x7f]);
}
