import { message } from '../diagnostic.ts';

/** What is in the files. Lines and columns are those of the data file, counted from 1. */

export const missingColumn = message({
  code: 'missing-column',
  group: 'data',
  severity: 'error',
  text: (column: string, why: string) => `There is no column ${column}: ${why}.`,
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

export const windowTooLong = message({
  code: 'window-too-long',
  group: 'data',
  severity: 'error',
  text: (what: string, rows: number, window: number) =>
    `${what} has ${rows} rows, fewer than a window of ${window}.`,
  explain: {
    why: 'Windows lie within one split: training, validation or test rows, which follow one another in the file. A part shorter than a window holds none. Take shorter windows, or a larger part.',
    bad: 'data weather {\n  train = csv("a-week.csv", window = 30)\n  t: [30] = raw.temperature\n}',
    good: 'data weather {\n  train = csv("ten-years.csv", window = 30)\n  t: [30] = raw.temperature\n}',
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

export const badRow = message({
  code: 'bad-row',
  group: 'data',
  severity: 'error',
  text: (file: string, line: number, what: string) => `"${file}", line ${line}: ${what}.`,
  explain: {
    why: 'Every row of a table has as many cells as the first one, and a quote that is opened is closed. Often the separator is another one, or a cell that holds a comma is not in quotes.',
    bad: 'data houses {\n  train = csv("houses.csv")                    // 12;3,5;berlin\n  x: [] = raw.price\n}',
    good: 'data houses {\n  train = csv("houses.csv", separator = ";")\n  x: [] = raw.price\n}',
  },
});

export const unknownCategory = message({
  code: 'unknown-category',
  group: 'data',
  severity: 'error',
  text: (value: string, where: string) =>
    `\`${value}\` (${where}) is none of the values known from training.`,
  explain: {
    why: 'A category gets its numbers from the values of the training rows; one that appears only later has no number, and none is guessed. Correct the cell, or name all values beforehand: `classes(…)` reads them from the whole file.',
    bad: 'data iris {\n  train = csv("iris.csv")\n  y: int<3> = category(raw.species)\n}',
    good: 'dim K = classes("iris.csv", species)\n\ndata iris {\n  train = csv("iris.csv")\n  y: int<K> = category(raw.species)\n}',
  },
});

export const rowCountMismatch = message({
  code: 'row-count-mismatch',
  group: 'data',
  severity: 'error',
  text: (file: string, rows: number, other: string, others: number) =>
    `"${file}" has ${rows} rows, but "${other}" has ${others}.`,
  explain: {
    why: 'Images and labels, or arrays handed in together, describe the same samples: row by row. One of them is cut short, or they belong to different sets.',
    bad: 'data mnist {\n  train = idx("train-images.gz", "t10k-labels.gz")\n  y: int<10> = raw.label\n}',
    good: 'data mnist {\n  train = idx("train-images.gz", "train-labels.gz")\n  y: int<10> = raw.label\n}',
  },
});

export const rowShapeMismatch = message({
  code: 'row-shape-mismatch',
  group: 'data',
  severity: 'error',
  text: (file: string, shape: string, other: string, others: string) =>
    `Rows are ${shape} in "${file}", but ${others} in "${other}".`,
  explain: {
    why: 'Training and test samples go through the same program, so they have the same shape.',
    bad: 'data digits {\n  train = idx("train-28x28.gz")\n  test  = idx("test-8x8.gz")\n  x: [784] = f32(flatten(raw))\n}',
    good: 'data digits {\n  train = idx("train-28x28.gz")\n  test  = idx("test-28x28.gz")\n  x: [784] = f32(flatten(raw))\n}',
  },
});

export const badRowNumber = message({
  code: 'bad-row-number',
  group: 'data',
  severity: 'error',
  text: (file: string, row: string, rows: number) =>
    `"${file}": ${row} is no row number; the data has rows 0 to ${rows - 1}.`,
  explain: {
    why: 'A list of test rows holds whole numbers that count the rows of the training source from 0, without its header line.',
    bad: 'data iris {\n  train = csv("iris.csv")         // 150 rows\n  test  = rows("test-rows.txt")   // 150\n}',
    good: 'data iris {\n  train = csv("iris.csv")         // 150 rows\n  test  = rows("test-rows.txt")   // 149\n}',
  },
});

export const missingArray = message({
  code: 'missing-array',
  group: 'data',
  severity: 'error',
  text: (name: string, known: string) => `There is no array \`${name}\`, only: ${known}.`,
  explain: {
    why: 'A field without a value is an array handed in by the calling program, under the name of the field; an idx source has as many arrays as files.',
    bad: 'data points {\n  x: [2]        // train({ provided: { d: { inputs: [[0, 1]] } } })\n}',
    good: 'data points {\n  x: [2]        // train({ provided: { d: { x: [[0, 1]] } } })\n}',
  },
});

export const tooManyRows = message({
  code: 'too-many-rows',
  group: 'data',
  severity: 'error',
  text: (file: string, rows: number, capacity: number) =>
    `"${file}" gives ${rows} training rows, but the program was compiled for at most ${capacity}.`,
  explain: {
    why: 'With `batch B = all` memory is planned for the rows the data had when the program was compiled. Compile again with the new data, or use mini-batches.',
    bad: 'train fit {\n  data d = points     // more rows than when it was compiled\n  batch B = all\n}',
    good: 'train fit {\n  data d = points\n  batch B = 64\n}',
  },
});

export const noReader = message({
  code: 'no-reader',
  group: 'data',
  severity: 'error',
  text: (call: string) => `A ${call} data set has no files to read.`,
  explain: {
    why: 'Points that are drawn or laid out by the program (`grid`, `uniform`, `latin_hypercube`) and rows written in it come from no file, so a file cannot stand in for them. Predictions for such a model take numbers: a JSON array of rows.',
    bad: 'bpnet predict burgers.safetensors points.idx',
    good: 'bpnet predict burgers.safetensors points.json  // [[0.5, 0.1], [0.7, 0.2]]',
  },
});

export const unknownToken = message({
  code: 'unknown-token',
  group: 'data',
  severity: 'error',
  text: (token: string) => `${token} of the prompt is not in the vocabulary.`,
  explain: {
    why: 'A model of text knows the characters, or words, of the text it was trained on; the prompt it continues consists of these.',
    bad: 'train t {\n  print generate(net, "R\u014dmeo")     // the text has no \u014d\n}',
    good: 'train t {\n  print generate(net, "Romeo")\n}',
  },
});
