// What a trained classifier thinks of the digits that draw.bpnet drew.
//
//   node examples/wgan-gp/grid.mjs examples/wgan-gp/grid.png mnist-cnn.safetensors
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, load } from 'bpnet';
import { PNG } from 'pngjs';

const [grid = 'grid.png', checkpoint = 'mnist-cnn.safetensors'] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const program = await compile({ file: join(here, '../mnist-cnn/model.bpnet') });
if (!program.ok) throw new Error(program.text);
const model = await load(program, readFileSync(checkpoint));

const size = 28;
const png = PNG.sync.read(readFileSync(grid));
const columns = png.width / size;
const count = columns * (png.height / size);
const image = new Uint8Array(count * size * size);
for (let i = 0; i < count; i++) {
  for (let p = 0; p < size * size; p++) {
    const x = (i % columns) * size + (p % size);
    const y = Math.floor(i / columns) * size + Math.floor(p / size);
    image[i * size * size + p] = png.data[4 * (y * png.width + x)];
  }
}

const { values, classes } = await model.predict({ image });
const sure = Array.from(classes, (_, i) => confidence(values.subarray(10 * i, 10 * i + 10)) >= 0.9);
const often = Array(10).fill(0);
classes.forEach((digit) => often[digit]++);
console.log(`${count} digits, of ${sure.filter(Boolean).length} the classifier is 0.9 sure or more`);
often.forEach((n, digit) => console.log(`${digit}  ${'█'.repeat(n)} ${n}`));

/** The largest softmax of logits. */
function confidence(logits) {
  const most = Math.max(...logits);
  return 1 / logits.reduce((sum, z) => sum + Math.exp(z - most), 0);
}
