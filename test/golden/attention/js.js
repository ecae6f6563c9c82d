function launch(arena) {
  const F = new Float32Array(arena), I = new Int32Array(arena), f = Math.fround;
  const A = new Float32Array(18), L = new Float32Array(8), Z = new Float32Array(2);

  const E = new Float64Array(2098);
  for (let i = 0, x = 5e-324; i < 2098; i++, x *= 2) E[i] = x;

  function expf(x) {
    const y = Math.min(Math.max(x, -150), 150), n = y * 1.4426950408889634 + 6755399441055744 - 6755399441055744;
    const r = y - n * 0.6931471805599453;
    const m = r + r * r * (0.5000000065992327 + r * (0.16666665866776753 + r * (0.04166629912935135 + r * (0.008333498376310103 + r * (0.0013944421712954887 + r * 0.00019789341557109103)))));
    return (m + 1) * E[(n | 0) + 1074];
  }

  // One f64 and its two words, low word first.
  const D = new Float64Array(1), W = new Int32Array(D.buffer);

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
      F[i0 + 160] = 0;
    }
  }

  function init_k2_random_normal_mul() {
    const c = randomKey(0, I[168], I[169], 0, I[170], I[171]);
    const c1 = randomKey(1, I[168], I[169], 0, I[170], I[171]);
    for (let i0 = 0; i0 < 108; i0++) {
      F[i0 + 16] = f(normalf(c, c1, i0)) * 0.5773502588272095;
    }
  }

  function init_k3_random_normal_mul() {
    const c = randomKey(0, I[168], I[169], 1, I[170], I[171]);
    const c1 = randomKey(1, I[168], I[169], 1, I[170], I[171]);
    for (let i0 = 0; i0 < 36; i0++) {
      F[i0 + 124] = f(normalf(c, c1, i0)) * 0.5773502588272095;
    }
  }

  function step_k4_size_div(B) {
    F[792] = 1 / f(4 * B);
  }

  function step_k5_sum_div(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 172;
      let s0 = 0;
      for (let k0 = 0; k0 < 6; k0++) {
        s0 = f(s0 + F[c1 + k0]);
      }
      F[i0 + 296] = s0 / 6;
    }
  }

  function step_k6_sub(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 696;
      const c2 = i0 * 6 + 172;
      const c3 = F[i0 + 296];
      for (let i1 = 0; i1 < 6; i1++) {
        F[c1 + i1] = F[c2 + i1] - c3;
      }
    }
  }

  function step_k7_powi_sum_div_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 696;
      let s1 = 0;
      for (let k0 = 0; k0 < 6; k0++) {
        const t0 = F[c1 + k0];
        s1 = f(s1 + f(t0 * t0));
      }
      F[i0 + 1096] = Math.sqrt(f(f(s1 / 6) + 0.000009999999747378752));
    }
  }

  function step_k8_neg_put_at(B) {
    const c = 4 * B;
    const c3 = -F[792];
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 744;
      const c2 = I[i0 + 220];
      for (let i1 = 0; i1 < 6; i1++) {
        F[c1 + i1] = i1 === c2 ? c3 : 0;
      }
    }
  }

  function step_k9_mul_div_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 792;
      const c2 = i0 * 6 + 696;
      const c3 = F[i0 + 1096];
      for (let i1 = 0; i1 < 6; i1++) {
        F[c1 + i1] = f(f(F[i1] * F[c2 + i1]) / c3) + F[i1 + 8];
      }
    }
  }

  function step_k10_matmul(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 792;
      const c4 = i0 * 18 + 296;
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

  function step_k11_div(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 840;
      const c3 = i0 * 72 + 302;
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

  function step_k12_einsum(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 72 + 296;
      const c3 = i0 * 24 + 840;
      const c6 = i0 * 32 + 440;
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
            F[c8 + i3] = s0;
          }
        }
      }
    }
  }

  function step_k13_iota_less_equal_where_amax(B) {
    const c = 2 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 16 + 440;
      const c3 = i0 * 4 + 568;
      for (let i1 = 0; i1 < 4; i1++) {
        const c2 = c1 + i1 * 4;
        let s0 = -Infinity;
        for (let k0 = 0; k0 < 4; k0++) {
          s0 = Math.max(s0, (k0 <= i1 ? F[c2 + k0] : (-Infinity)));
        }
        F[c3 + i1] = s0;
      }
    }
  }

  function step_k14_iota_less_equal_where_sub(B) {
    const c = 2 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 16 + 504;
      const c3 = i0 * 16 + 440;
      const c5 = i0 * 4 + 568;
      for (let i1 = 0; i1 < 4; i1++) {
        const c2 = c1 + i1 * 4;
        const c4 = c3 + i1 * 4;
        const c6 = F[c5 + i1];
        for (let i2 = 0; i2 < 4; i2++) {
          F[c2 + i2] = expf(f((i2 <= i1 ? F[c4 + i2] : (-Infinity)) - c6));
        }
      }
    }
  }

  function step_k15_sum(B) {
    const c = 8 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 4 + 504;
      let s0 = 0;
      for (let k0 = 0; k0 < 4; k0++) {
        s0 = f(s0 + F[c1 + k0]);
      }
      F[i0 + 1080] = s0;
    }
  }

  function step_k16_div_random_uniform_greater_equal_where(B) {
    const c = 8 * B;
    const c3 = randomKey(0, I[168], I[169], 0, I[170], I[171]);
    const c4 = randomKey(1, I[168], I[169], 0, I[170], I[171]);
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 4 + 504;
      const c2 = F[i0 + 1080];
      const c5 = i0 * 4;
      const c6 = i0 * 4 + 440;
      const c7 = i0 * 4 + 568;
      const c8 = i0 * 4 + 632;
      for (let i1 = 0; i1 < 4; i1++) {
        const t0 = f(F[c1 + i1] / c2);
        const t1 = f(uniform(c3, c4, c5 + i1)) >= 0.10000000149011612 ? 1.1111111640930176 : 0;
        const t2 = f(t0 * t1);
        F[c6 + i1] = t0;
        F[c7 + i1] = t1;
        F[c8 + i1] = t2;
      }
    }
  }

  function step_k17_einsum(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 32 + 632;
      const c3 = i0 * 72 + 308;
      const c6 = i0 * 24 + 888;
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

  function step_k18_reshape(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 936;
      const c3 = i0 * 24 + 888;
      for (let i1 = 0; i1 < 4; i1++) {
        const c1 = c + i1 * 6;
        const c4 = c3 + i1 * 3;
        for (let i2 = 0; i2 < 2; i2++) {
          const c2 = c1 + i2 * 3;
          const c5 = c4 + i2 * 12;
          for (let i3 = 0; i3 < 3; i3++) {
            F[c2 + i3] = F[c5 + i3];
          }
        }
      }
    }
  }

  function step_k19_matmul_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 936;
      const c4 = i0 * 6 + 888;
      const c5 = i0 * 6 + 172;
      A.fill(0, 0, 6);
      for (let k0 = 0; k0 < 6; k0++) {
        const c2 = k0 * 6 + 124;
        const c3 = F[c1 + k0];
        for (let i1 = 0; i1 < 6; i1++) {
          A[i1] = f(A[i1] + f(c3 * F[c2 + i1]));
        }
      }
      for (let i1 = 0; i1 < 6; i1++) {
        const s0 = A[i1];
        F[c4 + i1] = F[c5 + i1] + f(s0 + F[i1 + 160]);
      }
    }
  }

  function step_k20_amax(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 888;
      let s0 = -Infinity;
      for (let k0 = 0; k0 < 6; k0++) {
        s0 = Math.max(s0, F[c1 + k0]);
      }
      F[i0 + 1104] = s0;
    }
  }

  function step_k21_sub_exp(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 888;
      const c2 = F[i0 + 1104];
      const c3 = i0 * 6 + 984;
      const c4 = i0 * 6 + 1032;
      for (let i1 = 0; i1 < 6; i1++) {
        const t0 = f(F[c1 + i1] - c2);
        const t1 = f(expf(t0));
        F[c3 + i1] = t0;
        F[c4 + i1] = t1;
      }
    }
  }

  function step_k22_sum_neg_div(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 1032;
      const c2 = i0 * 6 + 744;
      let s0 = 0;
      for (let k0 = 0; k0 < 6; k0++) {
        s0 = f(s0 + F[c1 + k0]);
      }
      let s1 = 0;
      for (let k1 = 0; k1 < 6; k1++) {
        s1 = f(s1 + (-F[c2 + k1]));
      }
      const t2 = f(s1 / s0);
      F[i0 + 1104] = s0;
      F[i0 + 1112] = t2;
    }
  }

  function step_k23_mul_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 888;
      const c2 = i0 * 6 + 744;
      const c3 = i0 * 6 + 1032;
      const c4 = F[i0 + 1112];
      for (let i1 = 0; i1 < 6; i1++) {
        F[c1 + i1] = F[c2 + i1] + f(c4 * F[c3 + i1]);
      }
    }
  }

  function step_k24_log_sub_take_at(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = I[i0 + 220];
      const c2 = i0 * 6 + 984;
      const t0 = f(logf(F[i0 + 1104]));
      let s1 = 0;
      for (let k0 = 0; k0 < 6; k0++) {
        s1 = f(s1 + (k0 === c1 ? f(F[c2 + k0] - t0) : 0));
      }
      F[i0 + 744] = s1;
    }
  }

  function step_k25_einsum(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < 6; i0++) {
      const c2 = i0 + 936;
      const c4 = i0 * 6 + 984;
      A.fill(0, 0, 6);
      for (let k0 = 0; k0 < c; k0++) {
        const c1 = k0 * 6 + 888;
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
      s0 = f(s0 + (-F[k0 + 744]));
    }
    F[228] = s0 / f(4 * B);
  }

  function step_k27_sum(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < 6; i0++) {
      const c1 = i0 + 888;
      let s0 = 0;
      for (let k0 = 0; k0 < c; k0++) {
        s0 = f(s0 + F[c1 + k0 * 6]);
      }
      F[i0 + 936] = s0;
    }
  }

  function step_k28_einsum(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 888;
      const c3 = i0 * 6 + 744;
      for (let i1 = 0; i1 < 6; i1++) {
        const c2 = i1 * 6 + 124;
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
      const c = i0 * 24 + 744;
      const c3 = i0 * 32 + 632;
      const c6 = i0 * 24 + 888;
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
      const c = i0 * 24 + 744;
      const c3 = i0 * 72 + 308;
      const c6 = i0 * 32 + 632;
      const c9 = i0 * 32 + 568;
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
      const c1 = i0 * 4 + 632;
      const c2 = i0 * 4 + 440;
      const c3 = F[i0 + 1080];
      let s0 = 0;
      for (let k0 = 0; k0 < 4; k0++) {
        s0 = f(s0 + (-f(F[c1 + k0] * f(F[c2 + k0] / c3))));
      }
      F[i0 + 744] = s0;
    }
  }

  function step_k32_div_add_mul_iota(B) {
    const c = 2 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 16 + 440;
      const c3 = i0 * 16 + 632;
      const c5 = i0 * 4 + 1080;
      const c7 = i0 * 4 + 744;
      const c9 = i0 * 16 + 504;
      for (let i1 = 0; i1 < 4; i1++) {
        const c2 = c1 + i1 * 4;
        const c4 = c3 + i1 * 4;
        const c6 = F[c5 + i1];
        const c8 = F[c7 + i1];
        const c10 = c9 + i1 * 4;
        for (let i2 = 0; i2 < 4; i2++) {
          F[c2 + i2] = i2 <= i1 ? f(f(f(F[c4 + i2] / c6) + c8) * F[c10 + i2]) : 0;
        }
      }
    }
  }

  function step_k33_einsum(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 32 + 440;
      const c3 = i0 * 72 + 296;
      const c6 = i0 * 24 + 744;
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
      const c1 = i0 * 16 + 440;
      const c3 = i0 * 12 + 840;
      const c5 = i0 * 12 + 296;
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
      const c = i0 * 24 + 840;
      const c3 = i0 * 24 + 888;
      for (let i1 = 0; i1 < 4; i1++) {
        const c1 = c + i1 * 6;
        const c4 = c3 + i1 * 3;
        for (let i2 = 0; i2 < 2; i2++) {
          const c2 = c1 + i2 * 3;
          const c5 = c4 + i2 * 12;
          for (let i3 = 0; i3 < 3; i3++) {
            F[c2 + i3] = F[c5 + i3];
          }
        }
      }
    }
  }

  function step_k36_div(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 440;
      const c3 = i0 * 24 + 744;
      for (let i1 = 0; i1 < 4; i1++) {
        const c1 = c + i1 * 6;
        const c4 = c3 + i1 * 3;
        for (let i2 = 0; i2 < 2; i2++) {
          const c2 = c1 + i2 * 3;
          const c5 = c4 + i2 * 12;
          for (let i3 = 0; i3 < 3; i3++) {
            F[c2 + i3] = F[c5 + i3] / 1.7320507764816284;
          }
        }
      }
    }
  }

  function step_k37_reshape(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 744;
      const c3 = i0 * 24 + 296;
      for (let i1 = 0; i1 < 4; i1++) {
        const c1 = c + i1 * 6;
        const c4 = c3 + i1 * 3;
        for (let i2 = 0; i2 < 2; i2++) {
          const c2 = c1 + i2 * 3;
          const c5 = c4 + i2 * 12;
          for (let i3 = 0; i3 < 3; i3++) {
            F[c2 + i3] = F[c5 + i3];
          }
        }
      }
    }
  }

  function step_k38_pad_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 18 + 296;
      const c2 = i0 * 6 + 828;
      const c3 = i0 * 6 + 434;
      const c4 = i0 * 6 + 744;
      for (let i1 = 0; i1 < 18; i1++) {
        F[c1 + i1] = f(((i1 - 12) >= 0 && (i1 - 12) < 6 ? F[c2 + i1] : 0) + ((i1 - 6) >= 0 && (i1 - 6) < 6 ? F[c3 + i1] : 0)) + (i1 < 6 ? F[c4 + i1] : 0);
      }
    }
  }

  function step_k39_einsum(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 18 + 296;
      const c3 = i0 * 6 + 744;
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
      const c2 = i0 + 792;
      const c4 = i0 * 18 + 440;
      A.fill(0, 0, 18);
      for (let k0 = 0; k0 < c; k0++) {
        const c1 = k0 * 18 + 296;
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
    for (let i0 = 0; i0 < 6; i0++) {
      const c1 = i0 + 744;
      const c2 = i0 + 696;
      let s0 = 0;
      for (let k0 = 0; k0 < c; k0++) {
        s0 = f(s0 + f(f(F[c1 + k0 * 6] / F[k0 + 1096]) * F[c2 + k0 * 6]));
      }
      F[i0 + 944] = s0;
    }
  }

  function step_k42_sum(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < 6; i0++) {
      const c1 = i0 + 744;
      let s0 = 0;
      for (let k0 = 0; k0 < c; k0++) {
        s0 = f(s0 + F[c1 + k0 * 6]);
      }
      F[i0 + 952] = s0;
    }
  }

  function step_k43_powi_sum_add_sqrt() {
    let s1 = 0;
    for (let k0 = 0; k0 < 6; k0++) {
      const t0 = F[k0 + 944];
      s1 = f(s1 + f(t0 * t0));
    }
    let s3 = 0;
    for (let k1 = 0; k1 < 6; k1++) {
      const t2 = F[k1 + 952];
      s3 = f(s3 + f(t2 * t2));
    }
    let p = 0, top = 0;
    for (let k2 = 0; k2 < 108; k2++) {
      const t4 = F[k2 + 440];
      L[p & 7] += f(t4 * t4);
      p++;
    }
    endFold(p, top, 1);
    const s5 = Z[0];
    let p1 = 0, top1 = 0;
    for (let k4 = 0; k4 < 36; k4++) {
      const t6 = F[k4 + 984];
      L[p1 & 7] += f(t6 * t6);
      p1++;
    }
    endFold(p1, top1, 1);
    const s7 = Z[0];
    let s9 = 0;
    for (let k6 = 0; k6 < 6; k6++) {
      const t8 = F[k6 + 936];
      s9 = f(s9 + f(t8 * t8));
    }
    F[960] = Math.min(f(1 / f(f(Math.sqrt(f(f(f(f(s1 + s3) + s5) + s7) + s9))) + 9.999999974752427e-7)), 1);
  }

  function step_k44_mul_sub() {
    const c = F[960];
    for (let i0 = 0; i0 < 108; i0++) {
      F[i0 + 16] -= f(0.10000000149011612 * f(F[i0 + 440] * c));
    }
  }

  function step_k45_mul_sub() {
    const c = F[960];
    for (let i0 = 0; i0 < 36; i0++) {
      F[i0 + 124] -= f(0.10000000149011612 * f(F[i0 + 984] * c));
    }
  }

  function step_k46_mul_sub() {
    const c = F[960];
    for (let i0 = 0; i0 < 6; i0++) {
      F[i0] -= f(0.10000000149011612 * f(F[i0 + 944] * c));
    }
  }

  function step_k47_mul_sub() {
    const c = F[960];
    for (let i0 = 0; i0 < 6; i0++) {
      F[i0 + 8] -= f(0.10000000149011612 * f(F[i0 + 952] * c));
    }
  }

  function step_k48_mul_sub() {
    const c = F[960];
    for (let i0 = 0; i0 < 6; i0++) {
      F[i0 + 160] -= f(0.10000000149011612 * f(F[i0 + 936] * c));
    }
  }

  function evaluate_0_k49_sum_div(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 172;
      let s0 = 0;
      for (let k0 = 0; k0 < 6; k0++) {
        s0 = f(s0 + F[c1 + k0]);
      }
      F[i0 + 344] = s0 / 6;
    }
  }

  function evaluate_0_k50_sub(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 296;
      const c2 = i0 * 6 + 172;
      const c3 = F[i0 + 344];
      for (let i1 = 0; i1 < 6; i1++) {
        F[c1 + i1] = F[c2 + i1] - c3;
      }
    }
  }

  function evaluate_0_k51_powi_sum_div_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 296;
      let s1 = 0;
      for (let k0 = 0; k0 < 6; k0++) {
        const t0 = F[c1 + k0];
        s1 = f(s1 + f(t0 * t0));
      }
      F[i0 + 344] = Math.sqrt(f(f(s1 / 6) + 0.000009999999747378752));
    }
  }

  function evaluate_0_k52_mul_div_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 440;
      const c2 = i0 * 6 + 296;
      const c3 = F[i0 + 344];
      for (let i1 = 0; i1 < 6; i1++) {
        F[c1 + i1] = f(f(F[i1] * F[c2 + i1]) / c3) + F[i1 + 8];
      }
    }
  }

  function evaluate_0_k53_matmul(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 440;
      const c4 = i0 * 18 + 296;
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

  function evaluate_0_k54_div(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 504;
      const c3 = i0 * 72 + 302;
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

  function evaluate_0_k55_einsum(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 72 + 296;
      const c3 = i0 * 24 + 504;
      const c6 = i0 * 32 + 440;
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
            F[c8 + i3] = s0;
          }
        }
      }
    }
  }

  function evaluate_0_k58_sum(B) {
    const c = 8 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 4 + 504;
      let s0 = 0;
      for (let k0 = 0; k0 < 4; k0++) {
        s0 = f(s0 + F[c1 + k0]);
      }
      F[i0 + 568] = s0;
    }
  }

  function evaluate_0_k59_div(B) {
    const c = 8 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 4 + 440;
      const c2 = i0 * 4 + 504;
      const c3 = F[i0 + 568];
      for (let i1 = 0; i1 < 4; i1++) {
        F[c1 + i1] = F[c2 + i1] / c3;
      }
    }
  }

  function evaluate_0_k60_einsum(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 32 + 440;
      const c3 = i0 * 72 + 308;
      const c6 = i0 * 24 + 504;
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

  function evaluate_0_k61_reshape(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 296;
      const c3 = i0 * 24 + 504;
      for (let i1 = 0; i1 < 4; i1++) {
        const c1 = c + i1 * 6;
        const c4 = c3 + i1 * 3;
        for (let i2 = 0; i2 < 2; i2++) {
          const c2 = c1 + i2 * 3;
          const c5 = c4 + i2 * 12;
          for (let i3 = 0; i3 < 3; i3++) {
            F[c2 + i3] = F[c5 + i3];
          }
        }
      }
    }
  }

  function evaluate_0_k62_matmul_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 296;
      const c4 = i0 * 6 + 344;
      const c5 = i0 * 6 + 172;
      A.fill(0, 0, 6);
      for (let k0 = 0; k0 < 6; k0++) {
        const c2 = k0 * 6 + 124;
        const c3 = F[c1 + k0];
        for (let i1 = 0; i1 < 6; i1++) {
          A[i1] = f(A[i1] + f(c3 * F[c2 + i1]));
        }
      }
      for (let i1 = 0; i1 < 6; i1++) {
        const s0 = A[i1];
        F[c4 + i1] = F[c5 + i1] + f(s0 + F[i1 + 160]);
      }
    }
  }

  function evaluate_0_k63_amax(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 344;
      let s0 = -Infinity;
      for (let k0 = 0; k0 < 6; k0++) {
        s0 = Math.max(s0, F[c1 + k0]);
      }
      F[i0 + 392] = s0;
    }
  }

  function evaluate_0_k64_sub(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 296;
      const c2 = i0 * 6 + 344;
      const c3 = F[i0 + 392];
      for (let i1 = 0; i1 < 6; i1++) {
        F[c1 + i1] = F[c2 + i1] - c3;
      }
    }
  }

  function evaluate_0_k65_exp_sum(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 296;
      let s0 = 0;
      for (let k0 = 0; k0 < 6; k0++) {
        s0 = f(s0 + f(expf(F[c1 + k0])));
      }
      F[i0 + 344] = s0;
    }
  }

  function evaluate_0_k66_log_sub_take_at(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = I[i0 + 220];
      const c2 = i0 * 6 + 296;
      const t0 = f(logf(F[i0 + 344]));
      let s1 = 0;
      for (let k0 = 0; k0 < 6; k0++) {
        s1 = f(s1 + (k0 === c1 ? f(F[c2 + k0] - t0) : 0));
      }
      F[i0 + 352] = s1;
    }
  }

  function evaluate_0_k67_neg_sum(B) {
    const c = 4 * B;
    let s0 = 0;
    for (let k0 = 0; k0 < c; k0++) {
      s0 = f(s0 + (-F[k0 + 352]));
    }
    F[232] = s0;
  }

  function evaluate_finish_k68_mul_div() {
    F[244] = F[236] / f(4 * F[240]);
  }

  function predict_k82_matmul_add(B) {
    const c = 4 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 6 + 296;
      const c4 = i0 * 6 + 248;
      const c5 = i0 * 6 + 172;
      A.fill(0, 0, 6);
      for (let k0 = 0; k0 < 6; k0++) {
        const c2 = k0 * 6 + 124;
        const c3 = F[c1 + k0];
        for (let i1 = 0; i1 < 6; i1++) {
          A[i1] = f(A[i1] + f(c3 * F[c2 + i1]));
        }
      }
      for (let i1 = 0; i1 < 6; i1++) {
        const s0 = A[i1];
        F[c4 + i1] = F[c5 + i1] + f(s0 + F[i1 + 160]);
      }
    }
  }

  return {
    "init"(step, steps, epoch, updates) {
      init_k0_broadcast();
      init_k1_copy();
      init_k2_random_normal_mul();
      init_k3_random_normal_mul();
    },
    "step"(B, step, steps, epoch, updates) {
      step_k4_size_div(B);
      step_k5_sum_div(B);
      step_k6_sub(B);
      step_k7_powi_sum_div_add(B);
      step_k8_neg_put_at(B);
      step_k9_mul_div_add(B);
      step_k10_matmul(B);
      step_k11_div(B);
      step_k12_einsum(B);
      step_k13_iota_less_equal_where_amax(B);
      step_k14_iota_less_equal_where_sub(B);
      step_k15_sum(B);
      step_k16_div_random_uniform_greater_equal_where(B);
      step_k17_einsum(B);
      step_k18_reshape(B);
      step_k19_matmul_add(B);
      step_k20_amax(B);
      step_k21_sub_exp(B);
      step_k22_sum_neg_div(B);
      step_k23_mul_add(B);
      step_k24_log_sub_take_at(B);
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
    },
    "evaluate_0"(B, step, steps, epoch, updates) {
      evaluate_0_k49_sum_div(B);
      evaluate_0_k50_sub(B);
      evaluate_0_k51_powi_sum_div_add(B);
      evaluate_0_k52_mul_div_add(B);
      evaluate_0_k53_matmul(B);
      evaluate_0_k54_div(B);
      evaluate_0_k55_einsum(B);
      step_k13_iota_less_equal_where_amax(B);
      step_k14_iota_less_equal_where_sub(B);
      evaluate_0_k58_sum(B);
      evaluate_0_k59_div(B);
      evaluate_0_k60_einsum(B);
      evaluate_0_k61_reshape(B);
      evaluate_0_k62_matmul_add(B);
      evaluate_0_k63_amax(B);
      evaluate_0_k64_sub(B);
      evaluate_0_k65_exp_sum(B);
      evaluate_0_k66_log_sub_take_at(B);
      evaluate_0_k67_neg_sum(B);
    },
    "evaluate_finish"(step, steps, epoch, updates) {
      evaluate_finish_k68_mul_div();
    },
    "predict"(B, step, steps, epoch, updates) {
      evaluate_0_k49_sum_div(B);
      evaluate_0_k50_sub(B);
      evaluate_0_k51_powi_sum_div_add(B);
      evaluate_0_k52_mul_div_add(B);
      evaluate_0_k53_matmul(B);
      evaluate_0_k54_div(B);
      evaluate_0_k55_einsum(B);
      step_k13_iota_less_equal_where_amax(B);
      step_k14_iota_less_equal_where_sub(B);
      evaluate_0_k58_sum(B);
      evaluate_0_k59_div(B);
      evaluate_0_k60_einsum(B);
      evaluate_0_k61_reshape(B);
      predict_k82_matmul_add(B);
    },
  };
}
