function launch(arena) {
  const F = new Float32Array(arena), I = new Int32Array(arena), f = Math.fround;
  const L = new Float32Array(8), Z = new Float32Array(2);

  // One f64 and its two words, low word first.
  const D = new Float64Array(1), W = new Int32Array(D.buffer);

  const E = new Float64Array(2098);
  for (let i = 0, x = 5e-324; i < 2098; i++, x *= 2) E[i] = x;

  function exp(x, t = 0) {
    x = Math.min(Math.max(x, -750), 750);
    const k = x * 1.4426950408889634 + 6755399441055744 - 6755399441055744;
    const h = x - k * 0.6931471803691238, l = k * 1.9082149292705877e-10 - t, r = h - l, z = r * r;
    const c = r - z * (0.16666666666666602 + z * (-0.0027777777777015593 + z * (0.00006613756321437934 + z * (-0.0000016533902205465252 + z * 4.1381367970572385e-8))));
    const j = k | 0, i = j >> 1;
    return (r * c / (2 - c) - l + h + 1) * E[i + 1074] * E[j - i + 1074];
  }

  function low(a, b, p) {
    const c = 134217729 * a, d = 134217729 * b, a1 = c - (c - a), b1 = d - (d - b), a2 = a - a1, b2 = b - b1;
    return a2 * b2 - (p - a1 * b1 - a2 * b1 - a1 * b2);
  }

  function pow(x, y) {
    const m = Math.abs(x), tiny = m < 2.2250738585072014e-308;
    if (y === 0) return 1;
    const n = D[0] = tiny ? m * 18014398509481984 : m;
    const o = W[1] + 0x95f62 >> 20 & 2047, k = o - (tiny ? 1077 : 1023), v = n * E[2097 - o], f = v - 1, g = v + 1, s = f / g, p = s * g, e = (f - p - low(s, g, p) - s * (v - (g - 1))) / g;
    const z = s * s, w = z * z;
    const r = s * (z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586))) + w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373)));
    const a = k * 0.6931471803691238, b = a + 2 * s;
    const d = a - b + 2 * s + (2 * e + r + k * 1.9082149292705877e-10), h = b + d, l = b - h + d, t = y * h;
    const q = Math.abs(t) < 1000 ? exp(t, low(y, h, t) + y * l) : t > 0 ? Infinity : t < 0 ? 0 : NaN;
    const power = m === 1 ? 1 : m === 0 || m === Infinity ? ((m === 0) === y < 0 ? Infinity : 0) : q;
    const whole = Math.floor(y) === y, odd = whole && Math.floor(y / 2) * 2 !== y;
    return x !== x || y !== y || (x < 0 && m < Infinity && !whole) ? NaN : odd && (x < 0 || 1 / x < 0) ? -power : power;
  }

  function tanhf(x) {
    const a = Math.min(Math.max(x, -9.05), 9.05), z = a * a;
    const p = 0.9999999999623304 + z * (0.14098135860054978 + z * (0.004424516814879135 + z * (4.223672205848072e-5 + z * (1.1096244823361762e-7 + z * 3.661011557936994e-11))));
    const q = 1 + z * (0.4743146915187886 + z * (0.02919608141020723 + z * (0.0005005583521544726 + z * (2.600407582703639e-6 + z * 2.943231605871543e-9))));
    return a * p / q;
  }

  function logf(x) {
    D[0] = x;
    const e = W[1] + 0x95f62 >> 20 & 2047, f = x * E[2097 - e] - 1, s = f / (2 + f), z = s * s, t = s + s;
    const y = (e - 1023) * 0.6931471805599453 + (t + t * z * (0.33333332821677375 + z * (0.20000167854209655 + z * (0.142686366264889 + z * 0.11791431604382938))));
    return x < Infinity ? (x > 0 ? y : x < 0 ? NaN : -Infinity) : x;
  }

  function trigf(x, n) {
    if (!(Math.abs(x) < 1e6)) x %= 6.283185307179586;
    const j = x * 0.3183098861837907 - n + 6755399441055744 - 6755399441055744, k = j + n;
    const r = x - k * 3.1415926534682512 - k * 1.2154201013012384e-10, z = r * r;
    const y = r + r * z * (-0.16666666626284574 + z * (0.008333331112803695 + z * (-0.0001984086864912342 + z * (2.7525403313932526e-6 + z * -2.3889196805431618e-8))));
    return j & 1 ? -y : y;
  }

  function cosf(x) {
    return -trigf(x, 0.5);
  }

  const T = new Int32Array(2);
  // Threefry2x32, 20 rounds: key (k, l), counter (x, y); the two words are left in T.
  function threefry(k, l, x, y) {
    const m = 0x1bd11bda ^ k ^ l;
    let a = k, b = l, c = m;
    x = (x + a) | 0;
    y = (y + b) | 0;
    for (let i = 1; i < 6; i++) {
      if (i & 1) {
        x = (x + y) | 0; y = (y << 13 | y >>> 19) ^ x;
        x = (x + y) | 0; y = (y << 15 | y >>> 17) ^ x;
        x = (x + y) | 0; y = (y << 26 | y >>> 6) ^ x;
        x = (x + y) | 0; y = (y << 6 | y >>> 26) ^ x;
      } else {
        x = (x + y) | 0; y = (y << 17 | y >>> 15) ^ x;
        x = (x + y) | 0; y = (y << 29 | y >>> 3) ^ x;
        x = (x + y) | 0; y = (y << 16 | y >>> 16) ^ x;
        x = (x + y) | 0; y = (y << 24 | y >>> 8) ^ x;
      }
      const t = a;
      a = b; b = c; c = t;
      x = (x + a) | 0;
      y = (y + b + i) | 0;
    }
    T[0] = x;
    T[1] = y;
  }

  function randomKey(half, seedLow, seedHigh, stream, step, turn) {
    threefry(seedLow, seedHigh, stream, step);
    threefry(T[0], T[1], turn, 0);
    return T[half];
  }

  function normalf(k, l, i) {
    threefry(k, l, i, 0);
    return Math.sqrt(-2 * logf(((T[0] >>> 0) + 0.5) * 2.3283064365386963e-10)) * cosf((T[1] >>> 0) * 1.4629180792671596e-9);
  }

  // Closes a chunk of n folds side by side: the eight lanes of each are combined, and the sums of equally
  // many chunks are merged, as a binary counter carries. p: elements so far, t: sums pending in Z.
  function endChunk(p, t, n) {
    let u = t;
    for (let j = 0; j < n; j++) {
      let s = f(f(f(L[j] + L[4 * n + j]) + f(L[2 * n + j] + L[6 * n + j])) + f(f(L[n + j] + L[5 * n + j]) + f(L[3 * n + j] + L[7 * n + j])));
      u = t;
      for (let i = p + 1023 >> 10; !(i & 1); i >>= 1) s = f(Z[--u * n + j] + s);
      Z[u * n + j] = s;
    }
    L.fill(0, 0, 8 * n);
    return u + 1;
  }

  // Leaves the sums of n folds in Z[0] … Z[n - 1].
  function endFold(p, t, n) {
    if (p & 1023) t = endChunk(p, t, n);
    if (!t) Z.fill(0, 0, n);
    for (; t > 1; t--) for (let j = (t - 2) * n, e = j + n; j < e; j++) Z[j] += Z[j + n];
  }

  function init_k0_random_normal_mul() {
    const c = randomKey(0, I[48], I[49], 0, I[50], I[51]);
    const c1 = randomKey(1, I[48], I[49], 0, I[50], I[51]);
    for (let i0 = 0; i0 < 4; i0++) {
      F[i0] = f(normalf(c, c1, i0)) * 1.4142135381698608;
    }
  }

  function init_k1_copy() {
    for (let i0 = 0; i0 < 4; i0++) {
      F[i0 + 4] = 0;
      F[i0 + 24] = 0;
      F[i0 + 28] = 0;
    }
  }

  function init_k2_random_normal_mul() {
    const c = randomKey(0, I[48], I[49], 1, I[50], I[51]);
    const c1 = randomKey(1, I[48], I[49], 1, I[50], I[51]);
    for (let i0 = 0; i0 < 4; i0++) {
      F[i0 + 8] = f(normalf(c, c1, i0)) * 0.7071067690849304;
    }
  }

  function init_k3_copy() {
    F[12] = 0;
    F[40] = 0;
    F[44] = 0;
  }

  function init_k4_copy() {
    for (let i0 = 0; i0 < 4; i0++) {
      F[i0 + 16] = 0;
      F[i0 + 20] = 0;
    }
  }

  function init_k5_copy() {
    for (let i0 = 0; i0 < 4; i0++) {
      F[i0 + 32] = 0;
      F[i0 + 36] = 0;
    }
  }

  function step_k6_size_div(N) {
    F[464] = 1 / f(N);
  }

  function step_k7_mul_sub(N) {
    for (let i0 = 0; i0 < N; i0++) {
      F[i0 + 624] = f(2 * F[i0 + 52]) - 1;
    }
  }

  function step_k8_matmul_add_tanh(N) {
    for (let i0 = 0; i0 < N; i0++) {
      const c = i0 * 4 + 112;
      const c1 = F[i0 + 624];
      for (let i1 = 0; i1 < 4; i1++) {
        F[c + i1] = tanhf(f(f(0 + f(c1 * F[i1])) + F[i1 + 4]));
      }
    }
  }

  function step_k9_matmul(N) {
    for (let i0 = 0; i0 < N; i0++) {
      const c = i0 * 4 + 112;
      let s0 = 0;
      for (let k0 = 0; k0 < 4; k0++) {
        s0 = f(s0 + f(F[c + k0] * F[k0 + 8]));
      }
      F[i0 + 432] = s0;
    }
  }

  function step_k10_einsum(N) {
    for (let i0 = 0; i0 < N; i0++) {
      const c = i0 * 4 + 176;
      for (let i1 = 0; i1 < 4; i1++) {
        F[c + i1] = 0 + F[i1];
      }
    }
  }

  function step_k11_einsum_tanh_tanh(N) {
    for (let i0 = 0; i0 < N; i0++) {
      const c = i0 * 4 + 112;
      const c1 = i0 * 4 + 176;
      const c2 = i0 * 4 + 240;
      const c3 = i0 * 4 + 304;
      const c4 = i0 * 4 + 368;
      for (let i1 = 0; i1 < 4; i1++) {
        const t0 = f(0 + F[i1 + 8]);
        const t1 = F[c + i1];
        const t2 = f(F[c1 + i1] * f((-f(t1 + t1)) * t0));
        const t3 = f(t2 * f(1 - f(t1 * t1)));
        F[c2 + i1] = t0;
        F[c3 + i1] = t2;
        F[c4 + i1] = t3;
      }
    }
  }

  function step_k12_einsum_add_powi(N) {
    const c1 = F[12];
    const c2 = F[464];
    for (let i0 = 0; i0 < N; i0++) {
      const c = i0 * 4 + 368;
      let s0 = 0;
      for (let k0 = 0; k0 < 4; k0++) {
        s0 = f(s0 + f(F[c + k0] * F[k0]));
      }
      const t1 = f(s0 + f(F[i0 + 432] + c1));
      const t2 = f(c2 * f(2 * t1));
      F[i0 + 448] = t1;
      F[i0 + 640] = t2;
    }
  }

  function step_k13_powi_sum_size_div(N) {
    const c = N > 8 ? 7 : 0;
    let p = 0, top = 0;
    for (let k0 = 0; k0 < N; k0++) {
      const t0 = F[k0 + 448];
      L[p & c] += f(t0 * t0);
      p++;
    }
    endFold(p, top, 1);
    const s1 = Z[0];
    F[76] = s1 / f(N);
  }

  function step_k14_sum_mul_add_powi(N) {
    const c = N > 8 ? 7 : 0;
    let p = 0, top = 0;
    for (let k0 = 0; k0 < N; k0++) {
      L[p & c] += F[k0 + 640];
      p++;
    }
    endFold(p, top, 1);
    const s0 = Z[0];
    const t1 = f(f(0.8999999761581421 * F[40]) + f(0.10000000149011612 * s0));
    const t2 = f(f(0.9990000128746033 * F[44]) + f(0.0010000000474974513 * f(s0 * s0)));
    const t3 = f(F[12] - f(f(0.009999999776482582 * f(t1 / F[68])) / f(f(Math.sqrt(f(t2 / F[72]))) + 9.99999993922529e-9)));
    F[40] = t1;
    F[44] = t2;
    F[12] = t3;
  }

  function step_k15_einsum_tanh(N) {
    for (let i0 = 0; i0 < N; i0++) {
      const c = F[i0 + 640];
      const c1 = i0 * 4 + 112;
      const c2 = i0 * 4 + 432;
      const c3 = i0 * 4 + 496;
      for (let i1 = 0; i1 < 4; i1++) {
        const t0 = f(0 + f(c * F[i1]));
        const t1 = F[c1 + i1];
        const t2 = f(t0 * f(1 - f(t1 * t1)));
        F[c2 + i1] = t0;
        F[c3 + i1] = t2;
      }
    }
  }

  function step_k16_einsum_tanh_tanh_add(N) {
    for (let i0 = 0; i0 < N; i0++) {
      const c = i0 * 4 + 112;
      const c1 = i0 * 4 + 560;
      const c2 = F[i0 + 640];
      const c3 = i0 * 4 + 432;
      const c4 = i0 * 4 + 304;
      const c5 = i0 * 4 + 496;
      const c6 = i0 * 4 + 240;
      const c7 = i0 * 4 + 176;
      for (let i1 = 0; i1 < 4; i1++) {
        const t0 = F[c + i1];
        F[c1 + i1] = f(f(f(0 + f(c2 * F[i1 + 8])) + f(F[c3 + i1] * f((-f(t0 + t0)) * F[c4 + i1]))) + f(F[c5 + i1] * f(f((-2) * F[c6 + i1]) * F[c7 + i1]))) * f(1 - f(t0 * t0));
      }
    }
  }

  function step_k17_tanh_einsum(N) {
    for (let i0 = 0; i0 < 4; i0++) {
      const c = i0 + 112;
      const c1 = i0 + 496;
      const c2 = i0 + 176;
      let s1 = 0;
      for (let k0 = 0; k0 < N; k0++) {
        const t0 = F[c + k0 * 4];
        s1 = f(s1 + f(F[c1 + k0 * 4] * f((-f(t0 + t0)) * F[c2 + k0 * 4])));
      }
      F[i0 + 304] = s1;
    }
  }

  function step_k18_tanh_einsum(N) {
    for (let i0 = 0; i0 < 4; i0++) {
      const c = i0 + 112;
      const c1 = i0 + 496;
      const c2 = i0 + 240;
      let s1 = 0;
      for (let k0 = 0; k0 < N; k0++) {
        const t0 = F[c + k0 * 4];
        s1 = f(s1 + f(F[c1 + k0 * 4] * f((-f(t0 + t0)) * F[c2 + k0 * 4])));
      }
      F[i0 + 308] = s1;
    }
  }

  function step_k19_einsum_add_mul_powi(N) {
    const c1 = F[68];
    const c2 = F[72];
    for (let i0 = 0; i0 < 4; i0++) {
      const c = i0 + 112;
      let s0 = 0;
      for (let k0 = 0; k0 < N; k0++) {
        s0 = f(s0 + f(F[k0 + 640] * F[c + k0 * 4]));
      }
      const t1 = f(s0 + F[i0 + 304]);
      const t2 = f(f(0.8999999761581421 * F[i0 + 32]) + f(0.10000000149011612 * t1));
      const t3 = f(f(0.9990000128746033 * F[i0 + 36]) + f(0.0010000000474974513 * f(t1 * t1)));
      const t4 = f(F[i0 + 8] - f(f(0.009999999776482582 * f(t2 / c1)) / f(f(Math.sqrt(f(t3 / c2))) + 9.99999993922529e-9)));
      F[i0 + 32] = t2;
      F[i0 + 36] = t3;
      F[i0 + 8] = t4;
    }
  }

  function step_k20_einsum(N) {
    for (let i0 = 0; i0 < 4; i0++) {
      const c = i0 + 560;
      let s0 = 0;
      for (let k0 = 0; k0 < N; k0++) {
        s0 = f(s0 + f(F[c + k0 * 4] * F[k0 + 624]));
      }
      F[i0 + 312] = s0;
    }
  }

  function step_k21_einsum_add_mul_powi(N) {
    const c1 = F[68];
    const c2 = F[72];
    for (let i0 = 0; i0 < 4; i0++) {
      const c = i0 + 368;
      let s0 = 0;
      for (let k0 = 0; k0 < N; k0++) {
        s0 = f(s0 + f(F[k0 + 640] * F[c + k0 * 4]));
      }
      const t1 = f(f(s0 + F[i0 + 312]) + F[i0 + 308]);
      const t2 = f(f(0.8999999761581421 * F[i0 + 16]) + f(0.10000000149011612 * t1));
      const t3 = f(f(0.9990000128746033 * F[i0 + 20]) + f(0.0010000000474974513 * f(t1 * t1)));
      const t4 = f(F[i0] - f(f(0.009999999776482582 * f(t2 / c1)) / f(f(Math.sqrt(f(t3 / c2))) + 9.99999993922529e-9)));
      F[i0 + 16] = t2;
      F[i0 + 20] = t3;
      F[i0] = t4;
    }
  }

  function step_k22_sum_mul_add_powi(N) {
    const c = N > 8 ? 7 : 0;
    const c2 = F[68];
    const c3 = F[72];
    for (let i0 = 0; i0 < 4; i0++) {
      const c1 = i0 + 560;
      let p = 0, top = 0;
      for (let k0 = 0; k0 < N; k0++) {
        L[p & c] += F[c1 + k0 * 4];
        p++;
      }
      endFold(p, top, 1);
      const s0 = Z[0];
      const t1 = f(f(0.8999999761581421 * F[i0 + 24]) + f(0.10000000149011612 * s0));
      const t2 = f(f(0.9990000128746033 * F[i0 + 28]) + f(0.0010000000474974513 * f(s0 * s0)));
      const t3 = f(F[i0 + 4] - f(f(0.009999999776482582 * f(t1 / c2)) / f(f(Math.sqrt(f(t2 / c3))) + 9.99999993922529e-9)));
      F[i0 + 24] = t1;
      F[i0 + 28] = t2;
      F[i0 + 4] = t3;
    }
  }

  function evaluate_0_k23_mul_sub(N) {
    for (let i0 = 0; i0 < N; i0++) {
      F[i0 + 176] = f(2 * F[i0 + 52]) - 1;
    }
  }

  function evaluate_0_k24_matmul_add_tanh(N) {
    for (let i0 = 0; i0 < N; i0++) {
      const c = i0 * 4 + 112;
      const c1 = F[i0 + 176];
      for (let i1 = 0; i1 < 4; i1++) {
        F[c + i1] = tanhf(f(f(0 + f(c1 * F[i1])) + F[i1 + 4]));
      }
    }
  }

  function evaluate_0_k25_matmul(N) {
    for (let i0 = 0; i0 < N; i0++) {
      const c = i0 * 4 + 112;
      let s0 = 0;
      for (let k0 = 0; k0 < 4; k0++) {
        s0 = f(s0 + f(F[c + k0] * F[k0 + 8]));
      }
      F[i0 + 304] = s0;
    }
  }

  function evaluate_0_k26_einsum(N) {
    for (let i0 = 0; i0 < N; i0++) {
      const c = i0 * 4 + 176;
      for (let i1 = 0; i1 < 4; i1++) {
        F[c + i1] = 0 + F[i1 + 8];
      }
    }
  }

  function evaluate_0_k27_einsum_tanh_tanh(N) {
    for (let i0 = 0; i0 < N; i0++) {
      const c = i0 * 4 + 112;
      const c1 = i0 * 4 + 240;
      const c2 = i0 * 4 + 176;
      for (let i1 = 0; i1 < 4; i1++) {
        const t0 = F[c + i1];
        F[c1 + i1] = f(f(0 + F[i1]) * f((-f(t0 + t0)) * F[c2 + i1])) * f(1 - f(t0 * t0));
      }
    }
  }

  function evaluate_0_k28_einsum(N) {
    for (let i0 = 0; i0 < N; i0++) {
      const c = i0 * 4 + 240;
      let s0 = 0;
      for (let k0 = 0; k0 < 4; k0++) {
        s0 = f(s0 + f(F[c + k0] * F[k0]));
      }
      F[i0 + 112] = s0;
    }
  }

  function evaluate_0_k29_add_powi_sum(N) {
    const c = N > 8 ? 7 : 0;
    const c1 = F[12];
    let p = 0, top = 0;
    for (let k0 = 0; k0 < N; k0++) {
      const t0 = f(F[k0 + 112] + f(F[k0 + 304] + c1));
      L[p & c] += f(t0 * t0);
      p++;
    }
    endFold(p, top, 1);
    const s1 = Z[0];
    F[80] = s1;
  }

  function evaluate_finish_k30_div() {
    F[92] = F[84] / F[88];
  }

  function predict_k33_matmul_add(N) {
    const c1 = F[12];
    for (let i0 = 0; i0 < N; i0++) {
      const c = i0 * 4 + 112;
      let s0 = 0;
      for (let k0 = 0; k0 < 4; k0++) {
        s0 = f(s0 + f(F[c + k0] * F[k0 + 8]));
      }
      F[i0 + 96] = s0 + c1;
    }
  }

  return {
    "init"(step, steps, epoch, updates) {
      init_k0_random_normal_mul();
      init_k1_copy();
      init_k2_random_normal_mul();
      init_k3_copy();
      init_k4_copy();
      init_k5_copy();
    },
    "step"(N, step, steps, epoch, updates) {
      F[68] = (1 - pow(0.9, step)); // sub(1, pow(0.9, step))
      F[72] = (1 - pow(0.999, step)); // sub(1, pow(0.999, step))
      step_k6_size_div(N);
      step_k7_mul_sub(N);
      step_k8_matmul_add_tanh(N);
      step_k9_matmul(N);
      step_k10_einsum(N);
      step_k11_einsum_tanh_tanh(N);
      step_k12_einsum_add_powi(N);
      step_k13_powi_sum_size_div(N);
      step_k14_sum_mul_add_powi(N);
      step_k15_einsum_tanh(N);
      step_k16_einsum_tanh_tanh_add(N);
      step_k17_tanh_einsum(N);
      step_k18_tanh_einsum(N);
      step_k19_einsum_add_mul_powi(N);
      step_k20_einsum(N);
      step_k21_einsum_add_mul_powi(N);
      step_k22_sum_mul_add_powi(N);
    },
    "evaluate_0"(N, step, steps, epoch, updates) {
      evaluate_0_k23_mul_sub(N);
      evaluate_0_k24_matmul_add_tanh(N);
      evaluate_0_k25_matmul(N);
      evaluate_0_k26_einsum(N);
      evaluate_0_k27_einsum_tanh_tanh(N);
      evaluate_0_k28_einsum(N);
      evaluate_0_k29_add_powi_sum(N);
    },
    "evaluate_finish"(step, steps, epoch, updates) {
      evaluate_finish_k30_div();
    },
    "predict"(N, step, steps, epoch, updates) {
      evaluate_0_k23_mul_sub(N);
      evaluate_0_k24_matmul_add_tanh(N);
      predict_k33_matmul_add(N);
    },
  };
}
