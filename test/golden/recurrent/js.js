function launch(arena) {
  const F = new Float32Array(arena), I = new Int32Array(arena), f = Math.fround;
  const A = new Float32Array(12), L = new Float32Array(8), Z = new Float32Array(2);

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

  function expf(x) {
    const y = Math.min(Math.max(x, -150), 150), n = y * 1.4426950408889634 + 6755399441055744 - 6755399441055744;
    const r = y - n * 0.6931471805599453;
    const m = r + r * r * (0.5000000065992327 + r * (0.16666665866776753 + r * (0.04166629912935135 + r * (0.008333498376310103 + r * (0.0013944421712954887 + r * 0.00019789341557109103)))));
    return (m + 1) * E[(n | 0) + 1074];
  }

  function sigmoidf(x) {
    return 1 / (1 + expf(-x));
  }

  function tanhf(x) {
    const a = Math.min(Math.max(x, -9.05), 9.05), z = a * a;
    const p = 0.9999999999623304 + z * (0.14098135860054978 + z * (0.004424516814879135 + z * (4.223672205848072e-5 + z * (1.1096244823361762e-7 + z * 3.661011557936994e-11))));
    const q = 1 + z * (0.4743146915187886 + z * (0.02919608141020723 + z * (0.0005005583521544726 + z * (2.600407582703639e-6 + z * 2.943231605871543e-9))));
    return a * p / q;
  }

  function log1pf(x) {
    const u = 1 + x, c = x - (u - 1);
    D[0] = u;
    const e = W[1] + 0x95f62 >> 20 & 2047, p = E[2097 - e], f = u * p - 1 + c * p, s = f / (2 + f), z = s * s, t = s + s;
    const y = (e - 1023) * 0.6931471805599453 + (t + t * z * (0.33333332821677375 + z * (0.20000167854209655 + z * (0.142686366264889 + z * 0.11791431604382938))));
    return x < Infinity ? (x > -1 ? (u === 1 ? x : y) : x < -1 ? NaN : -Infinity) : x;
  }

  function softplusf(x) {
    return Math.max(x, 0) + log1pf(expf(-Math.abs(x)));
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

  function uniform(k, l, i) {
    threefry(k, l, i, 0);
    return (T[0] >>> 8) * 5.960464477539063e-8;
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

  function init_k0_random_uniform_mul_add() {
    const c = randomKey(0, I[240], I[241], 0, I[242], I[243]);
    const c1 = randomKey(1, I[240], I[241], 0, I[242], I[243]);
    for (let i0 = 0; i0 < 24; i0++) {
      F[i0] = f(f(uniform(c, c1, i0)) * 1.309307336807251) + (-0.6546536684036255);
    }
  }

  function init_k1_random_uniform_mul_add() {
    const c = randomKey(0, I[240], I[241], 1, I[242], I[243]);
    const c1 = randomKey(1, I[240], I[241], 1, I[242], I[243]);
    for (let i0 = 0; i0 < 36; i0++) {
      F[i0 + 24] = f(f(uniform(c, c1, i0)) * 1.2649110555648804) + (-0.6324555277824402);
    }
  }

  function init_k2_copy() {
    for (let i0 = 0; i0 < 12; i0++) {
      F[i0 + 60] = 0;
      F[i0 + 200] = 0;
      F[i0 + 212] = 0;
    }
  }

  function init_k3_random_normal_mul() {
    const c = randomKey(0, I[240], I[241], 2, I[242], I[243]);
    const c1 = randomKey(1, I[240], I[241], 2, I[242], I[243]);
    for (let i0 = 0; i0 < 3; i0++) {
      F[i0 + 72] = f(normalf(c, c1, i0)) * 0.8164966106414795;
    }
  }

  function init_k4_copy() {
    F[76] = 0;
    F[232] = 0;
    F[236] = 0;
  }

  function init_k5_copy() {
    for (let i0 = 0; i0 < 24; i0++) {
      F[i0 + 80] = 0;
      F[i0 + 104] = 0;
    }
  }

  function init_k6_copy() {
    for (let i0 = 0; i0 < 36; i0++) {
      F[i0 + 128] = 0;
      F[i0 + 164] = 0;
    }
  }

  function init_k7_copy() {
    for (let i0 = 0; i0 < 3; i0++) {
      F[i0 + 224] = 0;
      F[i0 + 228] = 0;
    }
  }

  function step_k8_copy(B) {
    const c = 3 * B;
    for (let i0 = 0; i0 < c; i0++) {
      F[i0 + 700] = 0;
      F[i0 + 708] = 0;
      F[i0 + 716] = 0;
      F[i0 + 724] = 0;
    }
  }

  function step_k9_size_div(B) {
    F[732] = 1 / f(B);
  }

  function step_k10_at_turn_matmul(B) {
    const c2 = 12 * B;
    for (let i0 = 0; i0 < 5; i0++) {
      const c = i0 * 2 + 244;
      const c3 = i0 * c2 + 300;
      for (let i1 = 0; i1 < B; i1++) {
        const c1 = c + i1 * 10;
        const c4 = c3 + i1 * 12;
        for (let i2 = 0; i2 < 12; i2++) {
          let s0 = 0;
          for (let k0 = 0; k0 < 2; k0++) {
            s0 = f(s0 + f(F[c1 + k0] * F[i2 + k0 * 12]));
          }
          F[c4 + i2] = s0;
        }
      }
    }
  }

  function step_k11_copy(B, turn0) {
    const c = 3 * B;
    const c1 = turn0 * c + 420;
    for (let i0 = 0; i0 < c; i0++) {
      F[c1 + i0] = F[i0 + 700];
    }
  }

  function step_k12_matmul_at_turn_add(B, turn0) {
    const c3 = 12 * B;
    const c4 = turn0 * c3 + 300;
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 3 + 700;
      const c2 = i0 * 12 + 676;
      const c5 = c4 + i0 * 12;
      for (let i1 = 0; i1 < 12; i1++) {
        const c1 = i1 + 24;
        let s0 = 0;
        for (let k0 = 0; k0 < 3; k0++) {
          s0 = f(s0 + f(F[c + k0] * F[c1 + k0 * 12]));
        }
        F[c2 + i1] = f(F[c5 + i1] + s0) + F[i1 + 60];
      }
    }
  }

  function step_k13_slice_add(B, turn0) {
    const c = 3 * B;
    const c1 = turn0 * c + 452;
    for (let i0 = 0; i0 < B; i0++) {
      const c2 = c1 + i0 * 3;
      const c3 = i0 * 12 + 679;
      for (let i1 = 0; i1 < 3; i1++) {
        F[c2 + i1] = F[c3 + i1] + 1;
      }
    }
  }

  function step_k14_slice_sigmoid_tanh_mul(B, turn0) {
    const c5 = 3 * B;
    const c6 = turn0 * c5 + 484;
    const c8 = turn0 * c5 + 516;
    const c10 = turn0 * c5 + 548;
    const c12 = turn0 * c5 + 580;
    const c15 = turn0 * 3 + 612;
    const c17 = turn0 * c5 + 644;
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 12 + 676;
      const c1 = i0 * 12 + 682;
      const c2 = i0 * 3 + 708;
      const c3 = i0 * 12 + 679;
      const c4 = i0 * 12 + 685;
      const c7 = c6 + i0 * 3;
      const c9 = c8 + i0 * 3;
      const c11 = c10 + i0 * 3;
      const c13 = c12 + i0 * 3;
      const c14 = i0 * 3 + 700;
      const c16 = c15 + i0 * 15;
      const c18 = c17 + i0 * 3;
      for (let i1 = 0; i1 < 3; i1++) {
        const t0 = f(sigmoidf(F[c + i1]));
        const t1 = f(tanhf(F[c1 + i1]));
        const t2 = F[c2 + i1];
        const t3 = f(f(f(sigmoidf(f(F[c3 + i1] + 1))) * t2) + f(t0 * t1));
        const t4 = f(sigmoidf(F[c4 + i1]));
        const t5 = f(t4 * f(tanhf(t3)));
        F[c7 + i1] = t0;
        F[c9 + i1] = t1;
        F[c2 + i1] = t3;
        F[c11 + i1] = t3;
        F[c13 + i1] = t4;
        F[c14 + i1] = t5;
        F[c16 + i1] = t5;
        F[c18 + i1] = t2;
      }
    }
  }

  function step_k15_sum_div(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 15 + 612;
      const c2 = i0 * 3 + 676;
      for (let i1 = 0; i1 < 3; i1++) {
        const c1 = c + i1;
        let s0 = 0;
        for (let k0 = 0; k0 < 5; k0++) {
          s0 = f(s0 + F[c1 + k0 * 3]);
        }
        F[c2 + i1] = s0 / 5;
      }
    }
  }

  function step_k16_matmul_add_softplus_neg(B) {
    const c1 = F[76];
    const c2 = F[732];
    const c3 = -c2;
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 3 + 676;
      let s0 = 0;
      for (let k0 = 0; k0 < 3; k0++) {
        s0 = f(s0 + f(F[c + k0] * F[k0 + 72]));
      }
      const t1 = f(s0 + c1);
      const t3 = f(f(c3 * F[i0 + 264]) + f(c2 * f(sigmoidf(t1))));
      F[i0 + 612] = t1;
      F[i0 + 692] = t3;
    }
  }

  function step_k17_mul_softplus_sub_sum(B) {
    let s1 = 0;
    for (let k0 = 0; k0 < B; k0++) {
      const t0 = F[k0 + 612];
      s1 = f(s1 + f(f(softplusf(t0)) - f(t0 * F[k0 + 264])));
    }
    F[276] = s1 / f(B);
  }

  function step_k18_sum_mul_add_powi(B) {
    let s0 = 0;
    for (let k0 = 0; k0 < B; k0++) {
      s0 = f(s0 + F[k0 + 692]);
    }
    const t1 = f(f(0.8999999761581421 * F[232]) + f(0.10000000149011612 * s0));
    const t2 = f(f(0.9990000128746033 * F[236]) + f(0.0010000000474974513 * f(s0 * s0)));
    const t3 = f(F[76] - f(f(0.05000000074505806 * f(t1 / F[268])) / f(f(Math.sqrt(f(t2 / F[272]))) + 9.99999993922529e-9)));
    F[232] = t1;
    F[236] = t2;
    F[76] = t3;
  }

  function step_k19_einsum_div(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 3 + 684;
      const c1 = F[i0 + 692];
      for (let i1 = 0; i1 < 3; i1++) {
        F[c + i1] = f(0 + f(c1 * F[i1 + 72])) / 5;
      }
    }
  }

  function step_k20_einsum_mul_add_powi(B) {
    const c1 = F[268];
    const c2 = F[272];
    for (let i0 = 0; i0 < 3; i0++) {
      const c = i0 + 676;
      let s0 = 0;
      for (let k0 = 0; k0 < B; k0++) {
        s0 = f(s0 + f(F[k0 + 692] * F[c + k0 * 3]));
      }
      const t1 = f(f(0.8999999761581421 * F[i0 + 224]) + f(0.10000000149011612 * s0));
      const t2 = f(f(0.9990000128746033 * F[i0 + 228]) + f(0.0010000000474974513 * f(s0 * s0)));
      const t3 = f(F[i0 + 72] - f(f(0.05000000074505806 * f(t1 / c1)) / f(f(Math.sqrt(f(t2 / c2))) + 9.99999993922529e-9)));
      F[i0 + 224] = t1;
      F[i0 + 228] = t2;
      F[i0 + 72] = t3;
    }
  }

  function step_k21_broadcast(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 15 + 612;
      const c2 = i0 * 3 + 684;
      for (let i1 = 0; i1 < 5; i1++) {
        const c1 = c + i1 * 3;
        for (let i2 = 0; i2 < 3; i2++) {
          F[c1 + i2] = F[c2 + i2];
        }
      }
    }
  }

  function step_k22_at_turn_add_tanh_mul(B, turn0) {
    const c1 = turn0 * 3 + 612;
    const c3 = 3 * B;
    const c4 = turn0 * c3 + 580;
    const c6 = turn0 * c3 + 548;
    const c9 = turn0 * c3 + 484;
    const c11 = turn0 * c3 + 516;
    const c13 = turn0 * c3 + 452;
    const c15 = turn0 * c3 + 644;
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 3 + 716;
      const c2 = c1 + i0 * 15;
      const c5 = c4 + i0 * 3;
      const c7 = c6 + i0 * 3;
      const c8 = i0 * 3 + 724;
      const c10 = c9 + i0 * 3;
      const c12 = c11 + i0 * 3;
      const c14 = c13 + i0 * 3;
      const c16 = c15 + i0 * 3;
      const c17 = i0 * 3 + 700;
      const c18 = i0 * 3 + 708;
      const c19 = i0 * 3 + 732;
      const c20 = i0 * 3 + 740;
      for (let i1 = 0; i1 < 3; i1++) {
        const t0 = f(F[c + i1] + F[c2 + i1]);
        const t1 = F[c5 + i1];
        const t2 = f(tanhf(F[c7 + i1]));
        const t3 = f(F[c8 + i1] + f(f(t0 * t1) * f(1 - f(t2 * t2))));
        const t4 = F[c10 + i1];
        const t5 = F[c12 + i1];
        const t6 = f(f(t3 * t4) * f(1 - f(t5 * t5)));
        const t7 = f(f(t3 * t5) * f(t4 * f(1 - t4)));
        const t8 = f(sigmoidf(F[c14 + i1]));
        const t9 = f(t3 * t8);
        const t10 = f(f(t3 * F[c16 + i1]) * f(t8 * f(1 - t8)));
        const t11 = f(f(t0 * t2) * f(t1 * f(1 - t1)));
        F[c17 + i1] = t6;
        F[c18 + i1] = t7;
        F[c8 + i1] = t9;
        F[c19 + i1] = t10;
        F[c20 + i1] = t11;
      }
    }
  }

  function step_k23_pad_add(B, turn0) {
    const c5 = 12 * B;
    const c6 = turn0 * c5 + 300;
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 3 + 694;
      const c1 = i0 * 3 + 708;
      const c2 = i0 * 3 + 729;
      const c3 = i0 * 3 + 731;
      const c4 = i0 * 12 + 676;
      const c7 = c6 + i0 * 12;
      for (let i1 = 0; i1 < 12; i1++) {
        const t0 = f(f(f(((i1 - 6) >= 0 && (i1 - 6) < 3 ? F[c + i1] : 0) + (i1 < 3 ? F[c1 + i1] : 0)) + ((i1 - 3) >= 0 && (i1 - 3) < 3 ? F[c2 + i1] : 0)) + ((i1 - 9) >= 0 && (i1 - 9) < 3 ? F[c3 + i1] : 0));
        F[c4 + i1] = t0;
        F[c7 + i1] = t0;
      }
    }
  }

  function step_k24_einsum(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 12 + 676;
      const c2 = i0 * 3 + 716;
      for (let i1 = 0; i1 < 3; i1++) {
        const c1 = i1 * 12 + 24;
        let s0 = 0;
        for (let k0 = 0; k0 < 12; k0++) {
          s0 = f(s0 + f(F[c + k0] * F[c1 + k0]));
        }
        F[c2 + i1] = s0;
      }
    }
  }

  function step_k25_at_turn_einsum_mul_add(B) {
    const c = 12 * B;
    const c8 = F[268];
    const c9 = F[272];
    for (let i0 = 0; i0 < 2; i0++) {
      const c3 = i0 + 244;
      const c5 = i0 * 12 + 80;
      const c6 = i0 * 12 + 104;
      const c7 = i0 * 12;
      for (let i1 = 0; i1 < 12; i1++) {
        const c1 = i1 + 300;
        let s0 = 0;
        for (let k0 = 0; k0 < 5; k0++) {
          const c2 = c1 + k0 * c;
          const c4 = c3 + k0 * 2;
          for (let k1 = 0; k1 < B; k1++) {
            s0 = f(s0 + f(F[c2 + k1 * 12] * F[c4 + k1 * 10]));
          }
        }
        const t1 = f(f(0.8999999761581421 * F[c5 + i1]) + f(0.10000000149011612 * s0));
        const t2 = f(f(0.9990000128746033 * F[c6 + i1]) + f(0.0010000000474974513 * f(s0 * s0)));
        const t3 = f(F[c7 + i1] - f(f(0.05000000074505806 * f(t1 / c8)) / f(f(Math.sqrt(f(t2 / c9))) + 9.99999993922529e-9)));
        F[c5 + i1] = t1;
        F[c6 + i1] = t2;
        F[c7 + i1] = t3;
      }
    }
  }

  function step_k26_einsum_mul_add_powi(B) {
    const c = 5 * B;
    const c7 = F[268];
    const c8 = F[272];
    for (let i0 = 0; i0 < 3; i0++) {
      const c2 = i0 + 420;
      const c4 = i0 * 12 + 128;
      const c5 = i0 * 12 + 164;
      const c6 = i0 * 12 + 24;
      A.fill(0, 0, 12);
      for (let k0 = 0; k0 < c; k0++) {
        const c1 = k0 * 12 + 300;
        const c3 = F[c2 + k0 * 3];
        for (let i1 = 0; i1 < 12; i1++) {
          A[i1] = f(A[i1] + f(F[c1 + i1] * c3));
        }
      }
      for (let i1 = 0; i1 < 12; i1++) {
        const s0 = A[i1];
        const t1 = f(f(0.8999999761581421 * F[c4 + i1]) + f(0.10000000149011612 * s0));
        const t2 = f(f(0.9990000128746033 * F[c5 + i1]) + f(0.0010000000474974513 * f(s0 * s0)));
        const t3 = f(F[c6 + i1] - f(f(0.05000000074505806 * f(t1 / c7)) / f(f(Math.sqrt(f(t2 / c8))) + 9.99999993922529e-9)));
        F[c4 + i1] = t1;
        F[c5 + i1] = t2;
        F[c6 + i1] = t3;
      }
    }
  }

  function step_k27_sum_mul_add_powi(B) {
    const c = 5 * B;
    const c1 = c > 8 ? 7 : 0;
    const c3 = F[268];
    const c4 = F[272];
    for (let i0 = 0; i0 < 12; i0++) {
      const c2 = i0 + 300;
      let p = 0, top = 0;
      for (let k0 = 0; k0 < c; k0++) {
        L[p & c1] += F[c2 + k0 * 12];
        p++;
      }
      endFold(p, top, 1);
      const s0 = Z[0];
      const t1 = f(f(0.8999999761581421 * F[i0 + 200]) + f(0.10000000149011612 * s0));
      const t2 = f(f(0.9990000128746033 * F[i0 + 212]) + f(0.0010000000474974513 * f(s0 * s0)));
      const t3 = f(F[i0 + 60] - f(f(0.05000000074505806 * f(t1 / c3)) / f(f(Math.sqrt(f(t2 / c4))) + 9.99999993922529e-9)));
      F[i0 + 200] = t1;
      F[i0 + 212] = t2;
      F[i0 + 60] = t3;
    }
  }

  function evaluate_0_k28_copy(B) {
    const c = 3 * B;
    for (let i0 = 0; i0 < c; i0++) {
      F[i0 + 476] = 0;
      F[i0 + 484] = 0;
    }
  }

  function evaluate_0_k30_matmul_at_turn_add(B, turn0) {
    const c3 = 12 * B;
    const c4 = turn0 * c3 + 300;
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 3 + 476;
      const c2 = i0 * 12 + 452;
      const c5 = c4 + i0 * 12;
      for (let i1 = 0; i1 < 12; i1++) {
        const c1 = i1 + 24;
        let s0 = 0;
        for (let k0 = 0; k0 < 3; k0++) {
          s0 = f(s0 + f(F[c + k0] * F[c1 + k0 * 12]));
        }
        F[c2 + i1] = f(F[c5 + i1] + s0) + F[i1 + 60];
      }
    }
  }

  function evaluate_0_k31_slice_tanh_sigmoid_mul(B, turn0) {
    const c6 = turn0 * 3 + 420;
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 12 + 455;
      const c1 = i0 * 3 + 484;
      const c2 = i0 * 12 + 452;
      const c3 = i0 * 12 + 458;
      const c4 = i0 * 12 + 461;
      const c5 = i0 * 3 + 476;
      const c7 = c6 + i0 * 15;
      for (let i1 = 0; i1 < 3; i1++) {
        const t0 = f(f(f(sigmoidf(f(F[c + i1] + 1))) * F[c1 + i1]) + f(f(sigmoidf(F[c2 + i1])) * f(tanhf(F[c3 + i1]))));
        const t1 = f(f(sigmoidf(F[c4 + i1])) * f(tanhf(t0)));
        F[c1 + i1] = t0;
        F[c5 + i1] = t1;
        F[c7 + i1] = t1;
      }
    }
  }

  function evaluate_0_k32_sum_div(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 15 + 420;
      const c2 = i0 * 3 + 300;
      for (let i1 = 0; i1 < 3; i1++) {
        const c1 = c + i1;
        let s0 = 0;
        for (let k0 = 0; k0 < 5; k0++) {
          s0 = f(s0 + F[c1 + k0 * 3]);
        }
        F[c2 + i1] = s0 / 5;
      }
    }
  }

  function evaluate_0_k33_matmul(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 3 + 300;
      let s0 = 0;
      for (let k0 = 0; k0 < 3; k0++) {
        s0 = f(s0 + f(F[c + k0] * F[k0 + 72]));
      }
      F[i0 + 308] = s0;
    }
  }

  function evaluate_0_k34_add_mul_softplus_sub(B) {
    const c = F[76];
    let s1 = 0;
    for (let k0 = 0; k0 < B; k0++) {
      const t0 = f(F[k0 + 308] + c);
      s1 = f(s1 + f(f(softplusf(t0)) - f(t0 * F[k0 + 264])));
    }
    F[280] = s1;
  }

  function evaluate_finish_k35_div() {
    F[292] = F[284] / F[288];
  }

  function predict_k41_matmul_add(B) {
    const c1 = F[76];
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 3 + 300;
      let s0 = 0;
      for (let k0 = 0; k0 < 3; k0++) {
        s0 = f(s0 + f(F[c + k0] * F[k0 + 72]));
      }
      F[i0 + 296] = s0 + c1;
    }
  }

  return {
    "init"(step, steps, epoch, updates) {
      init_k0_random_uniform_mul_add();
      init_k1_random_uniform_mul_add();
      init_k2_copy();
      init_k3_random_normal_mul();
      init_k4_copy();
      init_k5_copy();
      init_k6_copy();
      init_k7_copy();
    },
    "step"(B, step, steps, epoch, updates) {
      F[268] = (1 - pow(0.9, step)); // sub(1, pow(0.9, step))
      F[272] = (1 - pow(0.999, step)); // sub(1, pow(0.999, step))
      step_k8_copy(B);
      step_k9_size_div(B);
      step_k10_at_turn_matmul(B);
      for (let turn0 = 0; turn0 < 5; turn0++) {
        step_k11_copy(B, turn0);
        step_k12_matmul_at_turn_add(B, turn0);
        step_k13_slice_add(B, turn0);
        step_k14_slice_sigmoid_tanh_mul(B, turn0);
      }
      step_k15_sum_div(B);
      step_k16_matmul_add_softplus_neg(B);
      step_k17_mul_softplus_sub_sum(B);
      step_k18_sum_mul_add_powi(B);
      step_k19_einsum_div(B);
      step_k20_einsum_mul_add_powi(B);
      step_k21_broadcast(B);
      for (let turn0 = 5 - 1; turn0 >= 0; turn0--) {
        step_k22_at_turn_add_tanh_mul(B, turn0);
        step_k23_pad_add(B, turn0);
        step_k24_einsum(B);
      }
      step_k25_at_turn_einsum_mul_add(B);
      step_k26_einsum_mul_add_powi(B);
      step_k27_sum_mul_add_powi(B);
    },
    "evaluate_0"(B, step, steps, epoch, updates) {
      evaluate_0_k28_copy(B);
      step_k10_at_turn_matmul(B);
      for (let turn0 = 0; turn0 < 5; turn0++) {
        evaluate_0_k30_matmul_at_turn_add(B, turn0);
        evaluate_0_k31_slice_tanh_sigmoid_mul(B, turn0);
      }
      evaluate_0_k32_sum_div(B);
      evaluate_0_k33_matmul(B);
      evaluate_0_k34_add_mul_softplus_sub(B);
    },
    "evaluate_finish"(step, steps, epoch, updates) {
      evaluate_finish_k35_div();
    },
    "predict"(B, step, steps, epoch, updates) {
      evaluate_0_k28_copy(B);
      step_k10_at_turn_matmul(B);
      for (let turn0 = 0; turn0 < 5; turn0++) {
        evaluate_0_k30_matmul_at_turn_add(B, turn0);
        evaluate_0_k31_slice_tanh_sigmoid_mul(B, turn0);
      }
      evaluate_0_k32_sum_div(B);
      predict_k41_matmul_add(B);
    },
  };
}
