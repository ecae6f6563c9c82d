function launch(arena) {
  const F = new Float32Array(arena), I = new Int32Array(arena), f = Math.fround;

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

  function expf(x) {
    const y = Math.min(Math.max(x, -150), 150), n = y * 1.4426950408889634 + 6755399441055744 - 6755399441055744;
    const r = y - n * 0.6931471805599453;
    const m = r + r * r * (0.5000000065992327 + r * (0.16666665866776753 + r * (0.04166629912935135 + r * (0.008333498376310103 + r * (0.0013944421712954887 + r * 0.00019789341557109103)))));
    return (m + 1) * E[(n | 0) + 1074];
  }

  function sigmoidf(x) {
    return 1 / (1 + expf(-x));
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

  function init_k0_random_uniform_mul_add() {
    const c = randomKey(0, I[108], I[109], 0, I[110], I[111]);
    const c1 = randomKey(1, I[108], I[109], 0, I[110], I[111]);
    for (let i0 = 0; i0 < 16; i0++) {
      F[i0] = f(f(uniform(c, c1, i0)) * 1.5491933822631836) + (-0.7745966911315918);
    }
  }

  function init_k1_copy() {
    for (let i0 = 0; i0 < 8; i0++) {
      F[i0 + 16] = 0;
      F[i0 + 68] = 0;
      F[i0 + 76] = 0;
    }
  }

  function init_k2_random_uniform_mul_add() {
    const c = randomKey(0, I[108], I[109], 1, I[110], I[111]);
    const c1 = randomKey(1, I[108], I[109], 1, I[110], I[111]);
    for (let i0 = 0; i0 < 8; i0++) {
      F[i0 + 24] = f(f(uniform(c, c1, i0)) * 1.632993221282959) + (-0.8164966106414795);
    }
  }

  function init_k3_copy() {
    F[32] = 0;
    F[100] = 0;
    F[104] = 0;
  }

  function init_k4_copy() {
    for (let i0 = 0; i0 < 16; i0++) {
      F[i0 + 36] = 0;
      F[i0 + 52] = 0;
    }
  }

  function init_k5_copy() {
    for (let i0 = 0; i0 < 8; i0++) {
      F[i0 + 84] = 0;
      F[i0 + 92] = 0;
    }
  }

  function step_k6_size_div(B) {
    F[208] = 1 / f(B);
  }

  function step_k7_matmul_add_tanh(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 2 + 112;
      const c1 = i0 * 8 + 172;
      for (let i1 = 0; i1 < 8; i1++) {
        let s0 = 0;
        for (let k0 = 0; k0 < 2; k0++) {
          s0 = f(s0 + f(F[c + k0] * F[i1 + k0 * 8]));
        }
        F[c1 + i1] = tanhf(f(s0 + F[i1 + 16]));
      }
    }
  }

  function step_k8_matmul_add_softplus_neg(B) {
    const c1 = F[32];
    const c2 = F[208];
    const c3 = -c2;
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 8 + 172;
      let s0 = 0;
      for (let k0 = 0; k0 < 8; k0++) {
        s0 = f(s0 + f(F[c + k0] * F[k0 + 24]));
      }
      const t1 = f(s0 + c1);
      const t3 = f(f(c3 * F[i0 + 120]) + f(c2 * f(sigmoidf(t1))));
      F[i0 + 204] = t1;
      F[i0 + 236] = t3;
    }
  }

  function step_k9_mul_softplus_sub_sum(B) {
    let s1 = 0;
    for (let k0 = 0; k0 < B; k0++) {
      const t0 = F[k0 + 204];
      s1 = f(s1 + f(f(softplusf(t0)) - f(t0 * F[k0 + 120])));
    }
    F[132] = s1 / f(B);
  }

  function step_k10_greater_equal_to_float_sum(B) {
    let s0 = 0;
    for (let k0 = 0; k0 < B; k0++) {
      s0 = f(s0 + ((F[k0 + 204] > 0) === (F[k0 + 120] > 0.5) ? 1 : 0));
    }
    F[136] = s0 / f(B);
  }

  function step_k11_sum_mul_add_powi(B) {
    let s0 = 0;
    for (let k0 = 0; k0 < B; k0++) {
      s0 = f(s0 + F[k0 + 236]);
    }
    const t1 = f(f(0.8999999761581421 * F[100]) + f(0.10000000149011612 * s0));
    const t2 = f(f(0.9990000128746033 * F[104]) + f(0.0010000000474974513 * f(s0 * s0)));
    const t3 = f(F[32] - f(f(0.05000000074505806 * f(t1 / F[124])) / f(f(Math.sqrt(f(t2 / F[128]))) + 9.99999993922529e-9)));
    F[100] = t1;
    F[104] = t2;
    F[32] = t3;
  }

  function step_k12_einsum_tanh(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 8 + 172;
      const c1 = i0 * 8 + 204;
      const c2 = F[i0 + 236];
      for (let i1 = 0; i1 < 8; i1++) {
        const t0 = F[c + i1];
        F[c1 + i1] = f(0 + f(c2 * F[i1 + 24])) * f(1 - f(t0 * t0));
      }
    }
  }

  function step_k13_einsum_mul_add_powi(B) {
    const c1 = F[124];
    const c2 = F[128];
    for (let i0 = 0; i0 < 8; i0++) {
      const c = i0 + 172;
      let s0 = 0;
      for (let k0 = 0; k0 < B; k0++) {
        s0 = f(s0 + f(F[k0 + 236] * F[c + k0 * 8]));
      }
      const t1 = f(f(0.8999999761581421 * F[i0 + 84]) + f(0.10000000149011612 * s0));
      const t2 = f(f(0.9990000128746033 * F[i0 + 92]) + f(0.0010000000474974513 * f(s0 * s0)));
      const t3 = f(F[i0 + 24] - f(f(0.05000000074505806 * f(t1 / c1)) / f(f(Math.sqrt(f(t2 / c2))) + 9.99999993922529e-9)));
      F[i0 + 84] = t1;
      F[i0 + 92] = t2;
      F[i0 + 24] = t3;
    }
  }

  function step_k14_sum_mul_add_powi(B) {
    const c1 = F[124];
    const c2 = F[128];
    for (let i0 = 0; i0 < 8; i0++) {
      const c = i0 + 204;
      let s0 = 0;
      for (let k0 = 0; k0 < B; k0++) {
        s0 = f(s0 + F[c + k0 * 8]);
      }
      const t1 = f(f(0.8999999761581421 * F[i0 + 68]) + f(0.10000000149011612 * s0));
      const t2 = f(f(0.9990000128746033 * F[i0 + 76]) + f(0.0010000000474974513 * f(s0 * s0)));
      const t3 = f(F[i0 + 16] - f(f(0.05000000074505806 * f(t1 / c1)) / f(f(Math.sqrt(f(t2 / c2))) + 9.99999993922529e-9)));
      F[i0 + 68] = t1;
      F[i0 + 76] = t2;
      F[i0 + 16] = t3;
    }
  }

  function step_k15_einsum_mul_add_powi(B) {
    const c5 = F[124];
    const c6 = F[128];
    for (let i0 = 0; i0 < 2; i0++) {
      const c1 = i0 + 112;
      const c2 = i0 * 8 + 36;
      const c3 = i0 * 8 + 52;
      const c4 = i0 * 8;
      for (let i1 = 0; i1 < 8; i1++) {
        const c = i1 + 204;
        let s0 = 0;
        for (let k0 = 0; k0 < B; k0++) {
          s0 = f(s0 + f(F[c + k0 * 8] * F[c1 + k0 * 2]));
        }
        const t1 = f(f(0.8999999761581421 * F[c2 + i1]) + f(0.10000000149011612 * s0));
        const t2 = f(f(0.9990000128746033 * F[c3 + i1]) + f(0.0010000000474974513 * f(s0 * s0)));
        const t3 = f(F[c4 + i1] - f(f(0.05000000074505806 * f(t1 / c5)) / f(f(Math.sqrt(f(t2 / c6))) + 9.99999993922529e-9)));
        F[c2 + i1] = t1;
        F[c3 + i1] = t2;
        F[c4 + i1] = t3;
      }
    }
  }

  function evaluate_0_k17_matmul_add(B) {
    const c1 = F[32];
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 8 + 172;
      let s0 = 0;
      for (let k0 = 0; k0 < 8; k0++) {
        s0 = f(s0 + f(F[c + k0] * F[k0 + 24]));
      }
      F[i0 + 204] = s0 + c1;
    }
  }

  function evaluate_0_k18_mul_softplus_sub_sum(B) {
    let s1 = 0;
    for (let k0 = 0; k0 < B; k0++) {
      const t0 = F[k0 + 204];
      s1 = f(s1 + f(f(softplusf(t0)) - f(t0 * F[k0 + 120])));
    }
    F[140] = s1;
  }

  function evaluate_0_k19_greater_equal_to_float_sum(B) {
    let s0 = 0;
    for (let k0 = 0; k0 < B; k0++) {
      s0 = f(s0 + ((F[k0 + 204] > 0) === (F[k0 + 120] > 0.5) ? 1 : 0));
    }
    F[144] = s0;
  }

  function evaluate_finish_k20_div() {
    const t0 = F[152];
    const t1 = f(F[148] / t0);
    const t2 = f(F[156] / t0);
    F[160] = t1;
    F[164] = t2;
  }

  function predict_k22_matmul_add(B) {
    const c1 = F[32];
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 8 + 172;
      let s0 = 0;
      for (let k0 = 0; k0 < 8; k0++) {
        s0 = f(s0 + f(F[c + k0] * F[k0 + 24]));
      }
      F[i0 + 168] = s0 + c1;
    }
  }

  return {
    "init"(step, steps, epoch, updates) {
      init_k0_random_uniform_mul_add();
      init_k1_copy();
      init_k2_random_uniform_mul_add();
      init_k3_copy();
      init_k4_copy();
      init_k5_copy();
    },
    "step"(B, step, steps, epoch, updates) {
      F[124] = (1 - pow(0.9, step)); // sub(1, pow(0.9, step))
      F[128] = (1 - pow(0.999, step)); // sub(1, pow(0.999, step))
      step_k6_size_div(B);
      step_k7_matmul_add_tanh(B);
      step_k8_matmul_add_softplus_neg(B);
      step_k9_mul_softplus_sub_sum(B);
      step_k10_greater_equal_to_float_sum(B);
      step_k11_sum_mul_add_powi(B);
      step_k12_einsum_tanh(B);
      step_k13_einsum_mul_add_powi(B);
      step_k14_sum_mul_add_powi(B);
      step_k15_einsum_mul_add_powi(B);
    },
    "evaluate_0"(B, step, steps, epoch, updates) {
      step_k7_matmul_add_tanh(B);
      evaluate_0_k17_matmul_add(B);
      evaluate_0_k18_mul_softplus_sub_sum(B);
      evaluate_0_k19_greater_equal_to_float_sum(B);
    },
    "evaluate_finish"(step, steps, epoch, updates) {
      evaluate_finish_k20_div();
    },
    "predict"(B, step, steps, epoch, updates) {
      step_k7_matmul_add_tanh(B);
      predict_k22_matmul_add(B);
    },
  };
}
