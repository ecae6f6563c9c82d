import { describe, expect, test } from 'vitest';
import type { Contraction, Kernel } from '../../compiler/ir/kernel.ts';
import type { Precision } from '../../compiler/ir/program.ts';
import { scalarFns, type ScalarFn } from '../../compiler/ir/formula.ts';
import { openDim, timesDim } from '../../compiler/ir/dim.ts';
import { expectAgreement, values } from './agree.ts';
import {
  affine,
  at,
  call,
  fold,
  kernel,
  letFloat,
  load,
  loop,
  number,
  program,
  ref,
  store,
  typed,
} from './build.ts';

const precisions: readonly Precision[] = ['f32', 'f64'];
const B = openDim('B');

describe.each(precisions)('%s', (precision) => {
  test('an elementwise chain over an open dim', () => {
    const body = [
      letFloat('t', call('tanh', call('add', load(0, at({ i: 5, j: 1 })), load(1, at({ j: 1 }))))),
      store(2, at({ i: 5, j: 1 }), call('mul', ref('t'), call('div', number(0.1), load(3, at({}))))),
    ];
    const k = kernel('chain', [loop('i', B), loop('j', 5)], body);
    const arrays = [
      { name: 'x', dims: [B, 5] },
      { name: 'b', dims: [5] },
      { name: 'y', dims: [B, 5] },
      { name: 'lr', dims: [] },
    ];
    const p = program(precision, arrays, [k], { B: 9 });
    for (const size of [0, 1, 7, 9]) expectAgreement(p, [size]);
  });

  const floatFns = Object.keys(scalarFns).filter((fn) => !['and', 'or', 'not', 'toInt', 'select'].includes(fn)) as ScalarFn[]; // prettier-ignore
  test.each(floatFns)('%s of floats', (fn) => {
    const cases = [0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3, 1e-30, -1e-30, 700, -700, 1e30, Infinity, -Infinity, NaN, 0.1, 1e-45]; // prettier-ignore
    const n = cases.length;
    const isBool = ['lt', 'le', 'gt', 'ge', 'eq', 'ne'].includes(fn);
    const args = [load(0, at({ i: 1 })), load(0, at({ j: 1 }))].slice(0, scalarFns[fn]);
    const k = kernel('k', [loop('i', n), loop('j', n)], [
      store(1, at({ i: n, j: 1 }), typed(isBool ? 'bool' : 'float', fn, ...args)),
    ]); // prettier-ignore
    const arrays = [{ name: 'x', dims: [n] }, { name: 'y', dims: [n, n], dtype: isBool ? 'bool' : 'float' } as const]; // prettier-ignore
    expectAgreement(program(precision, arrays, [k]), [], (_, i) => cases[i % n]!);
  });

  test.each(['add', 'sub', 'mul', 'div', 'mod', 'max', 'min', 'neg', 'abs', 'sign', 'lt', 'eq'] as const)(
    '%s of ints',
    (fn) => {
      const cases = [0, 1, -1, 7, -7, 3, -3, 2147483647, -2147483648, 65537];
      const n = cases.length;
      const args = [load(0, at({ i: 1 }), 'int'), load(0, at({ j: 1 }), 'int')].slice(0, scalarFns[fn]);
      const dtype = fn === 'lt' || fn === 'eq' ? 'bool' : 'int';
      const k = kernel('k', [loop('i', n), loop('j', n)], [
        store(1, at({ i: n, j: 1 }), typed(dtype, fn, ...args)),
      ]); // prettier-ignore
      const arrays = [
        { name: 'x', dims: [n], dtype: 'int' },
        { name: 'y', dims: [n, n], dtype },
      ] as const;
      expectAgreement(program(precision, arrays, [k]), [], (_, i) => cases[i % n]!);
    },
  );

  test('conditions, select and conversions', () => {
    const x = load(0, at({ i: 1 }));
    const label = load(1, at({ i: 1 }), 'int');
    const small = typed('bool', 'lt', call('abs', x), number(1));
    const odd = typed('bool', 'eq', typed('int', 'mod', label, number(2)), number(1));
    const both = typed('bool', 'and', small, typed('bool', 'not', odd));
    const k = kernel('k', [loop('i', 40)], [
      store(2, at({ i: 1 }), call('select', both, x, call('toFloat', label))),
      store(3, at({ i: 1 }), typed('bool', 'or', both, odd)),
      store(5, at({ i: 1 }), call('toFloat', typed('bool', 'eq', small, odd))),
      store(4, at({ i: 1 }), typed('int', 'toInt', call('mul', x, number(1e9)))),
    ]); // prettier-ignore
    const arrays = [
      { name: 'x', dims: [40] },
      { name: 'label', dims: [40], dtype: 'int' },
      { name: 'y', dims: [40] },
      { name: 'b', dims: [40], dtype: 'bool' },
      { name: 'n', dims: [40], dtype: 'int' },
      { name: 'same', dims: [40] },
    ] as const;
    expectAgreement(program(precision, arrays, [k]));
  });

  test('coordinates, sizes and divisions of indices', () => {
    const index = affine({ i: 7, j: 1 }, -9);
    const of = { kind: 'coordinate', index } as const;
    const div = { kind: 'coordinate', index: { offset: 0, terms: [{ coef: 1, atom: { kind: 'div', of: index, by: 3 } }] } } as const; // prettier-ignore
    const mod = { kind: 'coordinate', index: { offset: 1, terms: [{ coef: 2, atom: { kind: 'mod', of: index, by: 4 } }, { coef: -1, atom: { kind: 'mod', of: index, by: 5 } }] } } as const; // prettier-ignore
    const size = { kind: 'size', dim: timesDim(3, B) } as const;
    const k = kernel('k', [loop('i', B), loop('j', 7)], [
      store(0, at({ i: 7, j: 1 }), call('div', call('add', of, number(0.25)), size)),
      store(1, at({ i: 7, j: 1 }), typed('int', 'add', div, typed('int', 'mul', mod, number(100)))),
    ]); // prettier-ignore
    const arrays = [
      { name: 'x', dims: [B, 7] },
      { name: 'n', dims: [B, 7], dtype: 'int' },
    ] as const;
    expectAgreement(program(precision, arrays, [k], { B: 6 }), [5]);
  });

  test('gather, and guards on padding', () => {
    const row = load(1, at({ i: 1 }), 'int');
    const gathered = load(0, { base: affine({ j: 1 }), gathers: [{ stride: 3, value: row }] });
    const guards = [
      { index: affine({ i: 1, j: 1 }, -2), below: 6 },
      { index: row, below: 3 },
    ];
    const padded = load(2, at({ i: 1, j: 1 }, -2), 'float', guards);
    const k = kernel('k', [loop('i', 8), loop('j', 3)], [
      store(3, at({ i: 3, j: 1 }), call('add', gathered, padded)),
    ]); // prettier-ignore
    const arrays = [
      { name: 'table', dims: [5, 3] },
      { name: 'row', dims: [8], dtype: 'int' },
      { name: 'x', dims: [6] },
      { name: 'y', dims: [8, 3] },
    ] as const;
    expectAgreement(program(precision, arrays, [k]));
  });

  test('what one point stores, the next one reads', () => {
    const sum = call('add', load(1, at({})), load(0, at({ i: 1 })));
    const k = kernel('k', [loop('i', 10)], [store(1, at({}), sum), store(2, at({ i: 1 }), load(1, at({})))]);
    const arrays = [
      { name: 'x', dims: [10] },
      { name: 's', dims: [] },
      { name: 'y', dims: [10] },
    ];
    expectAgreement(program(precision, arrays, [k]));
  });

  test('an update in place reads before it writes', () => {
    const k = kernel('k', [loop('i', 10)], [
      letFloat('m', call('add', call('mul', load(1, at({ i: 1 })), number(0.9)), load(2, at({ i: 1 })))),
      store(1, at({ i: 1 }), ref('m')),
      store(0, at({ i: 1 }), call('sub', load(0, at({ i: 1 })), call('mul', number(0.1), ref('m')))),
    ]); // prettier-ignore
    const arrays = [
      { name: 'w', dims: [10] },
      { name: 'm', dims: [10] },
      { name: 'g', dims: [10] },
    ];
    expectAgreement(program(precision, arrays, [k]));
  });

  test.each([1, 2, 8, 9, 15, 16, 1000, 1024, 1025, 2047, 2048, 2049, 3000, 5000, 9216])(
    'sums of %i numbers, by lanes and in order, as a static and as an open extent',
    (n) => {
      const folds = (extent: number | typeof B): Kernel[] => [
        kernel('k', [], [fold('s', 'sum', 'lanes', [loop('k', extent)], load(0, at({ k: 1 }))), store(1, at({}), ref('s'))]),
        kernel('k', [], [fold('s', 'sum', 'in-order', [loop('k', extent)], load(0, at({ k: 1 }))), store(1, at({}, 1), ref('s'))]),
      ]; // prettier-ignore
      const arrays = [
        { name: 'x', dims: [n] },
        { name: 's', dims: [2] },
      ];
      expectAgreement(program(precision, arrays, folds(n)));
      expectAgreement(program(precision, arrays, folds(B), { B: n }), [n]);
      expectAgreement(program(precision, arrays, folds(B), { B: n }), [n >> 1]);
    },
  );

  test.each(['sum', 'max', 'min', 'argmax', 'argmin'] as const)('%s along rows and down columns', (fn) => {
    const dtype = fn.startsWith('arg') ? 'int' : 'float';
    for (const order of ['lanes', 'in-order'] as const) {
      for (const [m, n] of [[3, 5], [40, 7], [1500, 6]] as const) {
        const rows = kernel('rows', [loop('i', m)], [
          fold('s', fn, order, [loop('k', n)], load(0, at({ i: n, k: 1 })), dtype),
          store(1, at({ i: 1 }), ref('s')),
        ]);
        const columns = kernel('columns', [loop('j', n)], [
          fold('s', fn, order, [loop('k', m)], load(0, at({ k: n, j: 1 })), dtype),
          store(2, at({ j: 1 }), ref('s')),
        ]);
        const arrays = [{ name: 'x', dims: [m, n] }, { name: 'r', dims: [m], dtype }, { name: 'c', dims: [n], dtype }] as const;
        expectAgreement(program(precision, arrays, [rows, columns]));
      }
    }
  }); // prettier-ignore

  test('random numbers', () => {
    const index = affine({ i: 1 });
    const arrays = [
      { name: 'rng', dims: [4], dtype: 'int', role: 'rng' },
      { name: 'u', dims: [B] },
      { name: 'z', dims: [B] },
    ] as const;
    const k = kernel('k', [loop('i', B)], [
      store(1, at({ i: 1 }), { kind: 'random', dist: 'uniform', stream: 7, index }),
      store(2, at({ i: 1 }), { kind: 'random', dist: 'normal', stream: -2, index }),
    ]); // prettier-ignore
    const p = program(precision, arrays, [k], { B: 2000 });
    const launched = expectAgreement(p, [2000]);
    expect(values(launched, p.buffers[1]!).every((u) => u >= 0 && u < 1)).toBe(true);
  });

  test('host scalars', () => {
    const step = { kind: 'symbol', name: 'step' } as const;
    const expr = { kind: 'call', fn: 'sub', args: [{ kind: 'number', value: 1 }, { kind: 'call', fn: 'pow', args: [{ kind: 'number', value: 0.999 }, step] }] } as const; // prettier-ignore
    const p = program(precision, [{ name: 'h', dims: [] }], []);
    const entry = { ...p.entries['step']!, hosts: [{ buffer: 0, expr }] };
    const launched = expectAgreement({ ...p, entries: { step: entry } });
    expect(launched.float[0]).toBeCloseTo(1 - 0.999 ** 4, 7);
  });

  const contractions = [[1, 1, 1], [4, 4, 4], [5, 6, 7], [33, 10, 17], [3, 50, 40], [17, 22, 35], [40, 3, 50]]; // prettier-ignore
  test.each(contractions)('a contraction of %i × %i over %i, plain, transposed and with an epilogue', (m, n, k) => {
    for (const transposed of ['', 'a', 'b']) {
      for (const epilogue of [false, true]) {
        const a = load(0, at(transposed === 'a' ? { k: m, i: 1 } : { i: k, k: 1 }));
        const b = load(1, at(transposed === 'b' ? { j: k, k: 1 } : { k: n, j: 1 }));
        const sum = fold('s', 'sum', 'in-order', [loop('k', k)], call('mul', a, b));
        const value = epilogue ? call('max', number(0), call('add', ref('s'), load(2, at({ j: 1 })))) : ref('s');
        const contraction: Contraction = { batch: [], m: ['i'], n: ['j'], k: ['k'], a, b };
        const kern = { ...kernel('mm', [loop('i', B), loop('j', n)], [sum, store(3, at({ i: n, j: 1 }), value)]), contraction };
        const arrays = [{ name: 'a', dims: [m, k] }, { name: 'b', dims: [k, n] }, { name: 'bias', dims: [n] }, { name: 'c', dims: [m, n] }];
        const p = program(precision, arrays, [kern], { B: m });
        if (transposed !== 'a') expectAgreement(p, [m - 1]);
        expectAgreement(p, [m]);
      }
    }
  }); // prettier-ignore

  test('a batched contraction over two axes', () => {
    const [n, i, j, p, q] = [3, 9, 11, 4, 10];
    for (const merged of [true, false]) {
      const a = load(0, at({ n: i * p * q, i: p * q, p: q, q: 1 }));
      const b = load(1, at(merged ? { n: p * q * j, p: q * j, q: j, j: 1 } : { n: p * q * j, q: p * j, p: j, j: 1 }));
      const sum = fold('s', 'sum', 'in-order', [loop('p', p), loop('q', q)], call('mul', a, b));
      const contraction: Contraction = { batch: ['n'], m: ['i'], n: ['j'], k: ['p', 'q'], a, b };
      for (const target of [at({ n: i * j, i: j, j: 1 }), at({ i: n * j, n: j, j: 1 }), at({ n: i * j, j: i, i: 1 })]) {
        const body = [sum, store(2, target, ref('s'))];
        const kern = { ...kernel('bmm', [loop('n', n), loop('i', i), loop('j', j)], body), contraction };
        const arrays = [{ name: 'a', dims: [n, i, p, q] }, { name: 'b', dims: [n, p, q, j] }, { name: 'c', dims: [n, i, j] }];
        expectAgreement(program(precision, arrays, [kern]));
      }
    }
  }); // prettier-ignore
});
