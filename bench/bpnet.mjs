// bpnet's emitted JavaScript: the training loop's own step, the next batch put in place included.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { js } from '../dist/compiler/backends/js/backend.js';
import { compileFile } from '../dist/runtime/node/compile-file.js';
import { nodeFiles } from '../dist/runtime/node/files.js';
import { openSession } from '../dist/runtime/open.js';
import { trainStep } from '../dist/runtime/train.js';
import { request, stepsPerSecond } from './measure.mjs';

const { name, seconds } = request();
const file = fileURLToPath(new URL(`./workloads/${name}.bpnet`, import.meta.url));
const compiled = await compileFile(file);
if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
const session = await openSession({
  plan: compiled.plan,
  launched: js.launch(compiled.program),
  target: 'js',
  read: nodeFiles(dirname(file)).read,
});
await session.begin(session);
session.steps = 1e9;

/** The loop of `train` starts the next epoch; here it is done in place. */
const [data] = session.datasets;
const [cursor] = session.progress.cursors;
const step = () => {
  if (cursor.at === data.order.length) {
    cursor.at = 0;
    cursor.epoch++;
  }
  trainStep(session);
};
console.log(JSON.stringify(await stepsPerSecond({ step, settle: () => session.last[0], seconds })));
