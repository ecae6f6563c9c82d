import { describe, expect, test } from 'vitest';
import { around, codes, compileText, type Inputs, said, type Surroundings, valueOf } from './harness.ts';

const a: Inputs = { a: ['[2, 3]', [1, 2, 3, 4, 5, 6]] };
const square: Inputs = { a: ['[2, 2]', [1, 2, 3, 4]] };

/** expression, inputs, type, elements, and what stands around it */
const cases: readonly (readonly [string, Inputs, string, readonly number[], Surroundings?])[] = [
  // arithmetic and precedence
  ['a + 1 - 2 * a', a, '[2, 3]', [0, -1, -2, -3, -4, -5]],
  ['-a^2', { a: ['[2]', [2, 3]] }, '[2]', [-4, -9]],
  ['2 ^ 3 ^ 2 * a', { a: ['[1]', [1]] }, '[1]', [512]],
  ['a / 2', square, '[2, 2]', [0.5, 1, 1.5, 2]],
  ['f32(a > 1.5 and not a > 3)', square, '[2, 2]', [0, 1, 1, 0]],
  ['where(a > 2, a, -a)', square, '[2, 2]', [-1, -2, 3, 4]],
  ['if a > 2 then a else 0', square, '[2, 2]', [0, 0, 3, 4]],
  ['mod(a, 2)', square, '[2, 2]', [1, 0, 1, 0]],
  // matrix products, vectors as in NumPy
  ['a @ a', square, '[2, 2]', [7, 10, 15, 22]],
  ['a @ b', { ...a, b: ['[3]', [1, 0, 1]] }, '[2]', [4, 10]],
  ['b @ a', { ...a, b: ['[2]', [1, 1]] }, '[3]', [5, 7, 9]],
  // axes by name, by position, from the end
  ['sum(a)', a, '[]', [21]],
  ['sum[1](a)', a, '[2]', [6, 15]],
  ['sum[-2](a)', a, '[3]', [5, 7, 9]],
  ['sum[K](a)', { a: ['[2, K]', [1, 2, 3, 4, 5, 6]] }, '[2]', [6, 15], { before: 'dim K = 3' }],
  ['mean[0, 1](a)', a, '[]', [3.5]],
  ['max[1](a)', a, '[2]', [3, 6]],
  ['argmax[1](a)', { a: ['[2, 3]', [1, 3, 3, 6, 5, 4]] }, 'int<3>[2]', [1, 0]],
  ['a - mean[1](a, keep = true)', a, '[2, 3]', [-1, 0, 1, -1, 0, 1]],
  ['var(a)', square, '[]', [1.25]],
  ['norm[1](a)', { a: ['[2, 2]', [3, 4, 0, 0]] }, '[2]', [5, 0]],
  ['sum_all_but[K](a)', { a: ['[2, K]', [1, 2, 3, 4, 5, 6]] }, '[K]', [5, 7, 9], { before: 'dim K = 3' }],
  ['softmax[0](a)', { a: ['[2, 2]', [0, 1, 0, 1]] }, '[2, 2]', [0.5, 0.5, 0.5, 0.5]],
  ['softmax[K](a)', { a: ['[K, 1]', [1, 1]] }, '[K, 1]', [0.5, 0.5], { before: 'dim K = 2' }],
  // slices
  ['a[-1, 0:2]', a, '[2]', [4, 5]],
  ['a[:, -1]', a, '[2]', [3, 6]],
  ['a[:, 1:]', a, '[2, 2]', [2, 3, 5, 6]],
  ['a[:, :-1]', a, '[2, 2]', [1, 2, 4, 5]],
  ['a[1]', a, '[3]', [4, 5, 6]],
  ['a[:, 0:T]', a, '[2, 2]', [1, 2, 4, 5], { before: 'dim T = 2' }],
  ['a[b]', { a: ['[3]', [7, 8, 9]], b: ['int<3>[2]', [2, 0]] }, '[2]', [9, 7]],
  ['a[:, b]', { ...a, b: ['int<3>[2]', [2, 0]] }, '[2, 2]', [3, 1, 6, 4]],
  ['a[:, b]', { ...a, b: ['i32[1, 2]', [1, -1]] }, '[2, 1, 2]', [2, 0, 5, 0]],
  ['reshape(a, [shape(a)[1], shape(a)[:-1], 1])', a, '[3, 2, 1]', [1, 2, 3, 4, 5, 6]],
  // index statements
  ['s', square, '[2]', [1, 4], { body: 's[i] = a[i, i]' }],
  ['s', square, '[2, 2]', [1, 3, 2, 4], { body: 's[j, i] = a[i, j]' }],
  ['s', square, '[2]', [3, 7], { body: 's[i] = a[i, j]' }],
  [
    's',
    { ...square, b: ['[2, 3]', [1, 2, 3, 4, 5, 6]], c: ['[3]', [1, 1, 2]] },
    '[2]',
    [51, 111],
    { body: 's[i] = a[i, j] * b[j, k] * c[k]' },
  ],
  // each additive term sums its own indices: b[i] is not summed over j
  ['s', { ...square, b: ['[2]', [10, 20]] }, '[2]', [59, 129], { body: 's[i] = a[i, j] * b[j] + b[i] - 1' }],
  [
    's',
    { ...square, b: ['[2]', [10, 20]] },
    '[2, 2]',
    [10, 20, 20, 40],
    { body: 's[i, j] = b[i] * b[j] / 10 / sqrt(1)' },
  ],
  // rearrange: split, permute, merge, rename
  ['rearrange(a, [B, T] -> [T, B])', a, '[T, B]', [1, 4, 2, 5, 3, 6]],
  [
    'rearrange(a, [B, N*D] -> [N, B, D])',
    { a: ['[2, 4]', [1, 2, 3, 4, 5, 6, 7, 8]] },
    '[N, B, D]',
    [1, 2, 5, 6, 3, 4, 7, 8],
    { before: 'dim N = 2' },
  ],
  ['rearrange(a, [N, D] -> [N*D])', square, '[4]', [1, 2, 3, 4]],
  ['rearrange(a, [S] -> [S])', { a: ['[T]', [1, 2]] }, '[S]', [1, 2], { before: 'dim T = 2, S = 2' }],
  // shapes
  ['reshape(a, [3, -1])', a, '[3, 2]', [1, 2, 3, 4, 5, 6]],
  ['concat[1](a, a)', square, '[2, 4]', [1, 2, 1, 2, 3, 4, 3, 4]],
  ['stack((a, a), axis = 1)[:, 1]', { a: ['[2]', [1, 2]] }, '[2]', [1, 2]],
  ['transpose(a)', a, '[3, 2]', [1, 4, 2, 5, 3, 6]],
  ['q', { a: ['[2, 4]', [1, 2, 3, 4, 5, 6, 7, 8]] }, '[2, 2]', [3, 4, 7, 8], { body: 'p, q = split(a, 2)' }],
  ['zeros(shape(a)) + 1', square, '[2, 2]', [1, 1, 1, 1]],
  ['size(a) * b', { ...a, b: ['[1]', [1]] }, '[1]', [6]],
  ['f32(causal(T, S)) + 0', {}, '[T, S]', [1, 0, 1, 1], { before: 'dim T = 2, S = T' }],
  ['a + [[10, 20], [30, 40]]', square, '[2, 2]', [11, 22, 33, 44]],
  ['transpose[0, -1](a)', a, '[3, 2]', [1, 4, 2, 5, 3, 6]],
  ['unsqueeze(a, 1)', square, '[2, 1, 2]', [1, 2, 3, 4]],
  ['squeeze[1](unsqueeze(a, 1))', square, '[2, 2]', [1, 2, 3, 4]],
  ['tril(a)', square, '[2, 2]', [1, 0, 3, 4]],
  ['triu(a)', square, '[2, 2]', [1, 2, 0, 4]],
  ['eye(2, 3)', {}, '[2, 3]', [1, 0, 0, 0, 1, 0]],
  // order
  ['flip(a)', a, '[2, 3]', [3, 2, 1, 6, 5, 4]],
  ['flip[0](a)', a, '[2, 3]', [4, 5, 6, 1, 2, 3]],
  ['roll(a, 1)', a, '[2, 3]', [3, 1, 2, 6, 4, 5]],
  ['roll[0](a, -3)', a, '[2, 3]', [4, 5, 6, 1, 2, 3]],
  ['pad(a, 1, 2)', { a: ['[2]', [1, 2]] }, '[5]', [0, 1, 2, 0, 0]],
  ['pad[0](a, 0, 1, value = -1)', square, '[3, 2]', [1, 2, 3, 4, -1, -1]],
  ['sort(a)', { a: ['[4]', [2, -1, 2, 0]] }, '[4]', [-1, 0, 2, 2]],
  [
    'sort[T](a, descending = true)',
    { a: ['[T, 1]', [2, 3, 1]] },
    '[T, 1]',
    [3, 2, 1],
    { before: 'dim T = 3' },
  ],
  ['argsort(a)', { a: ['[4]', [2, -1, 2, 0]] }, 'int<4>[4]', [1, 3, 0, 2]],
  ['argsort(a, descending = true)', { a: ['[4]', [2, -1, 2, 0]] }, 'int<4>[4]', [0, 2, 3, 1]],
  ['sort(0 / (a - 1) + a)', { a: ['[3]', [1, 5, 2]] }, '[3]', [2, 5, NaN]],
  ['v', { a: ['[2, 3]', [1, 5, 2, 9, 7, 8]] }, '[2, 2]', [5, 2, 9, 8], { body: 'v, i = top_k(a, 2)' }],
  ['i', { a: ['[2, 3]', [1, 5, 2, 9, 7, 8]] }, 'int<3>[2, 2]', [1, 2, 0, 2], { body: 'v, i = top_k(a, 2)' }],
  ['take_along(a, i)', { ...a, i: ['int<3>[2]', [2, 0]] }, '[2]', [3, 4]],
  ['take_along[0](a, i)', { ...a, i: ['int<2>[1, 3]', [1, 0, 1]] }, '[1, 3]', [4, 2, 6]],
  // reductions
  ['prod(a)', a, '[]', [720]],
  ['prod[1](a)', a, '[2]', [6, 120]],
  ['grad(sum(prod[1](a)), a)', { a: ['[2, 3]', [0, 2, 3, 0, 0, 5]] }, '[2, 3]', [6, 0, 0, 0, 0, 0]],
  ['f32(any[1](a > 2))', square, '[2]', [0, 1]],
  ['f32(all(a > 0))', square, '[]', [1]],
  ['mean(a, weight = b)', { ...square, b: ['[2]', [3, 1]] }, '[]', [2]],
  ['mean[0](a, weight = b)', { ...square, b: ['[2]', [3, 1]] }, '[2]', [1.5, 2.5]],
  ['mean(a, weight = a < 0)', square, '[]', [0]],
  ['weigh(a, b)', { ...square, b: ['[2]', [3, 1]] }, '[2, 2]', [3, 6, 3, 4]],
  ['logsumexp[0](a)', { a: ['[2, 2]', [1e4, 0, 1e4, 0]] }, '[2]', [1e4 + Math.log(2), Math.log(2)]],
  ['logsumexp(a - inf)', { a: ['[2]', [0, 0]] }, '[]', [-Infinity]],
  ['outer(a, a)', { a: ['[2]', [1, 2]] }, '[2, 2]', [1, 2, 2, 4]],
  // pipes: f(x, a) for a function
  ['a |> leaky_relu(0.5) |> sum', { a: ['[2]', [-2, 4]] }, '[]', [3]],
  ['a |> max(0)', { a: ['[2]', [-2, 4]] }, '[2]', [0, 4]],
  // weight penalties
  ['l2(a, 0.5)', { a: ['[2]', [3, 4]] }, '[]', [12.5]],
  ['grad(l2(a, 0.5), a)', { a: ['[2]', [3, -4]] }, '[2]', [3, -4]],
  ['grad(l1(a, 2), a)', { a: ['[3]', [3, -4, 0]] }, '[3]', [2, -2, 0]],
  // gradients
  ['grad(sum(a^3), a)', square, '[2, 2]', [3, 12, 27, 48]],
  ['grad(sum(grad(sum(a^3), a)), a)', square, '[2, 2]', [6, 12, 18, 24]],
  ['grad(sum(a * detach(a)), a)', square, '[2, 2]', [1, 2, 3, 4]],
];

describe('an expression has this type and these elements', () => {
  test.for(cases)('%s', async ([expression, inputs, type, values, surroundings]) => {
    const found = await valueOf(expression, inputs, surroundings);
    expect(found.type).toBe(type);
    expect(found.values).toHaveLength(values.length);
    found.values.forEach((v, i) =>
      Number.isFinite(values[i]) ? expect(v).toBeCloseTo(values[i]!, 12) : expect(v).toBe(values[i]),
    );
  });
});

/** what is refused, and how it is called */
const refused: readonly (readonly [string, Inputs, string, Surroundings?])[] = [
  [
    'x + y',
    { x: ['[P, E]', []], y: ['[P, T, E]', []] },
    'axis-name-mismatch',
    { before: 'dim P = 2, T = 2, E = 3' },
  ],
  ['x + y', { x: ['[P]', []], y: ['[Q]', []] }, 'axis-name-mismatch', { before: 'dim P = 2, Q = 2' }],
  ['x + y', { x: ['[2]', []], y: ['[3]', []] }, 'shape-mismatch'],
  ['x @ y', { x: ['[2, 3]', []], y: ['[2, 3]', []] }, 'shape-mismatch'],
  ['sum[K](x)', { x: ['[2, 3]', []] }, 'unknown-axis', { before: 'dim K = 3' }],
  ['sum[2](x)', { x: ['[2, 3]', []] }, 'unknown-axis'],
  ['x[2]', { x: ['[2, 3]', []] }, 'shape-mismatch'],
  ['x[:, 1:9]', { x: ['[2, 3]', []] }, 'shape-mismatch'],
  ['reshape(x, [4])', { x: ['[2, 3]', []] }, 'reshape-size'],
  ['rearrange(x, [P, Q] -> [P])', { x: ['[2, 3]', []] }, 'reshape-size'],
  ['rearrange(x, [P*2, Q] -> [2, P, Q])', { x: ['[3, 3]', []] }, 'reshape-size'],
  ['s', { x: ['[2, 3]', []] }, 'index-clash', { body: 's[i] = x[i, i]' }],
  ['s', { x: ['[2, 3]', []] }, 'rank-mismatch', { body: 's[i] = x[i]' }],
  ['s', { x: ['[2]', []] }, 'unknown-axis', { body: 's[i, j] = x[i]' }],
  ['grad(x, x)', { x: ['[2]', []] }, 'grad-of-non-scalar'],
  ['tanh(x, x)', { x: ['[2]', []] }, 'too-many-arguments'],
  ['tanh()', {}, 'missing-argument'],
  ['tanh(y = 3)', {}, 'unknown-argument'],
  ['tahn(x)', { x: ['[2]', []] }, 'unknown-name'],
  ['dense(2) + x', { x: ['[2]', []] }, 'not-a-tensor'],
  ['relu[0](x)', { x: ['[2]', []] }, 'unknown-argument'],
  ['x(2)', { x: ['[2]', []] }, 'type-mismatch'],
  ['x + [[1, 2], [3]]', { x: ['[2]', []] }, 'shape-mismatch'],
  ['x + [1, y]', { x: ['[2]', []], y: ['[]', []] }, 'not-a-tensor'],
  ['x[:, y]', { x: ['[2, 2]', []], y: ['[2]', []] }, 'type-mismatch'],
  ['sort(x)', { x: ['[]', []] }, 'unknown-axis'],
  ['top_k(x, 3)', { x: ['[2]', []] }, 'type-mismatch'],
  ['take_along(x, y)', { x: ['[2, 3]', []], y: ['int<3>[3]', []] }, 'shape-mismatch'],
  ['take_along(x, y)', { x: ['[2, 3]', []], y: ['[2]', []] }, 'type-mismatch'],
  ['pad(x, -1)', { x: ['[2]', []] }, 'type-mismatch'],
  ['pad(x, 1, value = x)', { x: ['[2]', []] }, 'type-mismatch'],
  ['squeeze(x)', { x: ['[2]', []] }, 'shape-mismatch'],
  ['unsqueeze(x, 3)', { x: ['[2]', []] }, 'unknown-axis'],
  ['transpose[0](x)', { x: ['[2, 2]', []] }, 'type-mismatch'],
  ['tril(x)', { x: ['[2]', []] }, 'rank-mismatch'],
  ['shape(x)[2]', { x: ['[2]', []] }, 'unknown-axis'],
  ['any(x)', { x: ['[2]', []] }, 'type-mismatch'],
  ['mean(x, weight = y)', { x: ['[2, 3]', []], y: ['[3]', []] }, 'shape-mismatch'],
];
describe('refused with one message', () => {
  test.for(refused)('%s', async ([expression, inputs, code, surroundings]) => {
    expect(await codes(around(expression, inputs, surroundings))).toContain(code);
    expect(await codes(around(expression, inputs, surroundings))).toHaveLength(1);
  });
});

test('stretching needs a literal axis of size 1', async () => {
  const names = { before: 'dim P = 2, Q = 1' };
  expect((await valueOf('x + y', { x: ['[P, 1]', [1, 2]], y: ['[3]', [0, 1, 2]] }, names)).values).toEqual([
    1, 2, 3, 2, 3, 4,
  ]);
  expect(await codes(around('x + y', { x: ['[P, Q]', []], y: ['[P, 3]', []] }, names))).toEqual([
    'shape-mismatch',
  ]);
});

test('a literal size agrees with a name of that size, and the result takes the name', async () => {
  const before = 'dim K = 3';
  expect((await valueOf('x + y', { x: ['[3]', [1, 2, 3]], y: ['[K]', [1, 1, 1]] }, { before })).type).toBe(
    '[K]',
  );
});

test('a checked annotation', async () => {
  expect(await codes(around('y', { x: ['[2, 3]', []] }, { body: 'y: [2, 3] = x' }))).toEqual([]);
  expect(await codes(around('y', { x: ['[2, 3]', []] }, { body: 'y: [3, 2] = x' }))).toEqual([
    'shape-mismatch',
  ]);
  expect(await codes(around('y', { x: ['[2, 3]', []] }, { body: 'y: int<3>[2, 3] = x' }))).toEqual([
    'type-mismatch',
  ]);
});

test('misspelt names come with the nearest one', async () => {
  const helps = async (text: string) => (await compileText(text)).diagnostics.map((d) => d.help);
  expect(await helps(around('tahn(x)', { x: ['[2]', []] }))).toEqual(['did you mean `tanh`?']);
  expect(await helps(around('x |> layernorm', { x: ['[2]', []] }))).toEqual(['did you mean `layer_norm`?']);
  expect(await helps(around('dense(2, bais = false)(x)', { x: ['[2]', []] }))).toEqual([
    'did you mean `bias`?',
  ]);
});

test('one root cause is one message', async () => {
  expect(
    await said(
      around('y + z', { x: ['[2]', []] }, { body: 'y = x @ nope\n  z = y * 2\n  a, b = split(z, 2)' }),
    ),
  ).toEqual(['unknown-name: There is nothing called `nope` here.']);
});
