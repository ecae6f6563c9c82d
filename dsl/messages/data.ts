import { message } from '../diagnostic.ts';

/** What is in the files. Lines and columns are those of the data file, counted from 1. */

export const missingColumn = message({
  code: 'missing-column',
  group: 'data',
  severity: 'error',
  text: (column: string, file: string) => `"${file}" has no column \`${column}\`.`,
  explain: {
    why: 'Columns are called by the names in the first line of the file, exactly as written there. A file without such a line says `csv(…, header = false)` and uses positions: `raw[0:4]`.',
    bad: 'data iris {\n  train = csv("iris.csv")\n  x: [] = raw.petal_lenght\n}',
    good: 'data iris {\n  train = csv("iris.csv")\n  x: [] = raw.petal_length\n}',
  },
});

export const nonNumericCell = message({
  code: 'non-numeric-cell',
  group: 'data',
  severity: 'error',
  text: (cell: string, file: string, line: number, column: string) =>
    `"${file}", line ${line}, column ${column}: \`${cell}\` is not a number.`,
  explain: {
    why: 'This column is used as numbers. If it holds categories, use `category(raw.species)`; if a mark such as `NA` stands for a missing value, say what to put there with `fill`.',
    bad: 'data iris {\n  train = csv("iris.csv")\n  y: [] = raw.species\n}',
    good: 'data iris {\n  train = csv("iris.csv")\n  y: int<3> = category(raw.species)\n}',
  },
});

export const emptyCell = message({
  code: 'empty-cell',
  group: 'data',
  severity: 'error',
  text: (file: string, line: number, column: string) => `"${file}", line ${line}, column ${column} is empty.`,
  explain: {
    why: 'A missing value is never guessed. Say what to put there: `fill(raw.age, median)`, `fill(raw.age, mean)` or a number; it is learnt from the training split only.',
    bad: 'data people {\n  train = csv("people.csv")\n  age: [] = raw.age\n}',
    good: 'data people {\n  train = csv("people.csv")\n  age: [] = fill(raw.age, median)\n}',
  },
});

export const nanInData = message({
  code: 'nan-in-data',
  group: 'data',
  severity: 'error',
  text: (field: string, sample: number, value: string) => `Sample ${sample} of \`${field}\` is ${value}.`,
  explain: {
    why: 'A NaN or an infinity in the data makes the loss NaN at the first step that meets it. It comes from the file itself, or from a formula such as a logarithm of 0 or a division by a constant column.',
    bad: 'data d {\n  train = csv("d.csv")\n  x: [] = log(raw.price)\n}',
    good: 'data d {\n  train = csv("d.csv")\n  x: [] = log(max(raw.price, 1e-6))\n}',
  },
});

export const labelOutOfRange = message({
  code: 'label-out-of-range',
  group: 'data',
  severity: 'error',
  text: (field: string, value: number, classes: number, where: string) =>
    `\`${field}\` holds the label ${value} (${where}), but \`int<${classes}>\` goes from 0 to ${classes - 1}.`,
  explain: {
    why: 'A label is an index into the classes and counts from 0. Labels that count from 1 need `raw.label - 1`; otherwise there are more classes than declared.',
    bad: 'dim K = 3\n\ndata iris {\n  train = csv("iris.csv")\n  y: int<K> = raw.kind\n}',
    good: 'dim K = 3\n\ndata iris {\n  train = csv("iris.csv")\n  y: int<K> = raw.kind - 1  // the file counts from 1\n}',
  },
});

export const truncatedFile = message({
  code: 'truncated-file',
  group: 'data',
  severity: 'error',
  text: (file: string, expected: string, got: string) =>
    `"${file}" ends too early: its head promises ${expected}, but there is only ${got}.`,
  explain: {
    why: 'Most often a download or a copy was cut off. Fetch the file again and compare its size.',
    bad: 'data mnist {\n  train = idx("train-images-cut.gz")\n  x: [784] = f32(flatten(raw))\n}',
    good: 'data mnist {\n  train = idx("train-images.gz")\n  x: [784] = f32(flatten(raw))\n}',
  },
});

export const emptyFile = message({
  code: 'empty-file',
  group: 'data',
  severity: 'error',
  text: (file: string) => `"${file}" holds no samples.`,
  explain: {
    why: 'The file is empty, or nothing is left of it after the header and `skip`.',
    bad: 'data d {\n  train = csv("empty.csv", skip = 1000)\n  x: [] = raw.x\n}',
    good: 'data d {\n  train = csv("full.csv", skip = 1)\n  x: [] = raw.x\n}',
  },
});

export const batchLargerThanData = message({
  code: 'batch-larger-than-data',
  group: 'data',
  severity: 'warning',
  text: (batch: number, samples: number) =>
    `A batch of ${batch} is larger than the data: there are only ${samples} samples, so every step uses all of them.`,
  explain: {
    why: 'The program works, but an epoch is a single step. Say so with `batch B = all`, or choose a smaller batch for more updates per epoch.',
    bad: 'dim B\n\ntrain t {\n  batch B = 100000\n}',
    good: 'dim B\n\ntrain t {\n  batch B = all\n}',
  },
});

export const noDataFile = message({
  code: 'no-data-file',
  group: 'data',
  severity: 'error',
  text: (path: string) => `The data file "${path}" does not exist.`,
  explain: {
    why: 'Data paths are relative to the .bpnet file. To use a file elsewhere without editing the program, pass `--data name.train=path`.',
    bad: 'data iris {\n  train = csv("irirs.csv")\n  x: [4] = raw[0:4]\n}',
    good: 'data iris {\n  train = csv("iris.csv")\n  x: [4] = raw[0:4]\n}',
  },
});

export const badHeader = message({
  code: 'bad-header',
  group: 'data',
  severity: 'error',
  text: (file: string, what: string) => `"${file}" does not begin as it should: ${what}.`,
  explain: {
    why: 'The first bytes or the first line of the file do not fit the reader named in the data block: another format, another separator, or a header line where none was expected.',
    bad: 'data d {\n  train = csv("table.tsv")\n  x: [] = raw.x\n}',
    good: 'data d {\n  train = tsv("table.tsv")\n  x: [] = raw.x\n}',
  },
});
