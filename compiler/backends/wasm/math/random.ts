import { call, type Code, f32x4, f64, f64x2, get, i32, i32x4, load, type Local, op, set, shuffle, type ValType } from '../code/code.ts'; // prettier-ignore
import { mathFunction } from './math.ts';
import type { FunctionWriter, ModuleWriter } from '../code/module.ts';

/** Threefry of ir/random.ts, for one counter or for four side by side. */
type Lanes = 1 | 4;
type RandomDist = 'uniform' | 'normal' | 'normalf';

interface Words {
  readonly type: ValType;
  readonly of: (n: Code) => Code;
  readonly number: (n: number) => Code;
  readonly add: (a: Code, b: Code) => Code;
  readonly xor: (a: Code, b: Code) => Code;
  readonly rotate: (a: Local, by: number) => Code;
}
const single: Words = {
  type: 'i32',
  of: (n) => n,
  number: i32,
  add: (a, b) => op('i32.add', a, b),
  xor: (a, b) => op('i32.xor', a, b),
  rotate: (a, by) => op('i32.rotl', get(a), i32(by)),
};
const four: Words = {
  type: 'v128',
  of: (n) => op('i32x4.splat', n),
  number: (n) => i32x4(n),
  add: (a, b) => op('i32x4.add', a, b),
  xor: (a, b) => op('v128.xor', a, b),
  rotate: (a, by) => op('v128.or', op('i32x4.shl', get(a), i32(by)), op('i32x4.shr_u', get(a), i32(32 - by))),
};

const rotations = [[13, 15, 26, 6], [17, 29, 16, 24]] as const; // prettier-ignore

/** Key (k, l), counter (x, 0 or y): leaves both words in x and y. */
function rounds(f: FunctionWriter, w: Words, keys: readonly [Code, Code], x: Local, y: Local): void {
  const key = [...keys.map(w.of), w.of(op('i32.xor', op('i32.xor', i32(0x1bd11bda), keys[0]), keys[1]))].map(
    (value) => {
      const local = f.local(w.type);
      f.code.push(set(local, value));
      return get(local);
    },
  );
  f.code.push(set(x, w.add(get(x), key[0]!)), set(y, w.add(get(y), key[1]!)));
  for (let i = 1; i < 6; i++) {
    for (const by of rotations[(i + 1) % 2]!) {
      f.code.push(set(x, w.add(get(x), get(y))), set(y, w.xor(w.rotate(y, by), get(x))));
    }
    const last = w.add(w.add(get(y), key[(i + 1) % 3]!), w.number(i));
    f.code.push(set(x, w.add(get(x), key[i % 3]!)), set(y, last));
  }
}

/** (seed low, seed high, stream, step, turn) → the two words of the key for a kernel. */
export function randomKey(m: ModuleWriter): number {
  return m.shared('randomKey', () =>
    m.define(['i32', 'i32', 'i32', 'i32', 'i32'], ['i32', 'i32'], (f) => {
      const [low, high, x, y, turn] = f.params as readonly Local[] & { length: 5 };
      rounds(f, single, [get(low!), get(high!)], x!, y!);
      const [second, zero] = [f.local('i32'), f.local('i32')];
      f.code.push(set(second, get(turn!)));
      rounds(f, single, [get(x!), get(y!)], second, zero);
      f.code.push(get(second), get(zero));
    }),
  );
}

/** (key, key, counter) → a number, f64; or (key, key, four counters) → four f32. */
export function randomFunction(m: ModuleWriter, dist: RandomDist, lanes: Lanes): number {
  return m.shared(`${dist}${lanes}`, () => {
    const w = lanes === 1 ? single : four;
    return m.define(['i32', 'i32', w.type], [lanes === 1 ? 'f64' : 'v128'], (f) => {
      const [k, l, x] = f.params as readonly Local[] & { length: 3 };
      const y = f.local(w.type);
      rounds(f, w, [get(k!), get(l!)], x!, y);
      const [first, second] = [get(x!), get(y)];
      if (dist === 'uniform') f.code.push(lanes === 1 ? uniform1(first) : uniform4(first));
      else if (lanes === 4) f.code.push(normal4(m, first, second));
      else f.code.push(normal1(m, dist === 'normal' ? '' : 'f', first, second));
    });
  });
}

function uniform1(first: Code): Code {
  return op('f64.mul', op('f64.convert_i32_u', op('i32.shr_u', first, i32(8))), f64(2 ** -24));
}
function uniform4(first: Code): Code {
  return op('f32x4.mul', op('f32x4.convert_i32x4_s', op('i32x4.shr_u', first, i32(8))), f32x4(2 ** -24));
}

const angle = 1.4629180792671596e-9; // 2π·2⁻³²

function normal1(m: ModuleWriter, suffix: '' | 'f', first: Code, second: Code): Code {
  const u = op('f64.mul', op('f64.add', op('f64.convert_i32_u', first), f64(0.5)), f64(2 ** -32));
  const radius = op('f64.sqrt', op('f64.mul', f64(-2), call(mathFunction(m, `log${suffix}`, 1), u)));
  const turn = op('f64.mul', op('f64.convert_i32_u', second), f64(angle));
  return op('f64.mul', radius, call(mathFunction(m, `cos${suffix}`, 1), turn));
}
function normal4(m: ModuleWriter, first: Code, second: Code): Code {
  const pair = (a: Code, b: Code): Code => {
    const u = op('f64x2.mul', op('f64x2.add', op('f64x2.convert_low_i32x4_u', a), f64x2(0.5)), f64x2(2 ** -32)); // prettier-ignore
    const radius = op('f64x2.sqrt', op('f64x2.mul', f64x2(-2), call(mathFunction(m, 'logf', 2), u)));
    const turn = op('f64x2.mul', op('f64x2.convert_low_i32x4_u', b), f64x2(angle));
    return op('f32x4.demote_f64x2_zero', op('f64x2.mul', radius, call(mathFunction(m, 'cosf', 2), turn)));
  };
  const high = (x: Code): Code => shuffle(x, x, [2, 3, 2, 3]);
  return shuffle(pair(first, second), pair(high(first), high(second)), [0, 1, 4, 5]);
}

/** The two words of the key of a stream, as code that leaves both: the program's `rng` buffer holds the rest. */
export function keyOf(m: ModuleWriter, rng: number, stride: number, stream: number): Code {
  const word = (i: number): Code => load('i32', i32(0), rng + i * stride);
  return call(randomKey(m), word(0), word(1), i32(stream), word(2), word(3));
}
