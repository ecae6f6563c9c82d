import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileText } from './harness.ts';
import { programs, stubFiles } from './stubs.ts';

/** A smaller program that touches what the nine do not: tables, fitted transforms, several updates. */
const iris = `bpnet 1
dim B, F = 4, K = classes("iris.csv", species)
const rate = 1e-2

data iris {
  train = csv("iris.csv")
  x: [F]    = standardize(raw[0:4])
  w: []     = minmax(fill(raw.petal_width, median))
  y: int<K> = category(raw.species)
}

init small(s = 0.1) = normal(s / sqrt(fan_in))
layer Body(Out)(x: [..., In]) -> [..., Out] {
  param W: [In, Out] ~ small(0.2)
  return tanh(x @ W)
}
model Net(x: [B, F], w: [B]) -> [B, K] {
  body = Body(8)
  head = dense(K)
  h = body(x) * reshape(w, [B, 1])
  return h |> dropout(0.1) |> head
}

train iris_net {
  seed 1
  data d = iris(valid = 0.2, test = 0.2, stratify = y)
  net  = Net()
  z    = net(d.x, d.w)
  loss = mean(cross_entropy(z, d.y))
  update net.body with sgd(rate)
  update net.head with adam(lr = cosine(1e-2, warmup = 2), clip_norm = 1, weight_decay = 1e-4)
  batch B = 4
  epochs 2
  metric accuracy = mean(argmax[K](z) == d.y)
  stop when plateau(valid.loss, patience = 2) or loss < 1e-3
  save best valid.accuracy to "iris.safetensors"
  log loss, accuracy every 1 epochs
}
`;
const texts = [...Object.values(programs), iris];

const split = (text: string): string[] =>
  text.match(/\s+|\/\/[^\n]*|"[^"\n]*"|[\w']+|\|>|->|\.\.\.|[^\s]/g) ?? [];
const isBlank = (token: string) => /^[ \t\n]*$/.test(token);

type Change = {
  readonly how: 'drop' | 'double' | 'swap' | 'copy';
  readonly at: number;
  readonly other: number;
};
const change = fc.record<Change>({
  how: fc.constantFrom('drop', 'double', 'swap', 'copy'),
  at: fc.nat(100_000),
  other: fc.nat(100_000),
});

function mutate(text: string, changes: readonly Change[]): string {
  const tokens = split(text);
  const solid = tokens.flatMap((token, i) => (isBlank(token) ? [] : [i]));
  for (const { how, at, other } of changes) {
    const i = solid[at % solid.length]!;
    const j = solid[other % solid.length]!;
    if (how === 'drop') tokens[i] = '';
    else if (how === 'double') tokens[i] = `${tokens[i]} ${tokens[i]}`;
    else if (how === 'copy') tokens[i] = tokens[j]!;
    else [tokens[i], tokens[j]] = [tokens[j]!, tokens[i]!];
  }
  return tokens.join('');
}

test('programs with slips of the pen give diagnostics and never throw', async () => {
  const runs = Number(process.env['FUZZ_RUNS'] ?? 60);
  const seed = Number(process.env['FUZZ_SEED'] ?? 1);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...texts),
      fc.array(change, { minLength: 1, maxLength: 2 }),
      async (text, changes) => {
        const result = await compileText(mutate(text, changes), { files: stubFiles });
        if (!result.ok) expect(result.diagnostics.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: runs, seed, endOnFailure: true, interruptAfterTimeLimit: 60_000 },
  );
}, 600_000);

test('the program the mutants are made of compiles', async () => {
  const result = await compileText(iris, { files: stubFiles });
  expect(result.diagnostics.map((d) => d.code)).toEqual([]);
  expect(result.ok).toBe(true);
});
