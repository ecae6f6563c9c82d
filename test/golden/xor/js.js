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

  function step_straight() {
    const v1 = F[112];
    const v2 = F[0];
    const v3 = f(0 + f(v1 * v2));
    const v4 = F[113];
    const v5 = F[8];
    const v6 = f(v3 + f(v4 * v5));
    const v7 = F[16];
    const v9 = F[1];
    const v10 = f(0 + f(v1 * v9));
    const v11 = F[9];
    const v12 = f(v10 + f(v4 * v11));
    const v13 = F[17];
    const v15 = F[2];
    const v16 = f(0 + f(v1 * v15));
    const v17 = F[10];
    const v18 = f(v16 + f(v4 * v17));
    const v19 = F[18];
    const v21 = F[3];
    const v22 = f(0 + f(v1 * v21));
    const v23 = F[11];
    const v24 = f(v22 + f(v4 * v23));
    const v25 = F[19];
    const v27 = F[4];
    const v28 = f(0 + f(v1 * v27));
    const v29 = F[12];
    const v30 = f(v28 + f(v4 * v29));
    const v31 = F[20];
    const v33 = F[5];
    const v34 = f(0 + f(v1 * v33));
    const v35 = F[13];
    const v36 = f(v34 + f(v4 * v35));
    const v37 = F[21];
    const v39 = F[6];
    const v40 = f(0 + f(v1 * v39));
    const v41 = F[14];
    const v42 = f(v40 + f(v4 * v41));
    const v43 = F[22];
    const v45 = F[7];
    const v46 = f(0 + f(v1 * v45));
    const v47 = F[15];
    const v48 = f(v46 + f(v4 * v47));
    const v49 = F[23];
    const v51 = F[114];
    const v52 = f(0 + f(v51 * v2));
    const v53 = F[115];
    const v54 = f(v52 + f(v53 * v5));
    const v56 = f(0 + f(v51 * v9));
    const v57 = f(v56 + f(v53 * v11));
    const v59 = f(0 + f(v51 * v15));
    const v60 = f(v59 + f(v53 * v17));
    const v62 = f(0 + f(v51 * v21));
    const v63 = f(v62 + f(v53 * v23));
    const v65 = f(0 + f(v51 * v27));
    const v66 = f(v65 + f(v53 * v29));
    const v68 = f(0 + f(v51 * v33));
    const v69 = f(v68 + f(v53 * v35));
    const v71 = f(0 + f(v51 * v39));
    const v72 = f(v71 + f(v53 * v41));
    const v74 = f(0 + f(v51 * v45));
    const v75 = f(v74 + f(v53 * v47));
    const v77 = F[116];
    const v78 = f(0 + f(v77 * v2));
    const v79 = F[117];
    const v80 = f(v78 + f(v79 * v5));
    const v82 = f(0 + f(v77 * v9));
    const v83 = f(v82 + f(v79 * v11));
    const v85 = f(0 + f(v77 * v15));
    const v86 = f(v85 + f(v79 * v17));
    const v88 = f(0 + f(v77 * v21));
    const v89 = f(v88 + f(v79 * v23));
    const v91 = f(0 + f(v77 * v27));
    const v92 = f(v91 + f(v79 * v29));
    const v94 = f(0 + f(v77 * v33));
    const v95 = f(v94 + f(v79 * v35));
    const v97 = f(0 + f(v77 * v39));
    const v98 = f(v97 + f(v79 * v41));
    const v100 = f(0 + f(v77 * v45));
    const v101 = f(v100 + f(v79 * v47));
    const v103 = F[118];
    const v104 = f(0 + f(v103 * v2));
    const v105 = F[119];
    const v106 = f(v104 + f(v105 * v5));
    const v108 = f(0 + f(v103 * v9));
    const v109 = f(v108 + f(v105 * v11));
    const v111 = f(0 + f(v103 * v15));
    const v112 = f(v111 + f(v105 * v17));
    const v114 = f(0 + f(v103 * v21));
    const v115 = f(v114 + f(v105 * v23));
    const v117 = f(0 + f(v103 * v27));
    const v118 = f(v117 + f(v105 * v29));
    const v120 = f(0 + f(v103 * v33));
    const v121 = f(v120 + f(v105 * v35));
    const v123 = f(0 + f(v103 * v39));
    const v124 = f(v123 + f(v105 * v41));
    const v126 = f(0 + f(v103 * v45));
    const v127 = f(v126 + f(v105 * v47));
    F[240] = v6 + v7;
    F[241] = v12 + v13;
    F[242] = v18 + v19;
    F[243] = v24 + v25;
    F[244] = v30 + v31;
    F[245] = v36 + v37;
    F[246] = v42 + v43;
    F[247] = v48 + v49;
    F[248] = v54 + v7;
    F[249] = v57 + v13;
    F[250] = v60 + v19;
    F[251] = v63 + v25;
    F[252] = v66 + v31;
    F[253] = v69 + v37;
    F[254] = v72 + v43;
    F[255] = v75 + v49;
    F[256] = v80 + v7;
    F[257] = v83 + v13;
    F[258] = v86 + v19;
    F[259] = v89 + v25;
    F[260] = v92 + v31;
    F[261] = v95 + v37;
    F[262] = v98 + v43;
    F[263] = v101 + v49;
    F[264] = v106 + v7;
    F[265] = v109 + v13;
    F[266] = v112 + v19;
    F[267] = v115 + v25;
    F[268] = v118 + v31;
    F[269] = v121 + v37;
    F[270] = v124 + v43;
    F[271] = v127 + v49;
  }

  function step_tanh() {
    for (let i0 = 0; i0 < 32; i0++) {
      F[i0 + 240] = tanhf(F[i0 + 240]);
    }
  }

  function step_straight_2() {
    const v8 = F[240];
    const v129 = F[24];
    const v130 = f(0 + f(v8 * v129));
    const v14 = F[241];
    const v131 = F[25];
    const v132 = f(v130 + f(v14 * v131));
    const v20 = F[242];
    const v133 = F[26];
    const v134 = f(v132 + f(v20 * v133));
    const v26 = F[243];
    const v135 = F[27];
    const v136 = f(v134 + f(v26 * v135));
    const v32 = F[244];
    const v137 = F[28];
    const v138 = f(v136 + f(v32 * v137));
    const v38 = F[245];
    const v139 = F[29];
    const v140 = f(v138 + f(v38 * v139));
    const v44 = F[246];
    const v141 = F[30];
    const v142 = f(v140 + f(v44 * v141));
    const v50 = F[247];
    const v143 = F[31];
    const v144 = f(v142 + f(v50 * v143));
    const v145 = F[32];
    const v146 = f(v144 + v145);
    const v55 = F[248];
    const v150 = f(0 + f(v55 * v129));
    const v58 = F[249];
    const v151 = f(v150 + f(v58 * v131));
    const v61 = F[250];
    const v152 = f(v151 + f(v61 * v133));
    const v64 = F[251];
    const v153 = f(v152 + f(v64 * v135));
    const v67 = F[252];
    const v154 = f(v153 + f(v67 * v137));
    const v70 = F[253];
    const v155 = f(v154 + f(v70 * v139));
    const v73 = F[254];
    const v156 = f(v155 + f(v73 * v141));
    const v76 = F[255];
    const v157 = f(v156 + f(v76 * v143));
    const v158 = f(v157 + v145);
    const v81 = F[256];
    const v162 = f(0 + f(v81 * v129));
    const v84 = F[257];
    const v163 = f(v162 + f(v84 * v131));
    const v87 = F[258];
    const v164 = f(v163 + f(v87 * v133));
    const v90 = F[259];
    const v165 = f(v164 + f(v90 * v135));
    const v93 = F[260];
    const v166 = f(v165 + f(v93 * v137));
    const v96 = F[261];
    const v167 = f(v166 + f(v96 * v139));
    const v99 = F[262];
    const v168 = f(v167 + f(v99 * v141));
    const v102 = F[263];
    const v169 = f(v168 + f(v102 * v143));
    const v170 = f(v169 + v145);
    const v107 = F[264];
    const v174 = f(0 + f(v107 * v129));
    const v110 = F[265];
    const v175 = f(v174 + f(v110 * v131));
    const v113 = F[266];
    const v176 = f(v175 + f(v113 * v133));
    const v116 = F[267];
    const v177 = f(v176 + f(v116 * v135));
    const v119 = F[268];
    const v178 = f(v177 + f(v119 * v137));
    const v122 = F[269];
    const v179 = f(v178 + f(v122 * v139));
    const v125 = F[270];
    const v180 = f(v179 + f(v125 * v141));
    const v128 = F[271];
    const v181 = f(v180 + f(v128 * v143));
    const v182 = f(v181 + v145);
    const v147 = F[120];
    const v195 = f(0 + ((v146 > 0) === (v147 > 0.5) ? 1 : 0));
    const v159 = F[121];
    const v196 = f(v195 + ((v158 > 0) === (v159 > 0.5) ? 1 : 0));
    const v171 = F[122];
    const v197 = f(v196 + ((v170 > 0) === (v171 > 0.5) ? 1 : 0));
    const v183 = F[123];
    const v198 = f(v197 + ((v182 > 0) === (v183 > 0.5) ? 1 : 0));
    const v199 = f(v198 / f(4));
    F[272] = v146;
    F[273] = v158;
    F[274] = v170;
    F[275] = v182;
    F[276] = v146;
    F[277] = v158;
    F[278] = v170;
    F[279] = v182;
    F[280] = v146;
    F[281] = v158;
    F[282] = v170;
    F[283] = v182;
    F[284] = v199;
  }

  function step_sigmoid() {
    for (let i0 = 0; i0 < 4; i0++) {
      F[i0 + 272] = sigmoidf(F[i0 + 272]);
    }
  }

  function step_softplus() {
    for (let i0 = 0; i0 < 4; i0++) {
      F[i0 + 276] = softplusf(F[i0 + 276]);
    }
  }

  function step_straight_3() {
    const v186 = F[276];
    const v146 = F[280];
    const v147 = F[120];
    const v187 = f(0 + f(v186 - f(v146 * v147)));
    const v188 = F[277];
    const v158 = F[281];
    const v159 = F[121];
    const v189 = f(v187 + f(v188 - f(v158 * v159)));
    const v190 = F[278];
    const v170 = F[282];
    const v171 = F[122];
    const v191 = f(v189 + f(v190 - f(v170 * v171)));
    const v192 = F[279];
    const v182 = F[283];
    const v183 = F[123];
    const v193 = f(v191 + f(v192 - f(v182 * v183)));
    const v194 = f(v193 / f(4));
    const v199 = F[284];
    const v204 = F[100];
    const v0 = f(1 / f(4));
    const v148 = F[272];
    const v149 = f(f((-v0) * v147) + f(v0 * v148));
    const v200 = f(0 + v149);
    const v160 = F[273];
    const v161 = f(f((-v0) * v159) + f(v0 * v160));
    const v201 = f(v200 + v161);
    const v172 = F[274];
    const v173 = f(f((-v0) * v171) + f(v0 * v172));
    const v202 = f(v201 + v173);
    const v184 = F[275];
    const v185 = f(f((-v0) * v183) + f(v0 * v184));
    const v203 = f(v202 + v185);
    const v205 = f(f(0.8999999761581421 * v204) + f(0.10000000149011612 * v203));
    const v206 = F[104];
    const v207 = f(f(0.9990000128746033 * v206) + f(0.0010000000474974513 * f(v203 * v203)));
    const v145 = F[32];
    const v208 = F[124];
    const v209 = F[128];
    const v210 = f(v145 - f(f(0.05000000074505806 * f(v205 / v208)) / f(f(Math.sqrt(f(v207 / v209))) + 9.99999993922529e-9)));
    const v247 = F[84];
    const v8 = F[240];
    const v243 = f(0 + f(v149 * v8));
    const v55 = F[248];
    const v244 = f(v243 + f(v161 * v55));
    const v81 = F[256];
    const v245 = f(v244 + f(v173 * v81));
    const v107 = F[264];
    const v246 = f(v245 + f(v185 * v107));
    const v248 = f(f(0.8999999761581421 * v247) + f(0.10000000149011612 * v246));
    const v249 = F[92];
    const v250 = f(f(0.9990000128746033 * v249) + f(0.0010000000474974513 * f(v246 * v246)));
    const v129 = F[24];
    const v251 = f(v129 - f(f(0.05000000074505806 * f(v248 / v208)) / f(f(Math.sqrt(f(v250 / v209))) + 9.99999993922529e-9)));
    const v256 = F[85];
    const v14 = F[241];
    const v252 = f(0 + f(v149 * v14));
    const v58 = F[249];
    const v253 = f(v252 + f(v161 * v58));
    const v84 = F[257];
    const v254 = f(v253 + f(v173 * v84));
    const v110 = F[265];
    const v255 = f(v254 + f(v185 * v110));
    const v257 = f(f(0.8999999761581421 * v256) + f(0.10000000149011612 * v255));
    const v258 = F[93];
    const v259 = f(f(0.9990000128746033 * v258) + f(0.0010000000474974513 * f(v255 * v255)));
    const v131 = F[25];
    const v260 = f(v131 - f(f(0.05000000074505806 * f(v257 / v208)) / f(f(Math.sqrt(f(v259 / v209))) + 9.99999993922529e-9)));
    const v265 = F[86];
    const v20 = F[242];
    const v261 = f(0 + f(v149 * v20));
    const v61 = F[250];
    const v262 = f(v261 + f(v161 * v61));
    const v87 = F[258];
    const v263 = f(v262 + f(v173 * v87));
    const v113 = F[266];
    const v264 = f(v263 + f(v185 * v113));
    const v266 = f(f(0.8999999761581421 * v265) + f(0.10000000149011612 * v264));
    const v267 = F[94];
    const v268 = f(f(0.9990000128746033 * v267) + f(0.0010000000474974513 * f(v264 * v264)));
    const v133 = F[26];
    const v269 = f(v133 - f(f(0.05000000074505806 * f(v266 / v208)) / f(f(Math.sqrt(f(v268 / v209))) + 9.99999993922529e-9)));
    const v274 = F[87];
    const v26 = F[243];
    const v270 = f(0 + f(v149 * v26));
    const v64 = F[251];
    const v271 = f(v270 + f(v161 * v64));
    const v90 = F[259];
    const v272 = f(v271 + f(v173 * v90));
    const v116 = F[267];
    const v273 = f(v272 + f(v185 * v116));
    const v275 = f(f(0.8999999761581421 * v274) + f(0.10000000149011612 * v273));
    const v276 = F[95];
    const v277 = f(f(0.9990000128746033 * v276) + f(0.0010000000474974513 * f(v273 * v273)));
    const v135 = F[27];
    const v278 = f(v135 - f(f(0.05000000074505806 * f(v275 / v208)) / f(f(Math.sqrt(f(v277 / v209))) + 9.99999993922529e-9)));
    const v283 = F[88];
    const v32 = F[244];
    const v279 = f(0 + f(v149 * v32));
    const v67 = F[252];
    const v280 = f(v279 + f(v161 * v67));
    const v93 = F[260];
    const v281 = f(v280 + f(v173 * v93));
    const v119 = F[268];
    const v282 = f(v281 + f(v185 * v119));
    const v284 = f(f(0.8999999761581421 * v283) + f(0.10000000149011612 * v282));
    const v285 = F[96];
    const v286 = f(f(0.9990000128746033 * v285) + f(0.0010000000474974513 * f(v282 * v282)));
    const v137 = F[28];
    const v287 = f(v137 - f(f(0.05000000074505806 * f(v284 / v208)) / f(f(Math.sqrt(f(v286 / v209))) + 9.99999993922529e-9)));
    const v292 = F[89];
    const v38 = F[245];
    const v288 = f(0 + f(v149 * v38));
    const v70 = F[253];
    const v289 = f(v288 + f(v161 * v70));
    const v96 = F[261];
    const v290 = f(v289 + f(v173 * v96));
    const v122 = F[269];
    const v291 = f(v290 + f(v185 * v122));
    const v293 = f(f(0.8999999761581421 * v292) + f(0.10000000149011612 * v291));
    const v294 = F[97];
    const v295 = f(f(0.9990000128746033 * v294) + f(0.0010000000474974513 * f(v291 * v291)));
    const v139 = F[29];
    const v296 = f(v139 - f(f(0.05000000074505806 * f(v293 / v208)) / f(f(Math.sqrt(f(v295 / v209))) + 9.99999993922529e-9)));
    const v301 = F[90];
    const v44 = F[246];
    const v297 = f(0 + f(v149 * v44));
    const v73 = F[254];
    const v298 = f(v297 + f(v161 * v73));
    const v99 = F[262];
    const v299 = f(v298 + f(v173 * v99));
    const v125 = F[270];
    const v300 = f(v299 + f(v185 * v125));
    const v302 = f(f(0.8999999761581421 * v301) + f(0.10000000149011612 * v300));
    const v303 = F[98];
    const v304 = f(f(0.9990000128746033 * v303) + f(0.0010000000474974513 * f(v300 * v300)));
    const v141 = F[30];
    const v305 = f(v141 - f(f(0.05000000074505806 * f(v302 / v208)) / f(f(Math.sqrt(f(v304 / v209))) + 9.99999993922529e-9)));
    const v310 = F[91];
    const v50 = F[247];
    const v306 = f(0 + f(v149 * v50));
    const v76 = F[255];
    const v307 = f(v306 + f(v161 * v76));
    const v102 = F[263];
    const v308 = f(v307 + f(v173 * v102));
    const v128 = F[271];
    const v309 = f(v308 + f(v185 * v128));
    const v311 = f(f(0.8999999761581421 * v310) + f(0.10000000149011612 * v309));
    const v312 = F[99];
    const v313 = f(f(0.9990000128746033 * v312) + f(0.0010000000474974513 * f(v309 * v309)));
    const v143 = F[31];
    const v314 = f(v143 - f(f(0.05000000074505806 * f(v311 / v208)) / f(f(Math.sqrt(f(v313 / v209))) + 9.99999993922529e-9)));
    const v319 = F[68];
    const v211 = f(f(0 + f(v149 * v129)) * f(1 - f(v8 * v8)));
    const v315 = f(0 + v211);
    const v219 = f(f(0 + f(v161 * v129)) * f(1 - f(v55 * v55)));
    const v316 = f(v315 + v219);
    const v227 = f(f(0 + f(v173 * v129)) * f(1 - f(v81 * v81)));
    const v317 = f(v316 + v227);
    const v235 = f(f(0 + f(v185 * v129)) * f(1 - f(v107 * v107)));
    const v318 = f(v317 + v235);
    const v320 = f(f(0.8999999761581421 * v319) + f(0.10000000149011612 * v318));
    const v321 = F[76];
    const v322 = f(f(0.9990000128746033 * v321) + f(0.0010000000474974513 * f(v318 * v318)));
    const v7 = F[16];
    const v323 = f(v7 - f(f(0.05000000074505806 * f(v320 / v208)) / f(f(Math.sqrt(f(v322 / v209))) + 9.99999993922529e-9)));
    const v328 = F[69];
    const v212 = f(f(0 + f(v149 * v131)) * f(1 - f(v14 * v14)));
    const v324 = f(0 + v212);
    const v220 = f(f(0 + f(v161 * v131)) * f(1 - f(v58 * v58)));
    const v325 = f(v324 + v220);
    const v228 = f(f(0 + f(v173 * v131)) * f(1 - f(v84 * v84)));
    const v326 = f(v325 + v228);
    const v236 = f(f(0 + f(v185 * v131)) * f(1 - f(v110 * v110)));
    const v327 = f(v326 + v236);
    const v329 = f(f(0.8999999761581421 * v328) + f(0.10000000149011612 * v327));
    const v330 = F[77];
    const v331 = f(f(0.9990000128746033 * v330) + f(0.0010000000474974513 * f(v327 * v327)));
    const v13 = F[17];
    const v332 = f(v13 - f(f(0.05000000074505806 * f(v329 / v208)) / f(f(Math.sqrt(f(v331 / v209))) + 9.99999993922529e-9)));
    const v337 = F[70];
    const v213 = f(f(0 + f(v149 * v133)) * f(1 - f(v20 * v20)));
    const v333 = f(0 + v213);
    const v221 = f(f(0 + f(v161 * v133)) * f(1 - f(v61 * v61)));
    const v334 = f(v333 + v221);
    const v229 = f(f(0 + f(v173 * v133)) * f(1 - f(v87 * v87)));
    const v335 = f(v334 + v229);
    const v237 = f(f(0 + f(v185 * v133)) * f(1 - f(v113 * v113)));
    const v336 = f(v335 + v237);
    const v338 = f(f(0.8999999761581421 * v337) + f(0.10000000149011612 * v336));
    const v339 = F[78];
    const v340 = f(f(0.9990000128746033 * v339) + f(0.0010000000474974513 * f(v336 * v336)));
    const v19 = F[18];
    const v341 = f(v19 - f(f(0.05000000074505806 * f(v338 / v208)) / f(f(Math.sqrt(f(v340 / v209))) + 9.99999993922529e-9)));
    const v346 = F[71];
    const v214 = f(f(0 + f(v149 * v135)) * f(1 - f(v26 * v26)));
    const v342 = f(0 + v214);
    const v222 = f(f(0 + f(v161 * v135)) * f(1 - f(v64 * v64)));
    const v343 = f(v342 + v222);
    const v230 = f(f(0 + f(v173 * v135)) * f(1 - f(v90 * v90)));
    const v344 = f(v343 + v230);
    const v238 = f(f(0 + f(v185 * v135)) * f(1 - f(v116 * v116)));
    const v345 = f(v344 + v238);
    const v347 = f(f(0.8999999761581421 * v346) + f(0.10000000149011612 * v345));
    const v348 = F[79];
    const v349 = f(f(0.9990000128746033 * v348) + f(0.0010000000474974513 * f(v345 * v345)));
    const v25 = F[19];
    const v350 = f(v25 - f(f(0.05000000074505806 * f(v347 / v208)) / f(f(Math.sqrt(f(v349 / v209))) + 9.99999993922529e-9)));
    const v355 = F[72];
    const v215 = f(f(0 + f(v149 * v137)) * f(1 - f(v32 * v32)));
    const v351 = f(0 + v215);
    const v223 = f(f(0 + f(v161 * v137)) * f(1 - f(v67 * v67)));
    const v352 = f(v351 + v223);
    const v231 = f(f(0 + f(v173 * v137)) * f(1 - f(v93 * v93)));
    const v353 = f(v352 + v231);
    const v239 = f(f(0 + f(v185 * v137)) * f(1 - f(v119 * v119)));
    const v354 = f(v353 + v239);
    const v356 = f(f(0.8999999761581421 * v355) + f(0.10000000149011612 * v354));
    const v357 = F[80];
    const v358 = f(f(0.9990000128746033 * v357) + f(0.0010000000474974513 * f(v354 * v354)));
    const v31 = F[20];
    const v359 = f(v31 - f(f(0.05000000074505806 * f(v356 / v208)) / f(f(Math.sqrt(f(v358 / v209))) + 9.99999993922529e-9)));
    const v364 = F[73];
    const v216 = f(f(0 + f(v149 * v139)) * f(1 - f(v38 * v38)));
    const v360 = f(0 + v216);
    const v224 = f(f(0 + f(v161 * v139)) * f(1 - f(v70 * v70)));
    const v361 = f(v360 + v224);
    const v232 = f(f(0 + f(v173 * v139)) * f(1 - f(v96 * v96)));
    const v362 = f(v361 + v232);
    const v240 = f(f(0 + f(v185 * v139)) * f(1 - f(v122 * v122)));
    const v363 = f(v362 + v240);
    const v365 = f(f(0.8999999761581421 * v364) + f(0.10000000149011612 * v363));
    const v366 = F[81];
    const v367 = f(f(0.9990000128746033 * v366) + f(0.0010000000474974513 * f(v363 * v363)));
    const v37 = F[21];
    const v368 = f(v37 - f(f(0.05000000074505806 * f(v365 / v208)) / f(f(Math.sqrt(f(v367 / v209))) + 9.99999993922529e-9)));
    const v373 = F[74];
    const v217 = f(f(0 + f(v149 * v141)) * f(1 - f(v44 * v44)));
    const v369 = f(0 + v217);
    const v225 = f(f(0 + f(v161 * v141)) * f(1 - f(v73 * v73)));
    const v370 = f(v369 + v225);
    const v233 = f(f(0 + f(v173 * v141)) * f(1 - f(v99 * v99)));
    const v371 = f(v370 + v233);
    const v241 = f(f(0 + f(v185 * v141)) * f(1 - f(v125 * v125)));
    const v372 = f(v371 + v241);
    const v374 = f(f(0.8999999761581421 * v373) + f(0.10000000149011612 * v372));
    const v375 = F[82];
    const v376 = f(f(0.9990000128746033 * v375) + f(0.0010000000474974513 * f(v372 * v372)));
    const v43 = F[22];
    const v377 = f(v43 - f(f(0.05000000074505806 * f(v374 / v208)) / f(f(Math.sqrt(f(v376 / v209))) + 9.99999993922529e-9)));
    const v382 = F[75];
    const v218 = f(f(0 + f(v149 * v143)) * f(1 - f(v50 * v50)));
    const v378 = f(0 + v218);
    const v226 = f(f(0 + f(v161 * v143)) * f(1 - f(v76 * v76)));
    const v379 = f(v378 + v226);
    const v234 = f(f(0 + f(v173 * v143)) * f(1 - f(v102 * v102)));
    const v380 = f(v379 + v234);
    const v242 = f(f(0 + f(v185 * v143)) * f(1 - f(v128 * v128)));
    const v381 = f(v380 + v242);
    const v383 = f(f(0.8999999761581421 * v382) + f(0.10000000149011612 * v381));
    const v384 = F[83];
    const v385 = f(f(0.9990000128746033 * v384) + f(0.0010000000474974513 * f(v381 * v381)));
    const v49 = F[23];
    const v386 = f(v49 - f(f(0.05000000074505806 * f(v383 / v208)) / f(f(Math.sqrt(f(v385 / v209))) + 9.99999993922529e-9)));
    const v391 = F[36];
    const v1 = F[112];
    const v387 = f(0 + f(v211 * v1));
    const v51 = F[114];
    const v388 = f(v387 + f(v219 * v51));
    const v77 = F[116];
    const v389 = f(v388 + f(v227 * v77));
    const v103 = F[118];
    const v390 = f(v389 + f(v235 * v103));
    const v392 = f(f(0.8999999761581421 * v391) + f(0.10000000149011612 * v390));
    const v393 = F[52];
    const v394 = f(f(0.9990000128746033 * v393) + f(0.0010000000474974513 * f(v390 * v390)));
    const v2 = F[0];
    const v395 = f(v2 - f(f(0.05000000074505806 * f(v392 / v208)) / f(f(Math.sqrt(f(v394 / v209))) + 9.99999993922529e-9)));
    const v400 = F[37];
    const v396 = f(0 + f(v212 * v1));
    const v397 = f(v396 + f(v220 * v51));
    const v398 = f(v397 + f(v228 * v77));
    const v399 = f(v398 + f(v236 * v103));
    const v401 = f(f(0.8999999761581421 * v400) + f(0.10000000149011612 * v399));
    const v402 = F[53];
    const v403 = f(f(0.9990000128746033 * v402) + f(0.0010000000474974513 * f(v399 * v399)));
    const v9 = F[1];
    const v404 = f(v9 - f(f(0.05000000074505806 * f(v401 / v208)) / f(f(Math.sqrt(f(v403 / v209))) + 9.99999993922529e-9)));
    const v409 = F[38];
    const v405 = f(0 + f(v213 * v1));
    const v406 = f(v405 + f(v221 * v51));
    const v407 = f(v406 + f(v229 * v77));
    const v408 = f(v407 + f(v237 * v103));
    const v410 = f(f(0.8999999761581421 * v409) + f(0.10000000149011612 * v408));
    const v411 = F[54];
    const v412 = f(f(0.9990000128746033 * v411) + f(0.0010000000474974513 * f(v408 * v408)));
    const v15 = F[2];
    const v413 = f(v15 - f(f(0.05000000074505806 * f(v410 / v208)) / f(f(Math.sqrt(f(v412 / v209))) + 9.99999993922529e-9)));
    const v418 = F[39];
    const v414 = f(0 + f(v214 * v1));
    const v415 = f(v414 + f(v222 * v51));
    const v416 = f(v415 + f(v230 * v77));
    const v417 = f(v416 + f(v238 * v103));
    const v419 = f(f(0.8999999761581421 * v418) + f(0.10000000149011612 * v417));
    const v420 = F[55];
    const v421 = f(f(0.9990000128746033 * v420) + f(0.0010000000474974513 * f(v417 * v417)));
    const v21 = F[3];
    const v422 = f(v21 - f(f(0.05000000074505806 * f(v419 / v208)) / f(f(Math.sqrt(f(v421 / v209))) + 9.99999993922529e-9)));
    const v427 = F[40];
    const v423 = f(0 + f(v215 * v1));
    const v424 = f(v423 + f(v223 * v51));
    const v425 = f(v424 + f(v231 * v77));
    const v426 = f(v425 + f(v239 * v103));
    const v428 = f(f(0.8999999761581421 * v427) + f(0.10000000149011612 * v426));
    const v429 = F[56];
    const v430 = f(f(0.9990000128746033 * v429) + f(0.0010000000474974513 * f(v426 * v426)));
    const v27 = F[4];
    const v431 = f(v27 - f(f(0.05000000074505806 * f(v428 / v208)) / f(f(Math.sqrt(f(v430 / v209))) + 9.99999993922529e-9)));
    const v436 = F[41];
    const v432 = f(0 + f(v216 * v1));
    const v433 = f(v432 + f(v224 * v51));
    const v434 = f(v433 + f(v232 * v77));
    const v435 = f(v434 + f(v240 * v103));
    const v437 = f(f(0.8999999761581421 * v436) + f(0.10000000149011612 * v435));
    const v438 = F[57];
    const v439 = f(f(0.9990000128746033 * v438) + f(0.0010000000474974513 * f(v435 * v435)));
    const v33 = F[5];
    const v440 = f(v33 - f(f(0.05000000074505806 * f(v437 / v208)) / f(f(Math.sqrt(f(v439 / v209))) + 9.99999993922529e-9)));
    const v445 = F[42];
    const v441 = f(0 + f(v217 * v1));
    const v442 = f(v441 + f(v225 * v51));
    const v443 = f(v442 + f(v233 * v77));
    const v444 = f(v443 + f(v241 * v103));
    const v446 = f(f(0.8999999761581421 * v445) + f(0.10000000149011612 * v444));
    const v447 = F[58];
    const v448 = f(f(0.9990000128746033 * v447) + f(0.0010000000474974513 * f(v444 * v444)));
    const v39 = F[6];
    const v449 = f(v39 - f(f(0.05000000074505806 * f(v446 / v208)) / f(f(Math.sqrt(f(v448 / v209))) + 9.99999993922529e-9)));
    const v454 = F[43];
    const v450 = f(0 + f(v218 * v1));
    const v451 = f(v450 + f(v226 * v51));
    const v452 = f(v451 + f(v234 * v77));
    const v453 = f(v452 + f(v242 * v103));
    const v455 = f(f(0.8999999761581421 * v454) + f(0.10000000149011612 * v453));
    const v456 = F[59];
    const v457 = f(f(0.9990000128746033 * v456) + f(0.0010000000474974513 * f(v453 * v453)));
    const v45 = F[7];
    const v458 = f(v45 - f(f(0.05000000074505806 * f(v455 / v208)) / f(f(Math.sqrt(f(v457 / v209))) + 9.99999993922529e-9)));
    const v463 = F[44];
    const v4 = F[113];
    const v459 = f(0 + f(v211 * v4));
    const v53 = F[115];
    const v460 = f(v459 + f(v219 * v53));
    const v79 = F[117];
    const v461 = f(v460 + f(v227 * v79));
    const v105 = F[119];
    const v462 = f(v461 + f(v235 * v105));
    const v464 = f(f(0.8999999761581421 * v463) + f(0.10000000149011612 * v462));
    const v465 = F[60];
    const v466 = f(f(0.9990000128746033 * v465) + f(0.0010000000474974513 * f(v462 * v462)));
    const v5 = F[8];
    const v467 = f(v5 - f(f(0.05000000074505806 * f(v464 / v208)) / f(f(Math.sqrt(f(v466 / v209))) + 9.99999993922529e-9)));
    const v472 = F[45];
    const v468 = f(0 + f(v212 * v4));
    const v469 = f(v468 + f(v220 * v53));
    const v470 = f(v469 + f(v228 * v79));
    const v471 = f(v470 + f(v236 * v105));
    const v473 = f(f(0.8999999761581421 * v472) + f(0.10000000149011612 * v471));
    const v474 = F[61];
    const v475 = f(f(0.9990000128746033 * v474) + f(0.0010000000474974513 * f(v471 * v471)));
    const v11 = F[9];
    const v476 = f(v11 - f(f(0.05000000074505806 * f(v473 / v208)) / f(f(Math.sqrt(f(v475 / v209))) + 9.99999993922529e-9)));
    const v481 = F[46];
    const v477 = f(0 + f(v213 * v4));
    const v478 = f(v477 + f(v221 * v53));
    const v479 = f(v478 + f(v229 * v79));
    const v480 = f(v479 + f(v237 * v105));
    const v482 = f(f(0.8999999761581421 * v481) + f(0.10000000149011612 * v480));
    const v483 = F[62];
    const v484 = f(f(0.9990000128746033 * v483) + f(0.0010000000474974513 * f(v480 * v480)));
    const v17 = F[10];
    const v485 = f(v17 - f(f(0.05000000074505806 * f(v482 / v208)) / f(f(Math.sqrt(f(v484 / v209))) + 9.99999993922529e-9)));
    const v490 = F[47];
    const v486 = f(0 + f(v214 * v4));
    const v487 = f(v486 + f(v222 * v53));
    const v488 = f(v487 + f(v230 * v79));
    const v489 = f(v488 + f(v238 * v105));
    const v491 = f(f(0.8999999761581421 * v490) + f(0.10000000149011612 * v489));
    const v492 = F[63];
    const v493 = f(f(0.9990000128746033 * v492) + f(0.0010000000474974513 * f(v489 * v489)));
    const v23 = F[11];
    const v494 = f(v23 - f(f(0.05000000074505806 * f(v491 / v208)) / f(f(Math.sqrt(f(v493 / v209))) + 9.99999993922529e-9)));
    const v499 = F[48];
    const v495 = f(0 + f(v215 * v4));
    const v496 = f(v495 + f(v223 * v53));
    const v497 = f(v496 + f(v231 * v79));
    const v498 = f(v497 + f(v239 * v105));
    const v500 = f(f(0.8999999761581421 * v499) + f(0.10000000149011612 * v498));
    const v501 = F[64];
    const v502 = f(f(0.9990000128746033 * v501) + f(0.0010000000474974513 * f(v498 * v498)));
    const v29 = F[12];
    const v503 = f(v29 - f(f(0.05000000074505806 * f(v500 / v208)) / f(f(Math.sqrt(f(v502 / v209))) + 9.99999993922529e-9)));
    const v508 = F[49];
    const v504 = f(0 + f(v216 * v4));
    const v505 = f(v504 + f(v224 * v53));
    const v506 = f(v505 + f(v232 * v79));
    const v507 = f(v506 + f(v240 * v105));
    const v509 = f(f(0.8999999761581421 * v508) + f(0.10000000149011612 * v507));
    const v510 = F[65];
    const v511 = f(f(0.9990000128746033 * v510) + f(0.0010000000474974513 * f(v507 * v507)));
    const v35 = F[13];
    const v512 = f(v35 - f(f(0.05000000074505806 * f(v509 / v208)) / f(f(Math.sqrt(f(v511 / v209))) + 9.99999993922529e-9)));
    const v517 = F[50];
    const v513 = f(0 + f(v217 * v4));
    const v514 = f(v513 + f(v225 * v53));
    const v515 = f(v514 + f(v233 * v79));
    const v516 = f(v515 + f(v241 * v105));
    const v518 = f(f(0.8999999761581421 * v517) + f(0.10000000149011612 * v516));
    const v519 = F[66];
    const v520 = f(f(0.9990000128746033 * v519) + f(0.0010000000474974513 * f(v516 * v516)));
    const v41 = F[14];
    const v521 = f(v41 - f(f(0.05000000074505806 * f(v518 / v208)) / f(f(Math.sqrt(f(v520 / v209))) + 9.99999993922529e-9)));
    const v526 = F[51];
    const v522 = f(0 + f(v218 * v4));
    const v523 = f(v522 + f(v226 * v53));
    const v524 = f(v523 + f(v234 * v79));
    const v525 = f(v524 + f(v242 * v105));
    const v527 = f(f(0.8999999761581421 * v526) + f(0.10000000149011612 * v525));
    const v528 = F[67];
    const v529 = f(f(0.9990000128746033 * v528) + f(0.0010000000474974513 * f(v525 * v525)));
    const v47 = F[15];
    const v530 = f(v47 - f(f(0.05000000074505806 * f(v527 / v208)) / f(f(Math.sqrt(f(v529 / v209))) + 9.99999993922529e-9)));
    F[132] = v194;
    F[136] = v199;
    F[100] = v205;
    F[104] = v207;
    F[32] = v210;
    F[84] = v248;
    F[92] = v250;
    F[24] = v251;
    F[85] = v257;
    F[93] = v259;
    F[25] = v260;
    F[86] = v266;
    F[94] = v268;
    F[26] = v269;
    F[87] = v275;
    F[95] = v277;
    F[27] = v278;
    F[88] = v284;
    F[96] = v286;
    F[28] = v287;
    F[89] = v293;
    F[97] = v295;
    F[29] = v296;
    F[90] = v302;
    F[98] = v304;
    F[30] = v305;
    F[91] = v311;
    F[99] = v313;
    F[31] = v314;
    F[68] = v320;
    F[76] = v322;
    F[16] = v323;
    F[69] = v329;
    F[77] = v331;
    F[17] = v332;
    F[70] = v338;
    F[78] = v340;
    F[18] = v341;
    F[71] = v347;
    F[79] = v349;
    F[19] = v350;
    F[72] = v356;
    F[80] = v358;
    F[20] = v359;
    F[73] = v365;
    F[81] = v367;
    F[21] = v368;
    F[74] = v374;
    F[82] = v376;
    F[22] = v377;
    F[75] = v383;
    F[83] = v385;
    F[23] = v386;
    F[36] = v392;
    F[52] = v394;
    F[0] = v395;
    F[37] = v401;
    F[53] = v403;
    F[1] = v404;
    F[38] = v410;
    F[54] = v412;
    F[2] = v413;
    F[39] = v419;
    F[55] = v421;
    F[3] = v422;
    F[40] = v428;
    F[56] = v430;
    F[4] = v431;
    F[41] = v437;
    F[57] = v439;
    F[5] = v440;
    F[42] = v446;
    F[58] = v448;
    F[6] = v449;
    F[43] = v455;
    F[59] = v457;
    F[7] = v458;
    F[44] = v464;
    F[60] = v466;
    F[8] = v467;
    F[45] = v473;
    F[61] = v475;
    F[9] = v476;
    F[46] = v482;
    F[62] = v484;
    F[10] = v485;
    F[47] = v491;
    F[63] = v493;
    F[11] = v494;
    F[48] = v500;
    F[64] = v502;
    F[12] = v503;
    F[49] = v509;
    F[65] = v511;
    F[13] = v512;
    F[50] = v518;
    F[66] = v520;
    F[14] = v521;
    F[51] = v527;
    F[67] = v529;
    F[15] = v530;
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
      if (B === 4) {
        step_straight();
        step_tanh();
        step_straight_2();
        step_sigmoid();
        step_softplus();
        step_straight_3();
        return;
      }
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
