function launch(arena) {
  const F = new Float32Array(arena), I = new Int32Array(arena), f = Math.fround;
  const A = new Float32Array(4), L = new Float32Array(8), Z = new Float32Array(2);

  // One f64 and its two words, low word first.
  const D = new Float64Array(1), W = new Int32Array(D.buffer);

  const E = new Float64Array(2098);
  for (let i = 0, x = 5e-324; i < 2098; i++, x *= 2) E[i] = x;

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
    const c = randomKey(0, I[172], I[173], 0, I[174], I[175]);
    const c1 = randomKey(1, I[172], I[173], 0, I[174], I[175]);
    for (let i0 = 0; i0 < 36; i0++) {
      F[i0] = f(normalf(c, c1, i0)) * 0.4714045226573944;
    }
  }

  function init_k1_copy() {
    for (let i0 = 0; i0 < 4; i0++) {
      F[i0 + 36] = 0;
      F[i0 + 64] = 0;
      F[i0 + 168] = 0;
    }
  }

  function init_k2_random_normal_mul() {
    const c = randomKey(0, I[172], I[173], 1, I[174], I[175]);
    const c1 = randomKey(1, I[172], I[173], 1, I[174], I[175]);
    for (let i0 = 0; i0 < 24; i0++) {
      F[i0 + 40] = f(normalf(c, c1, i0)) * 0.5773502588272095;
    }
  }

  function init_k3_random_normal_mul() {
    const c = randomKey(0, I[172], I[173], 2, I[174], I[175]);
    const c1 = randomKey(1, I[172], I[173], 2, I[174], I[175]);
    for (let i0 = 0; i0 < 32; i0++) {
      F[i0 + 68] = f(normalf(c, c1, i0)) * 0.3535533845424652;
    }
  }

  function init_k4_broadcast() {
    for (let i0 = 0; i0 < 2; i0++) {
      F[i0 + 100] = 0;
    }
  }

  function init_k5_random_normal_mul() {
    const c = randomKey(0, I[172], I[173], 3, I[174], I[175]);
    const c1 = randomKey(1, I[172], I[173], 3, I[174], I[175]);
    for (let i0 = 0; i0 < 64; i0++) {
      F[i0 + 104] = f(normalf(c, c1, i0)) * 0.3535533845424652;
    }
  }

  function step_k6_size_div(B) {
    F[484] = 1 / f(4 * B);
  }

  function step_k7_transpose() {
    for (let i0 = 0; i0 < 4; i0++) {
      const c = i0 * 8 + 420;
      const c2 = i0 * 8 + 68;
      for (let i1 = 0; i1 < 2; i1++) {
        const c1 = c + i1 * 4;
        const c3 = c2 + i1;
        for (let i2 = 0; i2 < 4; i2++) {
          F[c1 + i2] = F[c3 + i2 * 2];
        }
      }
    }
  }

  function step_k8_conv_add_maximum(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 169;
      const c10 = i0 * 24 + 324;
      const c13 = i0 * 24 + 372;
      for (let i1 = 0; i1 < 2; i1++) {
        const c1 = c + i1 * 12;
        const c4 = i1 * 2 - 1;
        const c11 = c10 + i1 * 12;
        const c14 = c13 + i1 * 12;
        for (let i2 = 0; i2 < 3; i2++) {
          const c2 = c1 + i2 * 2;
          const c5 = i2 * 2 - 1;
          const c12 = c11 + i2 * 4;
          const c15 = c14 + i2 * 4;
          A.fill(0, 0, 4);
          for (let k0 = 0; k0 < 3; k0++) {
            const c3 = c2 + k0 * 6;
            const c6 = (c4 + k0) >= 0 && (c4 + k0) < 4;
            const c7 = k0 * 12;
            for (let k1 = 0; k1 < 3; k1++) {
              const c8 = c7 + k1 * 4;
              const c9 = c6 && (c5 + k1) >= 0 && (c5 + k1) < 6 ? F[c3 + k1] : 0;
              for (let i3 = 0; i3 < 4; i3++) {
                A[i3] = f(A[i3] + f(c9 * F[c8 + i3]));
              }
            }
          }
          for (let i3 = 0; i3 < 4; i3++) {
            const s0 = A[i3];
            const t1 = f(s0 + F[i3 + 36]);
            const t2 = Math.max(0, t1);
            F[c12 + i3] = t1;
            F[c15 + i3] = t2;
          }
        }
      }
    }
  }

  function step_k9_conv_add(B) {
    const c = 2 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 12 + 368;
      const c10 = i0 * 12 + 260;
      for (let i1 = 0; i1 < 3; i1++) {
        const c2 = c1 + i1 * 4;
        const c5 = i1 - 1;
        const c11 = c10 + i1 * 4;
        for (let i2 = 0; i2 < 2; i2++) {
          const c3 = c2 + i2 * 2;
          const c7 = i2 * 2 + 40;
          const c12 = c11 + i2 * 2;
          const c13 = i2 * 2 + 64;
          for (let i3 = 0; i3 < 2; i3++) {
            const c8 = c7 + i3;
            let s0 = 0;
            for (let k0 = 0; k0 < 3; k0++) {
              const c4 = c3 + k0 * 4;
              const c6 = (c5 + k0) >= 0 && (c5 + k0) < 3;
              const c9 = c8 + k0 * 8;
              for (let k1 = 0; k1 < 2; k1++) {
                s0 = f(s0 + f((c6 ? F[c4 + k1] : 0) * F[c9 + k1 * 4]));
              }
            }
            F[c12 + i3] = s0 + F[c13 + i3];
          }
        }
      }
    }
  }

  function step_k10_amax(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 260;
      const c3 = i0 * 8 + 452;
      for (let i1 = 0; i1 < 8; i1++) {
        const c1 = c + i1;
        let s0 = -Infinity;
        for (let k0h = 0; k0h < 2; k0h++) {
          const c2 = c1 + k0h * 12;
          for (let k0l = 0; k0l < 2; k0l++) {
            s0 = Math.max(s0, F[c2 + k0l * 4]);
          }
        }
        F[c3 + i1] = s0;
      }
    }
  }

  function step_k11_argmax(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 260;
      const c1 = i0 * 24 + 264;
      const c2 = i0 * 24 + 272;
      const c3 = i0 * 24 + 276;
      const c4 = i0 * 8 + 468;
      for (let i1 = 0; i1 < 8; i1++) {
        let best = -Infinity, s0 = 0, p = 0;
        const x = F[c + i1];
        if (x > best) {
          best = x;
          s0 = p;
        }
        p++;
        const x1 = F[c1 + i1];
        if (x1 > best) {
          best = x1;
          s0 = p;
        }
        p++;
        const x2 = F[c2 + i1];
        if (x2 > best) {
          best = x2;
          s0 = p;
        }
        p++;
        const x3 = F[c3 + i1];
        if (x3 > best) {
          best = x3;
          s0 = p;
        }
        p++;
        I[c4 + i1] = s0;
      }
    }
  }

  function step_k12_conv_input(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 8 + 452;
      const c4 = i0 * 16 + 260;
      for (let i1 = 0; i1 < 2; i1++) {
        const c2 = i1 * 16 + 420;
        const c5 = c4 + i1 * 8;
        for (let i2 = 0; i2 < 2; i2++) {
          const c1 = c + i2 * 4;
          const c6 = c5 + i2 * 4;
          for (let i3 = 0; i3 < 4; i3++) {
            const c3 = c2 + i3 * 4;
            let s0 = 0;
            for (let k0 = 0; k0 < 4; k0++) {
              s0 = f(s0 + f(F[c1 + k0] * F[c3 + k0]));
            }
            F[c6 + i3] = s0;
          }
        }
      }
    }
  }

  function step_k13_add(B) {
    const c = 8 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 2 + 292;
      const c2 = i0 * 2 + 260;
      for (let i1 = 0; i1 < 2; i1++) {
        F[c1 + i1] = F[c2 + i1] + F[i1 + 100];
      }
    }
  }

  function step_k14_matmul_add_sub_powi(B) {
    const c3 = F[484];
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 16 + 292;
      const c2 = i0 * 4 + 224;
      const c4 = i0 * 4 + 260;
      const c5 = i0 * 4 + 420;
      for (let i1 = 0; i1 < 4; i1++) {
        const c1 = i1 + 104;
        let s0 = 0;
        for (let k0 = 0; k0 < 16; k0++) {
          s0 = f(s0 + f(F[c + k0] * F[c1 + k0 * 4]));
        }
        const t1 = f(f(s0 + F[i1 + 168]) - F[c2 + i1]);
        const t2 = f(c3 * f(2 * t1));
        F[c4 + i1] = t1;
        F[c5 + i1] = t2;
      }
    }
  }

  function step_k15_powi_sum_size_div(B) {
    const c = 4 * B;
    let s1 = 0;
    for (let k0 = 0; k0 < c; k0++) {
      const t0 = F[k0 + 260];
      s1 = f(s1 + f(t0 * t0));
    }
    F[232] = s1 / f(4 * B);
  }

  function step_k16_sum_mul_sub(B) {
    for (let i0 = 0; i0 < 4; i0++) {
      const c = i0 + 420;
      let s0 = 0;
      for (let k0 = 0; k0 < B; k0++) {
        s0 = f(s0 + F[c + k0 * 4]);
      }
      F[i0 + 168] -= f(0.10000000149011612 * s0);
    }
  }

  function step_k17_einsum(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 4 + 420;
      const c2 = i0 * 16 + 260;
      for (let i1 = 0; i1 < 16; i1++) {
        const c1 = i1 * 4 + 104;
        let s0 = 0;
        for (let k0 = 0; k0 < 4; k0++) {
          s0 = f(s0 + f(F[c + k0] * F[c1 + k0]));
        }
        F[c2 + i1] = s0;
      }
    }
  }

  function step_k18_einsum_mul_sub(B) {
    for (let i0 = 0; i0 < 16; i0++) {
      const c1 = i0 + 292;
      const c2 = i0 * 4 + 104;
      for (let i1 = 0; i1 < 4; i1++) {
        const c = i1 + 420;
        let s0 = 0;
        for (let k0 = 0; k0 < B; k0++) {
          s0 = f(s0 + f(F[c + k0 * 4] * F[c1 + k0 * 16]));
        }
        F[c2 + i1] -= f(0.10000000149011612 * s0);
      }
    }
  }

  function step_k19_sum_mul_sub(B) {
    const c = 8 * B;
    const c1 = c > 8 ? 7 : 0;
    for (let i0 = 0; i0 < 2; i0++) {
      const c2 = i0 + 260;
      let p = 0, top = 0;
      for (let k0 = 0; k0 < c; k0++) {
        L[p & c1] += F[c2 + k0 * 2];
        p++;
      }
      endFold(p, top, 1);
      const s0 = Z[0];
      F[i0 + 100] -= f(0.10000000149011612 * s0);
    }
  }

  function step_k20_conv(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 16 + 260;
      const c7 = i0 * 8 + 420;
      for (let i1 = 0; i1 < 2; i1++) {
        const c1 = c + i1 * 4;
        const c8 = c7 + i1 * 4;
        for (let i2 = 0; i2 < 4; i2++) {
          const c4 = i2 * 2 + 68;
          let s0 = 0;
          for (let k0 = 0; k0 < 2; k0++) {
            const c2 = c1 + k0 * 8;
            const c5 = c4 + k0 * 16;
            for (let k1 = 0; k1 < 2; k1++) {
              const c3 = c2 + k1 * 2;
              const c6 = c5 + k1 * 8;
              for (let k2 = 0; k2 < 2; k2++) {
                s0 = f(s0 + f(F[c3 + k2] * F[c6 + k2]));
              }
            }
          }
          F[c8 + i2] = s0;
        }
      }
    }
  }

  function step_k21_conv_weight(B) {
    for (let i0 = 0; i0 < 2; i0++) {
      const c = i0 * 8 + 260;
      const c5 = i0 * 16 + 292;
      for (let i1 = 0; i1 < 4; i1++) {
        const c1 = c + i1;
        const c6 = c5 + i1 * 4;
        for (let i2 = 0; i2 < 4; i2++) {
          const c3 = i2 + 452;
          let s0 = 0;
          for (let k0 = 0; k0 < B; k0++) {
            const c2 = c1 + k0 * 16;
            const c4 = c3 + k0 * 8;
            for (let k1 = 0; k1 < 2; k1++) {
              s0 = f(s0 + f(F[c2 + k1 * 4] * F[c4 + k1 * 4]));
            }
          }
          F[c6 + i2] = s0;
        }
      }
    }
  }

  function step_k22_mul_sub() {
    for (let i0 = 0; i0 < 4; i0++) {
      const c = i0 * 8 + 68;
      const c2 = i0 * 8 + 292;
      for (let i1 = 0; i1 < 4; i1++) {
        const c1 = c + i1 * 2;
        const c3 = c2 + i1;
        for (let i2 = 0; i2 < 2; i2++) {
          F[c1 + i2] -= f(0.10000000149011612 * F[c3 + i2 * 4]);
        }
      }
    }
  }

  function step_k23_put_at(B) {
    const c = 2 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 16 + 260;
      const c3 = i0 * 4 + 468;
      const c4 = i0 * 4 + 420;
      for (let i1 = 0; i1 < 4; i1++) {
        const c2 = c1 + i1 * 4;
        for (let i2 = 0; i2 < 4; i2++) {
          F[c2 + i2] = i1 === I[c3 + i2] ? F[c4 + i2] : 0;
        }
      }
    }
  }

  function step_k24_overlap_add(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 32 + 260;
      const c6 = i0 * 24 + 420;
      for (let i1 = 0; i1 < 2; i1++) {
        const c1 = c + i1 * 32;
        const c7 = c6 + i1 * 12;
        for (let i2 = 0; i2 < 3; i2++) {
          const c2 = c1 + i2 * 16;
          const c8 = c7 + i2 * 4;
          for (let i3 = 0; i3 < 4; i3++) {
            const c3 = c2 + i3;
            let s0 = 0;
            for (let k0 = 0; k0 < 2; k0++) {
              const c4 = c3 - k0 * 24;
              const c5 = (i1 - k0) >= 0 && (i1 - k0) < 1;
              for (let k1 = 0; k1 < 2; k1++) {
                s0 = f(s0 + (c5 && (i2 - k1) >= 0 && (i2 - k1) < 2 ? F[c4 - k1 * 12] : 0));
              }
            }
            F[c8 + i3] = s0;
          }
        }
      }
    }
  }

  function step_k25_conv_input_maximum(B) {
    const c = 2 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 12 + 424;
      const c10 = i0 * 12 + 260;
      const c13 = i0 * 12 + 324;
      for (let i1 = 0; i1 < 3; i1++) {
        const c2 = c1 + i1 * 4;
        const c5 = i1 + 1;
        const c11 = c10 + i1 * 4;
        const c14 = c13 + i1 * 4;
        for (let i2 = 0; i2 < 2; i2++) {
          const c3 = c2 + i2 * 2;
          const c7 = i2 * 2 + 40;
          const c12 = c11 + i2 * 2;
          const c15 = c14 + i2 * 2;
          for (let i3 = 0; i3 < 2; i3++) {
            const c8 = c7 + i3 * 4;
            let s0 = 0;
            for (let k0 = 0; k0 < 3; k0++) {
              const c4 = c3 - k0 * 4;
              const c6 = (c5 - k0) >= 0 && (c5 - k0) < 3;
              const c9 = c8 + k0 * 8;
              for (let k1 = 0; k1 < 2; k1++) {
                s0 = f(s0 + f((c6 ? F[c4 + k1] : 0) * F[c9 + k1]));
              }
            }
            F[c12 + i3] = 0 >= F[c15 + i3] ? 0 : s0;
          }
        }
      }
    }
  }

  function step_k26_conv_weight_mul_sub(B) {
    const c = 2 * B;
    for (let i0 = 0; i0 < 3; i0++) {
      const c1 = i0 * 4 + 368;
      const c5 = i0 - 1;
      const c9 = i0 * 8 + 40;
      for (let i1 = 0; i1 < 2; i1++) {
        const c2 = c1 + i1;
        const c10 = c9 + i1 * 4;
        for (let i2 = 0; i2 < 2; i2++) {
          const c3 = c2 + i2 * 2;
          const c6 = i2 * 2 + 420;
          const c11 = c10 + i2 * 2;
          for (let i3 = 0; i3 < 2; i3++) {
            const c7 = c6 + i3;
            let s0 = 0;
            for (let k0 = 0; k0 < c; k0++) {
              const c4 = c3 + k0 * 12;
              const c8 = c7 + k0 * 12;
              for (let k2 = 0; k2 < 3; k2++) {
                s0 = f(s0 + f(((c5 + k2) >= 0 && (c5 + k2) < 3 ? F[c4 + k2 * 4] : 0) * F[c8 + k2 * 4]));
              }
            }
            F[c11 + i3] -= f(0.10000000149011612 * s0);
          }
        }
      }
    }
  }

  function step_k27_sum_mul_sub(B) {
    const c = 6 * B;
    const c1 = c > 8 ? 7 : 0;
    for (let i0 = 0; i0 < 4; i0++) {
      const c2 = i0 + 420;
      let p = 0, top = 0;
      for (let k0 = 0; k0 < c; k0++) {
        L[p & c1] += F[c2 + k0 * 4];
        p++;
      }
      endFold(p, top, 1);
      const s0 = Z[0];
      F[i0 + 64] -= f(0.10000000149011612 * s0);
    }
  }

  function step_k28_conv_weight_mul_sub(B) {
    for (let i0 = 0; i0 < 3; i0++) {
      const c = i0 * 6 + 169;
      const c4 = i0 - 1;
      const c11 = i0 * 12;
      for (let i1 = 0; i1 < 3; i1++) {
        const c1 = c + i1;
        const c5 = i1 - 1;
        const c12 = c11 + i1 * 4;
        A.fill(0, 0, 4);
        for (let k0 = 0; k0 < B; k0++) {
          const c2 = c1 + k0 * 24;
          const c7 = k0 * 24 + 260;
          for (let k1 = 0; k1 < 2; k1++) {
            const c3 = c2 + k1 * 12;
            const c6 = (c4 + k1 * 2) >= 0 && (c4 + k1 * 2) < 4;
            const c8 = c7 + k1 * 12;
            for (let k2 = 0; k2 < 3; k2++) {
              const c9 = c8 + k2 * 4;
              const c10 = c6 && (c5 + k2 * 2) >= 0 && (c5 + k2 * 2) < 6 ? F[c3 + k2 * 2] : 0;
              for (let i2 = 0; i2 < 4; i2++) {
                A[i2] = f(A[i2] + f(c10 * F[c9 + i2]));
              }
            }
          }
        }
        for (let i2 = 0; i2 < 4; i2++) {
          const s0 = A[i2];
          F[c12 + i2] -= f(0.10000000149011612 * s0);
        }
      }
    }
  }

  function step_k29_sum_mul_sub(B) {
    const c = 6 * B;
    const c1 = c > 8 ? 7 : 0;
    for (let i0 = 0; i0 < 4; i0++) {
      const c2 = i0 + 260;
      let p = 0, top = 0;
      for (let k0 = 0; k0 < c; k0++) {
        L[p & c1] += F[c2 + k0 * 4];
        p++;
      }
      endFold(p, top, 1);
      const s0 = Z[0];
      F[i0 + 36] -= f(0.10000000149011612 * s0);
    }
  }

  function evaluate_0_k30_transpose() {
    for (let i0 = 0; i0 < 4; i0++) {
      const c = i0 * 8 + 356;
      const c2 = i0 * 8 + 68;
      for (let i1 = 0; i1 < 2; i1++) {
        const c1 = c + i1 * 4;
        const c3 = c2 + i1;
        for (let i2 = 0; i2 < 4; i2++) {
          F[c1 + i2] = F[c3 + i2 * 2];
        }
      }
    }
  }

  function evaluate_0_k31_conv_add_maximum(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 169;
      const c10 = i0 * 24 + 260;
      for (let i1 = 0; i1 < 2; i1++) {
        const c1 = c + i1 * 12;
        const c4 = i1 * 2 - 1;
        const c11 = c10 + i1 * 12;
        for (let i2 = 0; i2 < 3; i2++) {
          const c2 = c1 + i2 * 2;
          const c5 = i2 * 2 - 1;
          const c12 = c11 + i2 * 4;
          A.fill(0, 0, 4);
          for (let k0 = 0; k0 < 3; k0++) {
            const c3 = c2 + k0 * 6;
            const c6 = (c4 + k0) >= 0 && (c4 + k0) < 4;
            const c7 = k0 * 12;
            for (let k1 = 0; k1 < 3; k1++) {
              const c8 = c7 + k1 * 4;
              const c9 = c6 && (c5 + k1) >= 0 && (c5 + k1) < 6 ? F[c3 + k1] : 0;
              for (let i3 = 0; i3 < 4; i3++) {
                A[i3] = f(A[i3] + f(c9 * F[c8 + i3]));
              }
            }
          }
          for (let i3 = 0; i3 < 4; i3++) {
            const s0 = A[i3];
            F[c12 + i3] = Math.max(0, f(s0 + F[i3 + 36]));
          }
        }
      }
    }
  }

  function evaluate_0_k32_conv_add(B) {
    const c = 2 * B;
    for (let i0 = 0; i0 < c; i0++) {
      const c1 = i0 * 12 + 256;
      const c10 = i0 * 12 + 308;
      for (let i1 = 0; i1 < 3; i1++) {
        const c2 = c1 + i1 * 4;
        const c5 = i1 - 1;
        const c11 = c10 + i1 * 4;
        for (let i2 = 0; i2 < 2; i2++) {
          const c3 = c2 + i2 * 2;
          const c7 = i2 * 2 + 40;
          const c12 = c11 + i2 * 2;
          const c13 = i2 * 2 + 64;
          for (let i3 = 0; i3 < 2; i3++) {
            const c8 = c7 + i3;
            let s0 = 0;
            for (let k0 = 0; k0 < 3; k0++) {
              const c4 = c3 + k0 * 4;
              const c6 = (c5 + k0) >= 0 && (c5 + k0) < 3;
              const c9 = c8 + k0 * 8;
              for (let k1 = 0; k1 < 2; k1++) {
                s0 = f(s0 + f((c6 ? F[c4 + k1] : 0) * F[c9 + k1 * 4]));
              }
            }
            F[c12 + i3] = s0 + F[c13 + i3];
          }
        }
      }
    }
  }

  function evaluate_0_k33_amax(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 24 + 308;
      const c3 = i0 * 8 + 292;
      for (let i1 = 0; i1 < 8; i1++) {
        const c1 = c + i1;
        let s0 = -Infinity;
        for (let k0h = 0; k0h < 2; k0h++) {
          const c2 = c1 + k0h * 12;
          for (let k0l = 0; k0l < 2; k0l++) {
            s0 = Math.max(s0, F[c2 + k0l * 4]);
          }
        }
        F[c3 + i1] = s0;
      }
    }
  }

  function evaluate_0_k34_conv_input(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 8 + 292;
      const c4 = i0 * 16 + 260;
      for (let i1 = 0; i1 < 2; i1++) {
        const c2 = i1 * 16 + 356;
        const c5 = c4 + i1 * 8;
        for (let i2 = 0; i2 < 2; i2++) {
          const c1 = c + i2 * 4;
          const c6 = c5 + i2 * 4;
          for (let i3 = 0; i3 < 4; i3++) {
            const c3 = c2 + i3 * 4;
            let s0 = 0;
            for (let k0 = 0; k0 < 4; k0++) {
              s0 = f(s0 + f(F[c1 + k0] * F[c3 + k0]));
            }
            F[c6 + i3] = s0;
          }
        }
      }
    }
  }

  function evaluate_0_k36_matmul(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 16 + 292;
      const c2 = i0 * 4 + 260;
      for (let i1 = 0; i1 < 4; i1++) {
        const c1 = i1 + 104;
        let s0 = 0;
        for (let k0 = 0; k0 < 16; k0++) {
          s0 = f(s0 + f(F[c + k0] * F[c1 + k0 * 4]));
        }
        F[c2 + i1] = s0;
      }
    }
  }

  function evaluate_0_k37_add_sub_powi_sum(B) {
    let s1 = 0;
    for (let k0 = 0; k0 < B; k0++) {
      const c = k0 * 4 + 260;
      const c1 = k0 * 4 + 224;
      for (let k1 = 0; k1 < 4; k1++) {
        const t0 = f(f(F[c + k1] + F[k1 + 168]) - F[c1 + k1]);
        s1 = f(s1 + f(t0 * t0));
      }
    }
    F[236] = s1;
  }

  function evaluate_finish_k38_mul_div() {
    F[248] = F[240] / f(4 * F[244]);
  }

  function predict_k45_matmul_add(B) {
    for (let i0 = 0; i0 < B; i0++) {
      const c = i0 * 16 + 292;
      const c2 = i0 * 4 + 252;
      for (let i1 = 0; i1 < 4; i1++) {
        const c1 = i1 + 104;
        let s0 = 0;
        for (let k0 = 0; k0 < 16; k0++) {
          s0 = f(s0 + f(F[c + k0] * F[c1 + k0 * 4]));
        }
        F[c2 + i1] = s0 + F[i1 + 168];
      }
    }
  }

  return {
    "init"(step, steps, epoch, updates) {
      init_k0_random_normal_mul();
      init_k1_copy();
      init_k2_random_normal_mul();
      init_k3_random_normal_mul();
      init_k4_broadcast();
      init_k5_random_normal_mul();
    },
    "step"(B, step, steps, epoch, updates) {
      step_k6_size_div(B);
      step_k7_transpose();
      step_k8_conv_add_maximum(B);
      step_k9_conv_add(B);
      step_k10_amax(B);
      step_k11_argmax(B);
      step_k12_conv_input(B);
      step_k13_add(B);
      step_k14_matmul_add_sub_powi(B);
      step_k15_powi_sum_size_div(B);
      step_k16_sum_mul_sub(B);
      step_k17_einsum(B);
      step_k18_einsum_mul_sub(B);
      step_k19_sum_mul_sub(B);
      step_k20_conv(B);
      step_k21_conv_weight(B);
      step_k22_mul_sub();
      step_k23_put_at(B);
      step_k24_overlap_add(B);
      step_k25_conv_input_maximum(B);
      step_k26_conv_weight_mul_sub(B);
      step_k27_sum_mul_sub(B);
      step_k28_conv_weight_mul_sub(B);
      step_k29_sum_mul_sub(B);
    },
    "evaluate_0"(B, step, steps, epoch, updates) {
      evaluate_0_k30_transpose();
      evaluate_0_k31_conv_add_maximum(B);
      evaluate_0_k32_conv_add(B);
      evaluate_0_k33_amax(B);
      evaluate_0_k34_conv_input(B);
      step_k13_add(B);
      evaluate_0_k36_matmul(B);
      evaluate_0_k37_add_sub_powi_sum(B);
    },
    "evaluate_finish"(step, steps, epoch, updates) {
      evaluate_finish_k38_mul_div();
    },
    "predict"(B, step, steps, epoch, updates) {
      evaluate_0_k30_transpose();
      evaluate_0_k31_conv_add_maximum(B);
      evaluate_0_k32_conv_add(B);
      evaluate_0_k33_amax(B);
      evaluate_0_k34_conv_input(B);
      step_k13_add(B);
      predict_k45_matmul_add(B);
    },
  };
}
