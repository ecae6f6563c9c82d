/** Functions that shaders declare when they need them, by name: those they call come first. */
export type HelperName = keyof typeof helpers;

interface Helper {
  readonly needs: readonly string[];
  readonly text: string;
}

/**
 * Compilers of shaders may take it that no number is NaN or infinite, and constants must not be: so such values are made
 * from bits that nobody knows beforehand, and told by their bits.
 */
const helpers = {
  infinity: {
    needs: [],
    text: `var<private> infinityBits: u32 = 0x7f800000u;
fn infinity() -> f32 { return bitcast<f32>(infinityBits); }`,
  },
  nan: {
    needs: [],
    text: `var<private> nanBits: u32 = 0x7fc00000u;
fn nan() -> f32 { return bitcast<f32>(nanBits); }`,
  },
  isNan: {
    needs: [],
    text: 'fn isNan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }',
  },
  isFinite: {
    needs: [],
    text: 'fn isFinite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u; }',
  },

  /** NaN if either is. */
  maximum: {
    needs: ['isNan'],
    text: 'fn maximum(a: f32, b: f32) -> f32 { return select(select(b, a, a > b || isNan(a)), b, isNan(b)); }',
  },
  minimum: {
    needs: ['isNan'],
    text: 'fn minimum(a: f32, b: f32) -> f32 { return select(select(b, a, a < b || isNan(a)), b, isNan(b)); }',
  },
  signOf: {
    needs: [],
    text: 'fn signOf(x: f32) -> f32 { return select(select(x, -1.0, x < 0.0), 1.0, x > 0.0); }',
  },
  root: {
    needs: ['nan'],
    text: 'fn root(x: f32) -> f32 { return select(sqrt(x), nan(), x < 0.0); }',
  },
  /** Floored; by 0: 0. */
  floorDiv: {
    needs: [],
    text: `fn floorDiv(a: i32, b: i32) -> i32 {
  if (b == 0) { return 0; }
  if (b == -1) { return -a; }
  let q = a / b;
  return select(q, q - 1, a % b != 0 && (a < 0) != (b < 0));
}`,
  },
  floorMod: {
    needs: [],
    text: `fn floorMod(a: i32, b: i32) -> i32 {
  if (b == 0 || b == -1) { return 0; }
  let r = a % b;
  return select(r, r + b, r != 0 && (r < 0) != (b < 0));
}`,
  },
  /** With the sign of the divisor. */
  modulo: {
    needs: ['isFinite', 'nan', 'isNan'],
    text: `fn modulo(a: f32, b: f32) -> f32 {
  if (b == 0.0 || isNan(b) || !isFinite(a)) { return nan(); }
  if (!isFinite(b)) { return select(a, b, a != 0.0 && (a < 0.0) != (b < 0.0)); }
  let r = a % b;
  return select(r, r + b, r != 0.0 && (r < 0.0) != (b < 0.0));
}`,
  },
  /** Saturates; NaN gives 0. */
  toInt: {
    needs: ['isNan'],
    text: `fn toInt(x: f32) -> i32 {
  if (isNan(x)) { return 0; }
  if (x >= 2147483648.0) { return 2147483647; }
  if (x <= -2147483648.0) { return -2147483647 - 1; }
  return i32(x);
}`,
  },

  /** Infinity beyond the range, 0 below it. */
  expf: {
    needs: ['infinity', 'isNan'],
    text: `fn expf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  return select(exp(clamp(x, -104.0, 88.72)), infinity(), x > 88.7228);
}`,
  },
  logf: {
    needs: ['infinity', 'nan', 'isFinite'],
    text: `fn logf(x: f32) -> f32 {
  if (x < 0.0) { return nan(); }
  if (x == 0.0) { return -infinity(); }
  return select(x, log(x), isFinite(x));
}`,
  },
  /** As logf of scalar-math-single.ts near 0: 2·atanh(x / (2 + x)). */
  log1pf: {
    needs: ['logf'],
    text: `fn log1pf(x: f32) -> f32 {
  let s = x / (2.0 + x);
  let z = s * s;
  let t = s + s;
  let near = t + t * z * (0.33333332821677375 + z * (0.20000167854209655 + z * (0.142686366264889 + z * 0.11791431604382938)));
  if (abs(x) < 0.3) { return near; }
  return logf(1.0 + x);
}`,
  },
  /** e^x − 1 = x + x²·q(x) near 0, as expm1f of scalar-math-single.ts. */
  expm1f: {
    needs: ['expf'],
    text: `fn expm1f(x: f32) -> f32 {
  let near = x + x * x * (0.5000000065992327 + x * (0.16666665866776753 + x * (0.04166629912935135 + x * (0.008333498376310103 + x * (0.0013944421712954887 + x * 0.00019789341557109103)))));
  if (abs(x) < 0.34) { return near; }
  return expf(x) - 1.0;
}`,
  },
  /** x·P(x²) / Q(x²), as tanhf of scalar-math-single.ts; ±1 beyond 9.05. */
  tanhf: {
    needs: ['isNan'],
    text: `fn tanhf(x: f32) -> f32 {
  let a = clamp(x, -9.05, 9.05);
  let z = a * a;
  let p = 0.9999999999623304 + z * (0.14098135860054978 + z * (0.004424516814879135 + z * (4.223672205848072e-5 + z * (1.1096244823361762e-7 + z * 3.661011557936994e-11))));
  let q = 1.0 + z * (0.4743147915187886 + z * (0.02919608141020723 + z * (0.0005005583521544726 + z * (2.600407582703639e-6 + z * 2.943231605871543e-9))));
  return select(clamp(a * p / q, -1.0, 1.0), x, isNan(x));
}`,
  },
  /** As erff of scalar-math-single.ts; ±1 beyond 4. */
  erff: {
    needs: ['isNan'],
    text: `fn erff(x: f32) -> f32 {
  let a = clamp(x, -4.0, 4.0);
  let z = a * a;
  let p = 1.1283791693584941 + z * (0.18520533717459098 + z * (0.05431703553995742 + z * (0.0038496789997605556 + z * (0.0003796036796923317 + z * (4.6845822674766756e-6 + z * -1.3201349666944982e-8)))));
  let q = 1.0 + z * (0.49746737011334635 + z * (0.11395915215742686 + z * (0.015462205245968261 + z * (0.0013075768659177606 + z * 6.310876588958276e-5))));
  return select(clamp(a * p / q, -1.0, 1.0), x, isNan(x));
}`,
  },
  sigmoidf: {
    needs: ['expf'],
    text: 'fn sigmoidf(x: f32) -> f32 { return 1.0 / (1.0 + expf(-x)); }',
  },
  softplusf: {
    needs: ['expf', 'log1pf', 'maximum'],
    text: 'fn softplusf(x: f32) -> f32 { return maximum(x, 0.0) + log1pf(expf(-abs(x))); }',
  },
  /** sin(x) for n = 0, cos(x) for n = ½, as trigf of scalar-math-single.ts, with π in four parts. */
  trigf: {
    needs: ['isFinite', 'nan'],
    text: `fn trigf(x: f32, n: f32) -> f32 {
  if (!isFinite(x)) { return nan(); }
  let j = round(x * 0.31830988 - n);
  let k = j + n;
  let r = (((x - k * 3.140625) - k * 0.0009670257568359375) - k * 6.2771141529083251953e-7) - k * 1.2154201256553420e-10;
  let z = r * r;
  let y = r + r * z * (-0.16666666626284574 + z * (0.008333331112803695 + z * (-0.0001984086864912342 + z * (2.7525403313932526e-6 + z * -2.3889196805431618e-8))));
  return select(y, -y, (i32(clamp(j, -1e9, 1e9)) & 1) != 0);
}`,
  },
  sinf: {
    needs: ['trigf'],
    text: 'fn sinf(x: f32) -> f32 { return trigf(x, 0.0); }',
  },
  cosf: {
    needs: ['trigf'],
    text: 'fn cosf(x: f32) -> f32 { return -trigf(x, 0.5); }',
  },
  /** e^(y·log|x|). x^0 = 1; negative x needs a whole y, else NaN. */
  powf: {
    needs: ['expf', 'logf', 'nan', 'isNan', 'isFinite'],
    text: `fn powf(x: f32, y: f32) -> f32 {
  if (y == 0.0) { return 1.0; }
  if (isNan(x) || isNan(y)) { return nan(); }
  let a = abs(x);
  let whole = floor(y) == y;
  if (x < 0.0 && isFinite(x) && !whole) { return nan(); }
  var power = 1.0;
  if (a != 1.0) { power = expf(y * logf(a)); }
  let odd = whole && floor(y * 0.5) * 2.0 != y;
  return select(power, -power, odd && (bitcast<u32>(x) >> 31u) != 0u);
}`,
  },

  /** Threefry2x32, 20 rounds, as in ir/random.ts: key and counter. */
  threefry: {
    needs: [],
    text: `fn threefry(key: vec2<u32>, counter: vec2<u32>) -> vec2<u32> {
  let keys = array<u32, 3>(key.x, key.y, 0x1bd11bdau ^ key.x ^ key.y);
  let turns = array<u32, 8>(13u, 15u, 26u, 6u, 17u, 29u, 16u, 24u);
  var x = counter.x + key.x;
  var y = counter.y + key.y;
  for (var i = 0u; i < 20u; ) {
    let turn = turns[i & 7u];
    x += y;
    y = ((y << turn) | (y >> (32u - turn))) ^ x;
    i++;
    if ((i & 3u) == 0u) {
      let four = i >> 2u;
      x += keys[four % 3u];
      y += keys[(four + 1u) % 3u] + four;
    }
  }
  return vec2<u32>(x, y);
}`,
  },
  randomKey: {
    needs: ['threefry'],
    text: `fn randomKey(low: i32, high: i32, stream: i32, step: i32, turn: i32) -> vec2<u32> {
  let key = threefry(vec2<u32>(u32(low), u32(high)), vec2<u32>(u32(stream), u32(step)));
  return threefry(key, vec2<u32>(u32(turn), 0u));
}`,
  },
  uniform: {
    needs: ['threefry'],
    text: `fn uniformAt(key: vec2<u32>, index: i32) -> f32 {
  return f32(threefry(key, vec2<u32>(u32(index), 0u)).x >> 8u) * 5.9604644775390625e-8;
}`,
  },
  /** Box–Muller. Near 1 the logarithm is that of 1 minus what is missing, which f32 holds better. */
  normal: {
    needs: ['threefry', 'log1pf', 'cosf'],
    text: `fn normalAt(key: vec2<u32>, index: i32) -> f32 {
  let w = threefry(key, vec2<u32>(u32(index), 0u));
  var l: f32;
  if (w.x < 0xb0000000u) { l = log((f32(w.x) + 0.5) * 2.3283064365386963e-10); }
  else { l = log1pf(-(f32(~w.x) + 0.5) * 2.3283064365386963e-10); }
  return sqrt(-2.0 * l) * cosf(f32(w.y) * 1.4629180792671596e-9);
}`,
  },
} as const satisfies Readonly<Record<string, Helper>>;

/** The functions asked for and all they stand on, in an order in which they can be declared. */
export function helperTexts(names: Iterable<HelperName>): string[] {
  const found = new Set<HelperName>();
  const visit = (name: HelperName): void => {
    if (found.has(name)) return;
    for (const need of helpers[name].needs) visit(need);
    found.add(name);
  };
  for (const name of names) visit(name);
  return [...found].map((name) => helpers[name].text);
}
