/**
 * Threefry-2x32 with 20 rounds (Salmon et al. 2011), first word: 32 random bits that are a function of key
 * and counter, so nothing depends on the order of calls.
 */
export function threefryBits(key0: number, key1: number, count0: number, count1: number): number {
  const keys = [key0, key1, key0 ^ key1 ^ 0x1bd11bda];
  const turns = [13, 15, 26, 6, 17, 29, 16, 24];
  let a = (count0 + key0) | 0;
  let b = (count1 + key1) | 0;
  for (let round = 0; round < 20;) {
    const turn = turns[round % 8]!;
    a = (a + b) | 0;
    b = ((b << turn) | (b >>> (32 - turn))) ^ a;
    if (++round % 4 === 0) {
      const i = round / 4;
      a = (a + keys[i % 3]!) | 0;
      b = (b + keys[(i + 1) % 3]! + i) | 0;
    }
  }
  return a >>> 0;
}

/** A number for a purpose, so that draws for different purposes are independent (FNV-1a). */
export function streamOf(purpose: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193);
  return hash;
}

/** The i-th random number in [0, 1) of (seed, purpose stream, turn). */
export function randomAt(seed: number, stream: number, turn: number, i: number): number {
  return threefryBits(seed ^ stream, Math.floor(seed / 4294967296) ^ turn, i, stream) / 4294967296;
}

/** Fisher–Yates, in place: the order is a function of (seed, stream, turn) and what `rows` held. */
export function shuffleRows(rows: Int32Array, seed: number, stream: number, turn: number): void {
  for (let i = rows.length - 1; i > 0; i--) {
    const j = Math.floor(randomAt(seed, stream, turn, i) * (i + 1));
    const row = rows[i]!;
    rows[i] = rows[j]!;
    rows[j] = row;
  }
}
