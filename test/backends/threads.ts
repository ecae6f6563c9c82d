import { Worker } from 'node:worker_threads';
import type { Backend } from '../../compiler/backends/backend.ts';
import { wasm } from '../../compiler/backends/wasm/backend.ts';

/** Workers that are used again: a program's last run sends them back here. */
const idle: Worker[] = [];
const script = `
require('node:worker_threads').parentPort.on('message', ([source, message]) => {
  new Function('message', source)(message);
});`;

/** WebAssembly on exactly so many threads, which share all that can be shared, however small. */
export function wasmOn(count: number): Backend {
  return {
    name: `wasm on ${count} threads`,
    launch(program) {
      const used: Worker[] = [];
      const start = (source: string, message: object): void => {
        const worker = idle.pop() ?? new Worker(script, { eval: true });
        worker.unref();
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
        worker.postMessage([source, message]);
        used.push(worker);
      };
      const launched = wasm.launch(program, { count, eager: true, start });
      launched.gather?.();
      return {
        ...launched,
        close() {
          launched.close?.();
          idle.push(...used.splice(0));
        },
      };
    },
  };
}
