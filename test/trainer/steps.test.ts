import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { checkpointBytes } from '../../runtime/checkpoint.ts';
import { train } from '../../runtime/train.ts';
import { emitTrainer } from '../../trainer/emit.ts';
import { all, compiledText, flowers, imported, inProcess } from './helpers.ts';

vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'steps-'));
  await writeFile(join(folder, 'flowers.csv'), flowers());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Step blocks, states of layers and accumulated batches, on data from a file. */
const game = `bpnet 1
dim B, K = 3

data flowers {
  train = csv("flowers.csv")
  x: [2]    = standardize(raw[0:2])
  y: int<K> = category(raw.kind)
}

model Body(x: [B, 2]) -> [B, 6] {
  return x |> dense(6) |> batch_norm |> tanh |> dropout(0.2)
}
model Head(h: [B, 6]) -> [B, K] {
  return h |> dense(K)
}

train alternating {
  seed 4
  data d = flowers(valid = 0.2)
  body = Body()
  head = Head()
  state seen: [] = 0
  seen = seen + 1
  step heads 2 times {
    loss = mean(cross_entropy(head(detach(body(d.x))), d.y))
    update head with adam(plateau(0.05, on = valid.accuracy, factor = 0.5, patience = 0))
  }
  step bodies {
    loss = mean(cross_entropy(head(body(d.x + 0.1 * normal(shape(d.x)))), d.y))
    update body with adam(plateau(cosine(0.05), on = heads.loss, patience = 1), clip_norm = 1)
  }
  z = head(body(d.x))
  metric accuracy = mean(argmax[K](z) == d.y)
  log heads.loss, accuracy every 3 steps
  stop when plateau(valid.accuracy, patience = 4)
  save best valid.accuracy to "best.safetensors"
  batch B = 4 accumulate 2
  epochs 6
}
`;
/** Everything is in the program: what the smallest trainers are for, were it not for blocks and batches. */
const small = (batch: string) => `bpnet 1
dim B
data xor {
  x: [2] = [[0, 0], [0, 1], [1, 0], [1, 1]]
  y: [1] = [[0], [1], [1], [0]]
}
model Net(x: [B, 2]) -> [B, 1] { return x |> dense(4) |> batch_norm |> tanh |> dense(1) }
train small {
  seed 1
  data d = xor
  net  = Net()
  z    = net(d.x)
  loss = mean(bce_logits(z, d.y))
  step first 2 times { update net.dense_1 with adam(0.05) }
  step second { update net.dense_2 with adam(0.05) }
  metric accuracy = mean((z > 0) == (d.y > 0.5))
  batch ${batch}
  steps 9
}
`;
const noData = `bpnet 1
train alone {
  seed 1
  param a: [3] ~ normal(1)
  param b: [3] ~ normal(1)
  step first 2 times {
    loss = sum((a - b + 0.1 * normal([3]))^2)
    update a with adam(0.05)
  }
  step second {
    loss = sum((a + b)^4)
    update b with adam(0.05)
  }
  steps 9
}
`;

const settled = (events: readonly object[]) =>
  events.map((event) => ({ ...event, seconds: 0, ...('splits' in event && { splits: {} }) }));

test.for([
  ['blocks, states, accumulated batches', game, true],
  ['data in the program', small('B = all'), false],
  ['data in the program, several batches', small('B = 1 accumulate 3'), true],
  ['no data', noData, false],
] as const)('%s: a trainer equals training in this process, to the bit', async ([, text]) => {
  const program = await compiledText(text, folder);
  const session = await inProcess(program, folder);
  const expected = await all(train(session, { stepEvents: 1 }));
  for (const minify of [false, true]) {
    const { js } = await emitTrainer(
      { program: program.program, plan: program.plan, source: 'm' },
      { minify },
    );
    const module = await imported(folder, js);
    const read = (path: string) => readFile(join(folder, path));
    const open = () => module.createTrainer({ read, write: () => Promise.resolve() });
    const trainer = open();
    const events = await all(trainer.train({ stepEvents: 1 }));
    expect(settled(events)).toEqual(settled(expected));
    expect(trainer.save()).toEqual(checkpointBytes(session));

    const first = open();
    let steps = 0;
    for await (const event of first.train({ stepEvents: 1 }))
      if (event.kind === 'step' && ++steps === 4) break;
    const second = open();
    second.resume(first.save());
    await all(second.train());
    expect(second.save()).toEqual(trainer.save());
  }
});
