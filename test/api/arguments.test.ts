import { expect, test } from 'vitest';
import { compile, load, open, train } from '../../index.ts';

const text = `bpnet 1
train t {
  param w: [] = 1
  loss = w^2
  update w with sgd(0.1)
  steps 2
}`;
const any = (value: unknown) => value as never;

test.for([[undefined], [3], [null], [{}], [{ file: 7 }]])('what is no program is no program: %o', async ([source]) => {
  await expect(compile(any(source))).rejects.toThrow('compile: a program is its text, { text } or { file }');
}); // prettier-ignore

test('settings, programs and targets', async () => {
  await expect(compile(text, any(null))).rejects.toThrow('settings are an object');
  const failed = await compile('bpnet 1\ntrain t { loss = x }');
  for (const program of [failed, undefined, text]) {
    await expect(train(any(program)).model).rejects.toThrow(/a compiled program is wanted/);
    await expect(load(any(program), new Uint8Array())).rejects.toThrow(/a compiled program is wanted/);
  }
  const program = await compile(text);
  await expect(open(any(program), { target: any('cuda') })).rejects.toThrow('there is no target "cuda": js, wasm, webgpu, gpujs, reference');
}); // prettier-ignore

test.for([[1.5], [-1], [NaN], [2 ** 60], ['x']])('%o is no seed', async ([seed]) => {
  const program = await compile(text);
  await expect(open(any(program), { seed: any(seed) })).rejects.toThrow(/a seed is a whole number from 0 on/);
});

test('a block of words alone takes texts from the calling program', async () => {
  const words = `bpnet 1
dim B
data p { t: int<4>[3] = words(raw.text, pad = 3) }
train t {
  data d = p
  param w: [4, 2] ~ normal(1)
  loss = mean(w[d.t]^2)
  update w with sgd(0.1)
  batch B = 2
  epochs 1
}`;
  const program = await compile(words, { data: { p: { text: ['a b', 'b c'] } } });
  if (!program.ok) throw new Error(program.text);
  const model = await train(program).model;
  expect(Object.keys(model.params)).toEqual(['w']);
});
