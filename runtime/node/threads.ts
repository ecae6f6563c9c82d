import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Threads } from '../../compiler/backends/backend.ts';

/** More than these gain little, and the machine is for others too. */
const most = 8;

/** Threads of this process. Default: one a core. They do not keep it running. */
export function nodeThreads(count = Math.min(most, availableParallelism())): Threads {
  return {
    count,
    start(source, message) {
      const code = `const message = require('node:worker_threads').workerData;${source}`;
      const worker = new Worker(code, { eval: true, workerData: message, execArgv: [] });
      worker.unref();
      // Without it the others do its part.
      worker.on('error', () => {});
    },
  };
}
