// Trains off the main thread: what the page draws is never held up. Events go to the page as they come.
import { available } from './targets.mjs';

const read = async (path) => {
  const response = await fetch(`data/${path.split('/').at(-1)}`);
  if (!response.ok) throw new Error(`${path} cannot be read: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
};

let trainer;
let stop = new AbortController();
let training = false;
/** Drawings that came while a step was under way; only the last one matters. */
let drawing = null;

onmessage = async ({ data }) => {
  try {
    if (data.kind === 'targets') postMessage({ kind: 'targets', targets: await available() });
    if (data.kind === 'train') await train(data);
    if (data.kind === 'stop') stop.abort();
    if (data.kind === 'drawing') {
      drawing = data.pixels;
      if (!training) await classify();
    }
  } catch (error) {
    training = false;
    postMessage({ kind: 'error', text: error.message });
  }
};

async function train({ target, epochs, steps }) {
  training = true;
  stop = new AbortController();
  const { createTrainer } = await import(`./${target}.mjs`);
  trainer = createTrainer({ epochs, steps, read, write: async () => {} });
  for await (const event of trainer.train({ signal: stop.signal, stepEvents: 5 })) {
    postMessage({ kind: 'event', event });
    await classify();
  }
  training = false;
  await classify();
}

async function classify() {
  const pixels = drawing;
  drawing = null;
  if (!pixels || !trainer) return;
  const { values } = await trainer.predict({ x: pixels });
  postMessage({ kind: 'scores', scores: [...values] });
}
