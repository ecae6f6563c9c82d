// Translates the test sentences with a trained model, word by word, each time the best, and compares the words with those of people.
//
//   node examples/translation/translate.mjs translation.safetensors
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, load } from 'bpnet';

const [checkpoint = 'translation.safetensors'] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const data = join(here, '../data/english-french');
const pairs = readFileSync(join(data, 'english-french.tsv'), 'utf8')
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t'));
const rows = readFileSync(join(data, 'test-rows.txt'), 'utf8').trim().split(/\s+/);
const english = rows.map((row) => pairs[row][0]);
const people = rows.map((row) => wordsOf(pairs[row][1]));

const program = await compile({ file: join(here, 'model.bpnet') });
if (!program.ok) throw new Error(program.text);
const model = await load(program, readFileSync(checkpoint));

const longest = 12; // words, as T of the program
const french = english.map(() => []);
for (let t = 0; t < longest; t++) {
  // What comes after word t does not matter to it, but a text must not be empty.
  const { classes, names } = await model.predict({
    english,
    french: french.map((words) => [...words, '.'].join(' ')),
  });
  const width = classes.length / english.length;
  french.forEach((words, i) => {
    if (words.length === t) words.push(names[classes[i * width + t]]);
    if (words.at(-1) === '</s>') words.pop();
  });
}

const f1 = french.map((words, i) => overlap(words, people[i]));
for (let i = 0; i < 8; i++) console.log(`${english[i]} → ${french[i].join(' ')}   (${people[i].join(' ')})`);
console.log(`token F1 on ${english.length} test sentences: ${mean(f1).toFixed(3)}`);

function wordsOf(text) {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*|\S/gu);
}

/** F1 of two bags of words. */
function overlap(ours, theirs) {
  const left = [...theirs];
  let common = 0;
  for (const word of ours) {
    const at = left.indexOf(word);
    if (at < 0) continue;
    left.splice(at, 1);
    common++;
  }
  return (2 * common) / (ours.length + theirs.length);
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
