// Draws what a trained autoencoder makes of test images: originals above, reconstructions below.
//
//   node examples/vae/pictures.mjs vae.safetensors reconstructions.png
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { compile, load } from 'bpnet';
import { PNG } from 'pngjs';

const [checkpoint = 'vae.safetensors', output = 'reconstructions.png'] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const images = gunzipSync(readFileSync(join(here, '../data/mnist/test-images-idx3-ubyte.gz'))).subarray(16);

const program = await compile({ file: join(here, 'model.bpnet') });
if (!program.ok) throw new Error(program.text);
const model = await load(program, readFileSync(checkpoint));
const columns = 16;
const rows = 3; // pairs of rows
const { values } = await model.predict({ image: images.slice(0, columns * rows * 784) });

const size = 28;
const png = new PNG({ width: columns * size, height: 2 * rows * size });
for (let i = 0; i < columns * rows; i++) {
  for (let p = 0; p < 784; p++) {
    const logit = values[i * 784 + p];
    draw(i, 0, p, images[i * 784 + p]);
    draw(i, 1, p, 255 / (1 + Math.exp(-logit)));
  }
}
writeFileSync(output, PNG.sync.write(png));
console.log(`${output}: ${columns * rows} test images and their reconstructions`);

function draw(i, below, p, grey) {
  const x = (i % columns) * size + (p % size);
  const y = (2 * Math.floor(i / columns) + below) * size + Math.floor(p / size);
  png.data.fill(grey, 4 * (y * png.width + x), 4 * (y * png.width + x) + 3);
  png.data[4 * (y * png.width + x) + 3] = 255;
}
