import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkpointBytes } from '../../runtime/checkpoint.ts';
import { predict } from '../../runtime/predict-input.ts';
import { nodeFiles } from '../../runtime/node/files.ts';
import { train } from '../../runtime/train.ts';
import { npy, png, wav } from '../runtime/files.ts';
import { all, compiledText, emitted, imported, inProcess } from './helpers.ts';

vi.setConfig({ testTimeout: 120_000 });

const tone = (i: number) => wav([1, 1, 8000, 16], Int16Array.from([0, 9000 * i, -9000, 100 * i]).buffer);
const sentences = ['a good film', 'bad', 'a very bad film', 'good good'];
const files: Record<string, string | Uint8Array> = {
  'x.npy': npy('<f4', [4, 2], [...new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7).buffer)]),
  'y.npy': npy('|u1', [4], [0, 1, 1, 0]),
  'r.jsonl': [0, 1, 2, 3].map((i) => JSON.stringify({ x: [i, 1], y: i % 2 })).join('\n'),
  's.tsv': ['text\ty', ...sentences.map((text, i) => `${text}\t${i % 2}`)].join('\n'),
  'play.txt': 'to be or not to be that is the question. '.repeat(3),
  'series.csv': ['v', ...Array.from({ length: 12 }, (_, i) => Math.sin(i))].join('\n'),
  ...Object.fromEntries([0, 1, 2, 3].flatMap((i) => [
    [`pets/${i % 2 ? 'dog' : 'cat'}/${i}.png`, png([2, 1], [8, 0], [0, 40 * i, 200])],
    [`sounds/${i % 2 ? 'no' : 'yes'}/${i}.wav`, tone(i)],
  ])),
}; // prettier-ignore

const classifier = (source: string, x: string, y: string, type = '[2]') => `bpnet 1
dim B, K = 2
data s {
  train = ${source}
  x: ${type} = ${x}
  y: int<K> = ${y}
}
model Net(x: ${type.replace('[', '[B, ')}) -> [B, K] { return f32(x) |> dense(K) }
train SOURCE {
  seed 1
  data d = s(test = 0.25)
  net = Net()
  loss = mean(cross_entropy(net(d.x), d.y))
  update net with adam(0.1)
  batch B = 2
  epochs 3
}`;
/** Source → program, and a path to predict from. */
const programs: Readonly<Record<string, readonly [text: string, input: string]>> = {
  npy: [classifier('npy("x.npy", "y.npy")', 'raw.x', 'raw.y'), 'x.npy'],
  jsonl: [classifier('jsonl("r.jsonl")', 'raw.x', 'raw.y'), 'r.jsonl'],
  images: [classifier('images("pets")', 'flatten(f32(raw.image)) / 255', 'category(raw.class)'), 'pets'],
  wav: [classifier('wav("sounds", length = 3)', 'raw.audio', 'category(raw.class)', '[3]'), 'sounds/yes'],
  words: [classifier('tsv("s.tsv")', 'words(raw.text)', 'raw.y', 'int<6>[3]'), 's.tsv'],
  windows: [classifier('csv("series.csv", window = 3)', 'raw.v[0:2]', 'i32(raw.v[2] > 0)'), 'series.csv'],
  text: [
    `bpnet 1
dim B, V = 7, T = 4
data s {
  train = text("play.txt", window = T + 1, words = true)
  ids: int<V>[T + 1] = raw
}
model Net(ids: int<V>[B, T]) -> [B, T, V] { return ids |> embedding(V, 3) |> dense(V) }
train SOURCE {
  seed 1
  data d = s(test = 0.2)
  net = Net()
  loss = mean(cross_entropy(net(d.ids[:, 0:T]), d.ids[:, 1:T+1]))
  update net with adam(0.1)
  batch B = 2
  epochs 3
}`,
    'play.txt',
  ],
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainer-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(Object.keys(programs))('%s', (name) => {
  const [text, input] = programs[name]!;
  const compile = () => compiledText(text.replace('SOURCE', name), folder);

  test('is read in this process, by the command, and from files handed in: the same bits', async () => {
    const program = await compile();
    const session = await inProcess(program, folder);
    await all(train(session));
    const expected = checkpointBytes(session);
    const { read } = nodeFiles(folder);
    const predicted = await predict(session, program.plan.datasets[0]!, {
      kind: 'files',
      paths: [input],
      read,
    });

    const { js } = await emitted(program);
    const module = await imported(folder, js);
    const trainer = module.createTrainer({ files, write: () => Promise.resolve() });
    await all(trainer.train());
    expect(trainer.save()).toEqual(expected);
    expect((await trainer.predictFile!(input)).values).toEqual(predicted.values);

    await writeFile(join(folder, `${name}.mjs`), js);
    const node = (...args: string[]) =>
      spawnSync('node', [`${name}.mjs`, ...args], { cwd: folder, encoding: 'utf8' });
    expect(node('train').stderr).toContain('end');
    expect([...(await readFile(join(folder, `${name}.safetensors`)))]).toEqual([...expected]);
    const rows = node('predict', `${name}.safetensors`, input);
    expect(rows.stdout.trim().split('\n')).toHaveLength(predicted.rows);
  });
});
