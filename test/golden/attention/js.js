function launch(arena) {
  const F = new Float32Array(arena), I = new Int32Array(arena), f = Math.fround;
  const A = new Float32Array(18), L = new Float32Array(8), Z = new Float32Array(2);

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

  // One f64 and its two words, low word first.
  const D = new Float64Array(1), W = new Int32Array(D.buffer);

  function log(x) {
    const tiny = x < 2.2250738585072014e-308;
    const v = D[0] = tiny ? x * 18014398509481984 : x;
    const e = W[1] + 0x95f62 >> 20 & 2047, k = e - (tiny ? 1077 : 1023);
    const f = v * E[2097 - e] - 1, s = f / (2 + f), z = s * s, w = z * z, q = 0.5 * f * f;
    const a = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
    const b = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
    const y = s * (q + (a + b)) + k * 1.9082149292705877e-10 - q + f + k * 0.6931471803691238;
    return x < Infinity ? (x > 0 ? y : x < 0 ? NaN : -Infinity) : x;
  }

  function trig(x, n) {
    if (!(Math.abs(x) < 1e6)) x %= 6.283185307179586;
    const k = x * 0.6366197723675814 + 6755399441055744 - 6755399441055744;
    const a = x - k * 1.5707963267341256, m = k * 6.077100506303966e-11, b = a - m, u = k * 2.0222662487959506e-21;
    const r = b - u, t = a - b - m + (b - r - u), z = r * r, i = (k & 3) + n;
    const q = 0.5 * z, w = 1 - q, v = z * r;
    const c = w + (1 - w - q + (z * z * (0.0416666666666666 + z * (-0.001388888888887411 + z * (0.00002480158728947673 + z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 - z * 1.1359647557788195e-11))))) - r * t));
    const s = r - (z * (0.5 * t - v * (0.00833333333332249 + z * (-0.0001984126982985795 + z * (0.0000027557313707070068 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10))))) - t + v * 0.16666666666666632);
    const y = i & 1 ? c : s;
    return i & 2 ? -y : y;
  }

  function cos(x) {
    return trig(x, 1);
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

  function normal(k, l, i) {
    threefry(k, l, i, 0);
    return Math.sqrt(-2 * log(((T[0] >>> 0) + 0.5) * 2.3283064365386963e-10)) * cos((T[1] >>> 0) * 1.4629180792671596e-9);
  }

  function uniform(k, l, i) {
    threefry(k, l, i, 0);
    return (T[0] >>> 8) * 5.960464477539063e-8;
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

  function init_k0_broadcast() {
    for (let i0 = 0; i0 < 6; i0++) {
      F[i0] = 1;
    }
  }

  function init_k1_copy() {
    for (let i0 = 0; i0 < 6; i0++) {
      F[i0 + 8] = 0;
      F[i0 + 180] = 0;
    }
  }

  function init_k2_random_normal_mul() {
    const c = randomKey(0, I[188], I[189], 0, I[190], I[191]);
    const c1 = randomKey(1, I[188], I[189], 0, I[190], I[191]);
    for (let i0 = 0; i0 < 108; i0++) {
      F[i0 + 16] = f(normal(c, c1, i0)) * 0.5773502588272095;
    }
  }

  function init_k3_broadcast() {
    for (let i0 = 0; i0 < 18; i0++) {
      F[i0 + 124] = 0;
    }
  }

  function init_k4_random_normal_mul() {
    const c = randomKey(0, I[188], I[189], 1, I[190], I[191]);
    const c1 = randomKey(1, I[188], I[189], 1, I[190], I[191]);
    for (let i0 = 0; i0 < 36; i0++) {
      F[i0 + 144] = f(normal(c, c1, i0)) * 0.5773502588272095;
    }
  }

  function step_k5_size_div(B) {
    F[908] = 1 / f(4 * B);
  }

  function step_k6_sum_div(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 192;
      let s0 = 0;
      for (let k0 = 0; k0 < 6; k0++) {
        s0 = f(s0 + F[c1 + k0]);
      }
      F[i0 + 316] = s0 / 6;
    }
  }

  function step_k7_sub(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 716;
      const c2 = i0 * 6 + 192;
      const c3 = F[i0 + 316];
      for (let i1 = 0; i1 < 6; i1++) {
        F[c1 + i1] = F[c2 + i1] - c3;
      }
    }
  }

  function step_k8_powi_sum_div_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 716;
      let s1 = 0;
      for (let k0 = 0; k0 < 6; k0++) {
        const t0 = F[c1 + k0];
        s1 = f(s1 + f(t0 * t0));
      }
      F[i0 + 1164] = Math.sqrt(f(f(s1 / 6) + 0.000009999999747378752));
    }
  }

  function step_k9_mul_div_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 764;
      const c2 = i0 * 6 + 716;
      const c3 = F[i0 + 1164];
      for (let i1 = 0; i1 < 6; i1++) {
        F[c1 + i1] = f(f(F[i1] * F[c2 + i1]) / c3) + F[i1 + 8];
      }
    }
  }

  function step_k10_iota_equal_to_float_neg(B) {
    const c = 4 * B;
    const c2 = -F[908];
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = I[i0 + 240];
      const c3 = i0 * 6 + 812;
      const c4 = i0 * 6 + 860;
      for (let i1 = 0; i1 < 6; i1++) {
        const t0 = f(c1 === i1 ? 1 : 0);
        const t1 = f(c2 * t0);
        F[c3 + i1] = t0;
        F[c4 + i1] = t1;
      }
    }
  }

  function step_k11_matmul(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 764;
      const c4 = i0 * 18 + 316;
      A.fill(0, 0, 18);
      for (let k0 = 0; k0 < 6; k0++) {
        const c2 = k0 * 18 + 16;
        const c3 = F[c1 + k0];
        for (let i1 = 0; i1 < 18; i1++) {
          A[i1] = f(A[i1] + f(c3 * F[c2 + i1]));
        }
      }
      for (let i1 = 0; i1 < 18; i1++) {
        const s0 = A[i1];
        F[c4 + i1] = s0;
      }
    }
  }

  function step_k12_div(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 908;
      const c3 = i0 * 72 + 322;
      for (let i1 = 0; i1 < 2; i1++) {
        const c1 = c + i1 * 12;
        const c4 = c3 + i1 * 3;
        for (let i2 = 0; i2 < 4; i2++) {
          const c2 = c1 + i2 * 3;
          const c5 = c4 + i2 * 18;
          for (let i3 = 0; i3 < 3; i3++) {
            F[c2 + i3] = F[c5 + i3] / 1.7320507764816284;
          }
        }
      }
    }
  }

  function step_k13_einsum_iota_less_equal_where(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 72 + 316;
      const c3 = i0 * 24 + 908;
      const c6 = i0 * 32 + 460;
      for (let i1 = 0; i1 < 2; i1++) {
        const c1 = c + i1 * 3;
        const c4 = c3 + i1 * 12;
        const c7 = c6 + i1 * 16;
        for (let i2 = 0; i2 < 4; i2++) {
          const c2 = c1 + i2 * 18;
          const c8 = c7 + i2 * 4;
          for (let i3 = 0; i3 < 4; i3++) {
            const c5 = c4 + i3 * 3;
            let s0 = 0;
            for (let k0 = 0; k0 < 3; k0++) {
              s0 = f(s0 + f(F[c2 + k0] * F[c5 + k0]));
            }
            F[c8 + i3] = (i3 <= i2 ? s0 : (-Infinity));
          }
        }
      }
    }
  }

  function step_k14_amax(B) {
    const c = 8 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 4 + 460;
      let s0 = -Infinity;
      for (let k0 = 0; k0 < 4; k0++) {
        s0 = Math.max(s0, F[c1 + k0]);
      }
      F[i0 + 588] = s0;
    }
  }

  function step_k15_sub_exp(B) {
    const c = 8 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 4 + 524;
      const c2 = i0 * 4 + 460;
      const c3 = F[i0 + 588];
      for (let i1 = 0; i1 < 4; i1++) {
        F[c1 + i1] = exp(f(F[c2 + i1] - c3));
      }
    }
  }

  function step_k16_sum(B) {
    const c = 8 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 4 + 524;
      let s0 = 0;
      for (let k0 = 0; k0 < 4; k0++) {
        s0 = f(s0 + F[c1 + k0]);
      }
      F[i0 + 1148] = s0;
    }
  }

  function step_k17_div_random_uniform_greater_equal_where(B) {
    const c = 8 * B;
    const c3 = randomKey(0, I[188], I[189], 0, I[190], I[191]);
    const c4 = randomKey(1, I[188], I[189], 0, I[190], I[191]);
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 4 + 524;
      const c2 = F[i0 + 1148];
      const c5 = i0 * 4;
      const c6 = i0 * 4 + 460;
      const c7 = i0 * 4 + 588;
      const c8 = i0 * 4 + 652;
      for (let i1 = 0; i1 < 4; i1++) {
        const t0 = f(F[c1 + i1] / c2);
        const t1 = (f(uniform(c3, c4, c5 + i1)) >= 0.10000000149011612 ? 1.1111111640930176 : 0);
        const t2 = f(t0 * t1);
        F[c6 + i1] = t0;
        F[c7 + i1] = t1;
        F[c8 + i1] = t2;
      }
    }
  }

  function step_k18_einsum(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 32 + 652;
      const c3 = i0 * 72 + 328;
      const c6 = i0 * 24 + 956;
      for (let i1 = 0; i1 < 2; i1++) {
        const c1 = c + i1 * 16;
        const c4 = c3 + i1 * 3;
        const c7 = c6 + i1 * 12;
        for (let i2 = 0; i2 < 4; i2++) {
          const c2 = c1 + i2 * 4;
          const c8 = c7 + i2 * 3;
          for (let i3 = 0; i3 < 3; i3++) {
            const c5 = c4 + i3;
            let s0 = 0;
            for (let k0 = 0; k0 < 4; k0++) {
              s0 = f(s0 + f(F[c2 + k0] * F[c5 + k0 * 18]));
            }
            F[c8 + i3] = s0;
          }
        }
      }
    }
  }

  function step_k19_reshape(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 1004;
      const c2 = i0 * 24 + 956;
      for (let i1 = 0; i1 < 4; i1++) {
        const c1 = c + i1 * 6;
        const c3 = c2 + i1 * 3;
        for (let i2 = 0; i2 < 6; i2++) {
          F[c1 + i2] = F[c3 + (i2 / 3 | 0) * 12 + (i2 % 3)];
        }
      }
    }
  }

  function step_k20_matmul_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 1004;
      const c4 = i0 * 6 + 956;
      const c5 = i0 * 6 + 192;
      A.fill(0, 0, 6);
      for (let k0 = 0; k0 < 6; k0++) {
        const c2 = k0 * 6 + 144;
        const c3 = F[c1 + k0];
        for (let i1 = 0; i1 < 6; i1++) {
          A[i1] = f(A[i1] + f(c3 * F[c2 + i1]));
        }
      }
      for (let i1 = 0; i1 < 6; i1++) {
        const s0 = A[i1];
        F[c4 + i1] = F[c5 + i1] + f(s0 + F[i1 + 180]);
      }
    }
  }

  function step_k21_amax(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 956;
      let s0 = -Infinity;
      for (let k0 = 0; k0 < 6; k0++) {
        s0 = Math.max(s0, F[c1 + k0]);
      }
      F[i0 + 1172] = s0;
    }
  }

  function step_k22_sub_exp(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 956;
      const c2 = F[i0 + 1172];
      const c3 = i0 * 6 + 1052;
      const c4 = i0 * 6 + 1100;
      for (let i1 = 0; i1 < 6; i1++) {
        const t0 = f(F[c1 + i1] - c2);
        const t1 = f(exp(t0));
        F[c3 + i1] = t0;
        F[c4 + i1] = t1;
      }
    }
  }

  function step_k23_sum_log_sub_mul(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 1100;
      const c2 = i0 * 6 + 812;
      const c3 = i0 * 6 + 1052;
      const c4 = i0 * 6 + 860;
      let s0 = 0;
      for (let k1 = 0; k1 < 6; k1++) {
        s0 = f(s0 + F[c1 + k1]);
      }
      const t1 = f(log(s0));
      let s2 = 0;
      for (let k0 = 0; k0 < 6; k0++) {
        s2 = f(s2 + f(F[c2 + k0] * f(F[c3 + k0] - t1)));
      }
      let s3 = 0;
      for (let k2 = 0; k2 < 6; k2++) {
        s3 = f(s3 + (-F[c4 + k2]));
      }
      const t4 = f(s3 / s0);
      F[i0 + 992] = s2;
      F[i0 + 956] = t4;
    }
  }

  function step_k24_mul_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 812;
      const c2 = i0 * 6 + 860;
      const c3 = i0 * 6 + 1100;
      const c4 = F[i0 + 956];
      for (let i1 = 0; i1 < 6; i1++) {
        F[c1 + i1] = F[c2 + i1] + f(c4 * F[c3 + i1]);
      }
    }
  }

  function step_k25_einsum(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < 6; i0++) {
      const c2 = i0 + 1004;
      const c4 = i0 * 6 + 956;
      A.fill(0, 0, 6);
      for (let k0 = 0; k0 < c; k0++) {
        const c1 = k0 * 6 + 812;
        const c3 = F[c2 + k0 * 6];
        for (let i1 = 0; i1 < 6; i1++) {
          A[i1] = f(A[i1] + f(F[c1 + i1] * c3));
        }
      }
      for (let i1 = 0; i1 < 6; i1++) {
        const s0 = A[i1];
        F[c4 + i1] = s0;
      }
    }
  }

  function step_k26_neg_sum_size_div(B) {
    const c = 4 * B;
    let s0 = 0;
    for (let k0 = 0; k0 < c; k0++) {
      s0 = f(s0 + (-F[k0 + 992]));
    }
    F[248] = s0 / f(4 * B);
  }

  function step_k27_sum(B) {
    const c = 4 * B;
    A.fill(0, 0, 6);
    for (let k0 = 0; k0 < c; k0++) {
      const c1 = k0 * 6 + 812;
      for (let i0 = 0; i0 < 6; i0++) {
        A[i0] = f(A[i0] + F[c1 + i0]);
      }
    }
    for (let i0 = 0; i0 < 6; i0++) {
      const s0 = A[i0];
      F[i0 + 992] = s0;
    }
  }

  function step_k28_einsum(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 812;
      const c3 = i0 * 6 + 860;
      for (let i1 = 0; i1 < 6; i1++) {
        const c2 = i1 * 6 + 144;
        let s0 = 0;
        for (let k0 = 0; k0 < 6; k0++) {
          s0 = f(s0 + f(F[c1 + k0] * F[c2 + k0]));
        }
        F[c3 + i1] = s0;
      }
    }
  }

  function step_k29_einsum(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 860;
      const c3 = i0 * 32 + 652;
      const c6 = i0 * 24 + 812;
      for (let i1 = 0; i1 < 2; i1++) {
        const c1 = c + i1 * 3;
        const c4 = c3 + i1 * 16;
        const c7 = c6 + i1 * 12;
        for (let i2 = 0; i2 < 4; i2++) {
          const c5 = c4 + i2;
          const c8 = c7 + i2 * 3;
          for (let i3 = 0; i3 < 3; i3++) {
            const c2 = c1 + i3;
            let s0 = 0;
            for (let k0 = 0; k0 < 4; k0++) {
              s0 = f(s0 + f(F[c2 + k0 * 6] * F[c5 + k0 * 4]));
            }
            F[c8 + i3] = s0;
          }
        }
      }
    }
  }

  function step_k30_einsum_mul(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 860;
      const c3 = i0 * 72 + 328;
      const c6 = i0 * 32 + 652;
      const c9 = i0 * 32 + 588;
      for (let i1 = 0; i1 < 2; i1++) {
        const c1 = c + i1 * 3;
        const c4 = c3 + i1 * 3;
        const c7 = c6 + i1 * 16;
        const c10 = c9 + i1 * 16;
        for (let i2 = 0; i2 < 4; i2++) {
          const c2 = c1 + i2 * 6;
          const c8 = c7 + i2 * 4;
          const c11 = c10 + i2 * 4;
          for (let i3 = 0; i3 < 4; i3++) {
            const c5 = c4 + i3 * 18;
            let s0 = 0;
            for (let k0 = 0; k0 < 3; k0++) {
              s0 = f(s0 + f(F[c2 + k0] * F[c5 + k0]));
            }
            F[c8 + i3] = s0 * F[c11 + i3];
          }
        }
      }
    }
  }

  function step_k31_div_sum(B) {
    const c = 8 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 4 + 652;
      const c2 = i0 * 4 + 460;
      const c3 = F[i0 + 1148];
      let s0 = 0;
      for (let k0 = 0; k0 < 4; k0++) {
        s0 = f(s0 + (-f(F[c1 + k0] * f(F[c2 + k0] / c3))));
      }
      F[i0 + 860] = s0;
    }
  }

  function step_k32_div_add_mul_iota(B) {
    const c = 2 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 16 + 460;
      const c3 = i0 * 16 + 652;
      const c5 = i0 * 4 + 1148;
      const c7 = i0 * 4 + 860;
      const c9 = i0 * 16 + 524;
      for (let i1 = 0; i1 < 4; i1++) {
        const c2 = c1 + i1 * 4;
        const c4 = c3 + i1 * 4;
        const c6 = F[c5 + i1];
        const c8 = F[c7 + i1];
        const c10 = c9 + i1 * 4;
        for (let i2 = 0; i2 < 4; i2++) {
          F[c2 + i2] = (i2 <= i1 ? f(f(f(F[c4 + i2] / c6) + c8) * F[c10 + i2]) : 0);
        }
      }
    }
  }

  function step_k33_einsum(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 32 + 460;
      const c3 = i0 * 72 + 316;
      const c6 = i0 * 24 + 860;
      for (let i1 = 0; i1 < 2; i1++) {
        const c1 = c + i1 * 16;
        const c4 = c3 + i1 * 3;
        const c7 = c6 + i1 * 12;
        for (let i2 = 0; i2 < 4; i2++) {
          const c2 = c1 + i2;
          const c8 = c7 + i2 * 3;
          for (let i3 = 0; i3 < 3; i3++) {
            const c5 = c4 + i3;
            let s0 = 0;
            for (let k0 = 0; k0 < 4; k0++) {
              s0 = f(s0 + f(F[c2 + k0 * 4] * F[c5 + k0 * 18]));
            }
            F[c8 + i3] = s0;
          }
        }
      }
    }
  }

  function step_k34_einsum(B) {
    const c = 2 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 16 + 460;
      const c3 = i0 * 12 + 908;
      const c5 = i0 * 12 + 316;
      for (let i1 = 0; i1 < 4; i1++) {
        const c2 = c1 + i1 * 4;
        const c6 = c5 + i1 * 3;
        for (let i2 = 0; i2 < 3; i2++) {
          const c4 = c3 + i2;
          let s0 = 0;
          for (let k0 = 0; k0 < 4; k0++) {
            s0 = f(s0 + f(F[c2 + k0] * F[c4 + k0 * 3]));
          }
          F[c6 + i2] = s0;
        }
      }
    }
  }

  function step_k35_reshape(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 460;
      const c2 = i0 * 24 + 812;
      for (let i1 = 0; i1 < 4; i1++) {
        const c1 = c + i1 * 6;
        const c3 = c2 + i1 * 3;
        for (let i2 = 0; i2 < 6; i2++) {
          F[c1 + i2] = F[c3 + (i2 / 3 | 0) * 12 + (i2 % 3)];
        }
      }
    }
  }

  function step_k36_div(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 812;
      const c2 = i0 * 24 + 860;
      for (let i1 = 0; i1 < 4; i1++) {
        const c1 = c + i1 * 6;
        const c3 = c2 + i1 * 3;
        for (let i2 = 0; i2 < 6; i2++) {
          F[c1 + i2] = F[c3 + (i2 / 3 | 0) * 12 + (i2 % 3)] / 1.7320507764816284;
        }
      }
    }
  }

  function step_k37_reshape(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 508;
      const c2 = i0 * 24 + 316;
      for (let i1 = 0; i1 < 4; i1++) {
        const c1 = c + i1 * 6;
        const c3 = c2 + i1 * 3;
        for (let i2 = 0; i2 < 6; i2++) {
          F[c1 + i2] = F[c3 + (i2 / 3 | 0) * 12 + (i2 % 3)];
        }
      }
    }
  }

  function step_k38_pad_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 18 + 316;
      const c2 = i0 * 6 + 448;
      const c3 = i0 * 6 + 806;
      const c4 = i0 * 6 + 508;
      for (let i1 = 0; i1 < 18; i1++) {
        F[c1 + i1] = f(((i1 - 12) >= 0 && (i1 - 12) < 6 ? F[c2 + i1] : 0) + ((i1 - 6) >= 0 && (i1 - 6) < 6 ? F[c3 + i1] : 0)) + (i1 < 6 ? F[c4 + i1] : 0);
      }
    }
  }

  function step_k39_einsum(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 18 + 316;
      const c3 = i0 * 6 + 568;
      for (let i1 = 0; i1 < 6; i1++) {
        const c2 = i1 * 18 + 16;
        let s0 = 0;
        for (let k0 = 0; k0 < 18; k0++) {
          s0 = f(s0 + f(F[c1 + k0] * F[c2 + k0]));
        }
        F[c3 + i1] = s0;
      }
    }
  }

  function step_k40_einsum(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < 6; i0++) {
      const c2 = i0 + 764;
      const c4 = i0 * 18 + 460;
      A.fill(0, 0, 18);
      for (let k0 = 0; k0 < c; k0++) {
        const c1 = k0 * 18 + 316;
        const c3 = F[c2 + k0 * 6];
        for (let i1 = 0; i1 < 18; i1++) {
          A[i1] = f(A[i1] + f(F[c1 + i1] * c3));
        }
      }
      for (let i1 = 0; i1 < 18; i1++) {
        const s0 = A[i1];
        F[c4 + i1] = s0;
      }
    }
  }

  function step_k41_div_mul_sum(B) {
    const c = 4 * B;
    A.fill(0, 0, 6);
    for (let k0 = 0; k0 < c; k0++) {
      const c1 = k0 * 6 + 568;
      const c2 = F[k0 + 1164];
      const c3 = k0 * 6 + 716;
      for (let i0 = 0; i0 < 6; i0++) {
        A[i0] = f(A[i0] + f(f(F[c1 + i0] / c2) * F[c3 + i0]));
      }
    }
    for (let i0 = 0; i0 < 6; i0++) {
      const s0 = A[i0];
      F[i0 + 616] = s0;
    }
  }

  function step_k42_sum(B) {
    const c = 4 * B;
    A.fill(0, 0, 6);
    for (let k0 = 0; k0 < c; k0++) {
      const c1 = k0 * 6 + 568;
      for (let i0 = 0; i0 < 6; i0++) {
        A[i0] = f(A[i0] + F[c1 + i0]);
      }
    }
    for (let i0 = 0; i0 < 6; i0++) {
      const s0 = A[i0];
      F[i0 + 316] = s0;
    }
  }

  function step_k43_powi_sum_add_sqrt() {
    let s1 = 0;
    for (let k0 = 0; k0 < 6; k0++) {
      const t0 = F[k0 + 616];
      s1 = f(s1 + f(t0 * t0));
    }
    let s3 = 0;
    for (let k1 = 0; k1 < 6; k1++) {
      const t2 = F[k1 + 316];
      s3 = f(s3 + f(t2 * t2));
    }
    let p = 0, top = 0;
    for (let k2 = 0; k2 < 108; k2++) {
      const t4 = F[k2 + 460];
      L[p & 7] += f(t4 * t4);
      p++;
    }
    endFold(p, top, 1);
    const s5 = Z[0];
    let p1 = 0, top1 = 0;
    for (let k4 = 0; k4 < 36; k4++) {
      const t6 = F[k4 + 956];
      L[p1 & 7] += f(t6 * t6);
      p1++;
    }
    endFold(p1, top1, 1);
    const s7 = Z[0];
    let s9 = 0;
    for (let k6 = 0; k6 < 6; k6++) {
      const t8 = F[k6 + 992];
      s9 = f(s9 + f(t8 * t8));
    }
    F[568] = Math.min(f(1 / f(f(Math.sqrt(f(f(f(f(s1 + s3) + s5) + s7) + s9))) + 9.999999974752427e-7)), 1);
  }

  function step_k44_mul_sub() {
    const c = F[568];
    for (let i0 = 0; i0 < 108; i0++) {
      F[i0 + 16] = F[i0 + 16] - f(0.10000000149011612 * f(F[i0 + 460] * c));
    }
  }

  function step_k45_mul_sub() {
    const c = F[568];
    for (let i0 = 0; i0 < 36; i0++) {
      F[i0 + 144] = F[i0 + 144] - f(0.10000000149011612 * f(F[i0 + 956] * c));
    }
  }

  function step_k46_mul_sub() {
    const c = F[568];
    for (let i0 = 0; i0 < 6; i0++) {
      F[i0] = F[i0] - f(0.10000000149011612 * f(F[i0 + 616] * c));
    }
  }

  function step_k47_mul_sub() {
    const c = F[568];
    for (let i0 = 0; i0 < 6; i0++) {
      F[i0 + 8] = F[i0 + 8] - f(0.10000000149011612 * f(F[i0 + 316] * c));
    }
  }

  function step_k48_mul_sub() {
    const c = F[568];
    for (let i0 = 0; i0 < 6; i0++) {
      F[i0 + 180] = F[i0 + 180] - f(0.10000000149011612 * f(F[i0 + 992] * c));
    }
  }

  function step_k49_mul_sub() {
    const c = f(0.10000000149011612 * f(0 * F[568]));
    for (let i0 = 0; i0 < 18; i0++) {
      F[i0 + 124] = F[i0 + 124] - c;
    }
  }

  function evaluate_0_k50_sum_div(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 192;
      let s0 = 0;
      for (let k0 = 0; k0 < 6; k0++) {
        s0 = f(s0 + F[c1 + k0]);
      }
      F[i0 + 364] = s0 / 6;
    }
  }

  function evaluate_0_k51_sub(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 316;
      const c2 = i0 * 6 + 192;
      const c3 = F[i0 + 364];
      for (let i1 = 0; i1 < 6; i1++) {
        F[c1 + i1] = F[c2 + i1] - c3;
      }
    }
  }

  function evaluate_0_k52_powi_sum_div_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 316;
      let s1 = 0;
      for (let k0 = 0; k0 < 6; k0++) {
        const t0 = F[c1 + k0];
        s1 = f(s1 + f(t0 * t0));
      }
      F[i0 + 364] = Math.sqrt(f(f(s1 / 6) + 0.000009999999747378752));
    }
  }

  function evaluate_0_k53_mul_div_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 460;
      const c2 = i0 * 6 + 316;
      const c3 = F[i0 + 364];
      for (let i1 = 0; i1 < 6; i1++) {
        F[c1 + i1] = f(f(F[i1] * F[c2 + i1]) / c3) + F[i1 + 8];
      }
    }
  }

  function evaluate_0_k54_matmul(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 460;
      const c4 = i0 * 18 + 316;
      A.fill(0, 0, 18);
      for (let k0 = 0; k0 < 6; k0++) {
        const c2 = k0 * 18 + 16;
        const c3 = F[c1 + k0];
        for (let i1 = 0; i1 < 18; i1++) {
          A[i1] = f(A[i1] + f(c3 * F[c2 + i1]));
        }
      }
      for (let i1 = 0; i1 < 18; i1++) {
        const s0 = A[i1];
        F[c4 + i1] = s0;
      }
    }
  }

  function evaluate_0_k55_div(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 524;
      const c3 = i0 * 72 + 322;
      for (let i1 = 0; i1 < 2; i1++) {
        const c1 = c + i1 * 12;
        const c4 = c3 + i1 * 3;
        for (let i2 = 0; i2 < 4; i2++) {
          const c2 = c1 + i2 * 3;
          const c5 = c4 + i2 * 18;
          for (let i3 = 0; i3 < 3; i3++) {
            F[c2 + i3] = F[c5 + i3] / 1.7320507764816284;
          }
        }
      }
    }
  }

  function evaluate_0_k56_einsum_iota_less_equal_where(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 72 + 316;
      const c3 = i0 * 24 + 524;
      const c6 = i0 * 32 + 460;
      for (let i1 = 0; i1 < 2; i1++) {
        const c1 = c + i1 * 3;
        const c4 = c3 + i1 * 12;
        const c7 = c6 + i1 * 16;
        for (let i2 = 0; i2 < 4; i2++) {
          const c2 = c1 + i2 * 18;
          const c8 = c7 + i2 * 4;
          for (let i3 = 0; i3 < 4; i3++) {
            const c5 = c4 + i3 * 3;
            let s0 = 0;
            for (let k0 = 0; k0 < 3; k0++) {
              s0 = f(s0 + f(F[c2 + k0] * F[c5 + k0]));
            }
            F[c8 + i3] = (i3 <= i2 ? s0 : (-Infinity));
          }
        }
      }
    }
  }

  function evaluate_0_k59_sum(B) {
    const c = 8 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 4 + 524;
      let s0 = 0;
      for (let k0 = 0; k0 < 4; k0++) {
        s0 = f(s0 + F[c1 + k0]);
      }
      F[i0 + 588] = s0;
    }
  }

  function evaluate_0_k60_div(B) {
    const c = 8 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 4 + 460;
      const c2 = i0 * 4 + 524;
      const c3 = F[i0 + 588];
      for (let i1 = 0; i1 < 4; i1++) {
        F[c1 + i1] = F[c2 + i1] / c3;
      }
    }
  }

  function evaluate_0_k61_einsum(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 32 + 460;
      const c3 = i0 * 72 + 328;
      const c6 = i0 * 24 + 524;
      for (let i1 = 0; i1 < 2; i1++) {
        const c1 = c + i1 * 16;
        const c4 = c3 + i1 * 3;
        const c7 = c6 + i1 * 12;
        for (let i2 = 0; i2 < 4; i2++) {
          const c2 = c1 + i2 * 4;
          const c8 = c7 + i2 * 3;
          for (let i3 = 0; i3 < 3; i3++) {
            const c5 = c4 + i3;
            let s0 = 0;
            for (let k0 = 0; k0 < 4; k0++) {
              s0 = f(s0 + f(F[c2 + k0] * F[c5 + k0 * 18]));
            }
            F[c8 + i3] = s0;
          }
        }
      }
    }
  }

  function evaluate_0_k62_reshape(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 316;
      const c2 = i0 * 24 + 524;
      for (let i1 = 0; i1 < 4; i1++) {
        const c1 = c + i1 * 6;
        const c3 = c2 + i1 * 3;
        for (let i2 = 0; i2 < 6; i2++) {
          F[c1 + i2] = F[c3 + (i2 / 3 | 0) * 12 + (i2 % 3)];
        }
      }
    }
  }

  function evaluate_0_k63_matmul_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 316;
      const c4 = i0 * 6 + 364;
      const c5 = i0 * 6 + 192;
      A.fill(0, 0, 6);
      for (let k0 = 0; k0 < 6; k0++) {
        const c2 = k0 * 6 + 144;
        const c3 = F[c1 + k0];
        for (let i1 = 0; i1 < 6; i1++) {
          A[i1] = f(A[i1] + f(c3 * F[c2 + i1]));
        }
      }
      for (let i1 = 0; i1 < 6; i1++) {
        const s0 = A[i1];
        F[c4 + i1] = F[c5 + i1] + f(s0 + F[i1 + 180]);
      }
    }
  }

  function evaluate_0_k64_amax(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 364;
      let s0 = -Infinity;
      for (let k0 = 0; k0 < 6; k0++) {
        s0 = Math.max(s0, F[c1 + k0]);
      }
      F[i0 + 412] = s0;
    }
  }

  function evaluate_0_k65_sub(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 316;
      const c2 = i0 * 6 + 364;
      const c3 = F[i0 + 412];
      for (let i1 = 0; i1 < 6; i1++) {
        F[c1 + i1] = F[c2 + i1] - c3;
      }
    }
  }

  function evaluate_0_k66_exp_sum_log_sub(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 316;
      const c2 = I[i0 + 240];
      let s2 = 0;
      for (let k1 = 0; k1 < 6; k1++) {
        const t1 = F[c1 + k1];
        s2 = f(s2 + f(exp(t1)));
      }
      const t3 = f(log(s2));
      let s4 = 0;
      for (let k0 = 0; k0 < 6; k0++) {
        const t0 = F[c1 + k0];
        s4 = f(s4 + f(f(c2 === k0 ? 1 : 0) * f(t0 - t3)));
      }
      F[i0 + 364] = s4;
    }
  }

  function evaluate_0_k67_neg_sum(B) {
    const c = 4 * B;
    let s0 = 0;
    for (let k0 = 0; k0 < c; k0++) {
      s0 = f(s0 + (-F[k0 + 364]));
    }
    F[252] = s0;
  }

  function evaluate_finish_k68_mul_div() {
    F[264] = F[256] / f(4 * F[260]);
  }

  function predict_k82_matmul_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 316;
      const c4 = i0 * 6 + 268;
      const c5 = i0 * 6 + 192;
      A.fill(0, 0, 6);
      for (let k0 = 0; k0 < 6; k0++) {
        const c2 = k0 * 6 + 144;
        const c3 = F[c1 + k0];
        for (let i1 = 0; i1 < 6; i1++) {
          A[i1] = f(A[i1] + f(c3 * F[c2 + i1]));
        }
      }
      for (let i1 = 0; i1 < 6; i1++) {
        const s0 = A[i1];
        F[c4 + i1] = F[c5 + i1] + f(s0 + F[i1 + 180]);
      }
    }
  }

  return {
    "init"(step, steps, epoch) {
      init_k0_broadcast();
      init_k1_copy();
      init_k2_random_normal_mul();
      init_k3_broadcast();
      init_k4_random_normal_mul();
    },
    "step"(B, step, steps, epoch) {
      step_k5_size_div(B);
      step_k6_sum_div(B);
      step_k7_sub(B);
      step_k8_powi_sum_div_add(B);
      step_k9_mul_div_add(B);
      step_k10_iota_equal_to_float_neg(B);
      step_k11_matmul(B);
      step_k12_div(B);
      step_k13_einsum_iota_less_equal_where(B);
      step_k14_amax(B);
      step_k15_sub_exp(B);
      step_k16_sum(B);
      step_k17_div_random_uniform_greater_equal_where(B);
      step_k18_einsum(B);
      step_k19_reshape(B);
      step_k20_matmul_add(B);
      step_k21_amax(B);
      step_k22_sub_exp(B);
      step_k23_sum_log_sub_mul(B);
      step_k24_mul_add(B);
      step_k25_einsum(B);
      step_k26_neg_sum_size_div(B);
      step_k27_sum(B);
      step_k28_einsum(B);
      step_k29_einsum(B);
      step_k30_einsum_mul(B);
      step_k31_div_sum(B);
      step_k32_div_add_mul_iota(B);
      step_k33_einsum(B);
      step_k34_einsum(B);
      step_k35_reshape(B);
      step_k36_div(B);
      step_k37_reshape(B);
      step_k38_pad_add(B);
      step_k39_einsum(B);
      step_k40_einsum(B);
      step_k41_div_mul_sum(B);
      step_k42_sum(B);
      step_k43_powi_sum_add_sqrt();
      step_k44_mul_sub();
      step_k45_mul_sub();
      step_k46_mul_sub();
      step_k47_mul_sub();
      step_k48_mul_sub();
      step_k49_mul_sub();
    },
    "evaluate_0"(B, step, steps, epoch) {
      evaluate_0_k50_sum_div(B);
      evaluate_0_k51_sub(B);
      evaluate_0_k52_powi_sum_div_add(B);
      evaluate_0_k53_mul_div_add(B);
      evaluate_0_k54_matmul(B);
      evaluate_0_k55_div(B);
      evaluate_0_k56_einsum_iota_less_equal_where(B);
      step_k14_amax(B);
      step_k15_sub_exp(B);
      evaluate_0_k59_sum(B);
      evaluate_0_k60_div(B);
      evaluate_0_k61_einsum(B);
      evaluate_0_k62_reshape(B);
      evaluate_0_k63_matmul_add(B);
      evaluate_0_k64_amax(B);
      evaluate_0_k65_sub(B);
      evaluate_0_k66_exp_sum_log_sub(B);
      evaluate_0_k67_neg_sum(B);
    },
    "evaluate_finish"(step, steps, epoch) {
      evaluate_finish_k68_mul_div();
    },
    "predict"(B, step, steps, epoch) {
      evaluate_0_k50_sum_div(B);
      evaluate_0_k51_sub(B);
      evaluate_0_k52_powi_sum_div_add(B);
      evaluate_0_k53_mul_div_add(B);
      evaluate_0_k54_matmul(B);
      evaluate_0_k55_div(B);
      evaluate_0_k56_einsum_iota_less_equal_where(B);
      step_k14_amax(B);
      step_k15_sub_exp(B);
      evaluate_0_k59_sum(B);
      evaluate_0_k60_div(B);
      evaluate_0_k61_einsum(B);
      evaluate_0_k62_reshape(B);
      predict_k82_matmul_add(B);
    },
  };
}
