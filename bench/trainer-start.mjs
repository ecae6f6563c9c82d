// `node trainer-start.mjs <emitted trainer>`, in the folder its data paths start from: one step.
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { peakMegabytes } from './measure.mjs';

const { createTrainer } = await import(pathToFileURL(process.argv[2]).href);
for await (const { kind } of createTrainer({ read: readFile, steps: 1 }).train({ stepEvents: 1 })) {
  if (kind !== 'step') continue;
  console.log(JSON.stringify({ firstStepMs: performance.now(), megabytes: peakMegabytes() }));
  process.exit();
}
