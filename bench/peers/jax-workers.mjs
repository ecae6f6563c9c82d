// Node has no global `Worker`, so jax-js runs on one thread there. This is one, on worker_threads.
import { resolveObjectURL } from 'node:buffer';
import { Worker as NodeWorker } from 'node:worker_threads';

const prelude = `const { parentPort } = require('node:worker_threads');
globalThis.self = globalThis;
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on('message', (data) => self.onmessage({ data }));
`;

/** The library starts its workers from `blob:` addresses, as many as `navigator` has processors. */
class Worker {
  #waiting = [];
  #worker = null;

  constructor(url) {
    resolveObjectURL(url).text().then((text) => this.#start(text)); // prettier-ignore
  }
  #start(text) {
    this.#worker = new NodeWorker(prelude + text, { eval: true });
    this.#worker.unref();
    this.#worker.on('message', (data) => this.onmessage?.({ data }));
    this.#worker.on('error', (error) => {
      if (!this.onerror) throw error;
      this.onerror(error);
    });
    for (const message of this.#waiting) this.#worker.postMessage(message);
  }
  postMessage(message) {
    if (this.#worker) this.#worker.postMessage(message);
    else this.#waiting.push(message);
  }
}

export function installWorkers(threads) {
  globalThis.Worker = Worker;
  Object.defineProperty(globalThis, 'navigator', {
    value: { hardwareConcurrency: threads },
    configurable: true,
  });
}

/** Its einsum uses the iterator helpers of Node 22. */
export function installIteratorHelpers() {
  const prototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
  if (prototype.map) return;
  const helpers = {
    *map(f) {
      for (const x of this) yield f(x);
    },
    *filter(f) {
      for (const x of this) if (f(x)) yield x;
    },
    toArray() {
      return [...this];
    },
  };
  for (const [name, value] of Object.entries(helpers)) {
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
}
