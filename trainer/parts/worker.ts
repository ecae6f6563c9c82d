import type { Trainer, TrainerOptions } from './command.ts';

interface Call {
  readonly id: unknown;
  readonly call: 'open' | 'stop' | keyof Trainer;
  readonly args?: readonly unknown[];
}

/**
 * `new Worker('trainer.mjs', { type: 'module' })`: each message `{ id, call, args }` is answered by
 * `{ id, result }` or `{ id, error }`; `train` posts `{ id, event }` before. `open` takes the options,
 * `stop` ends a training.
 */
export function serve(
  open: (options: TrainerOptions) => Trainer,
): (message: { data: Call }) => Promise<void> {
  let trainer: Trainer | undefined;
  let stop = new AbortController();
  return async ({ data: { id, call, args = [] } }) => {
    try {
      if (call === 'open') trainer = open(args[0] as TrainerOptions);
      trainer ??= open({});
      let result: unknown;
      if (call === 'stop') stop.abort();
      else if (call === 'train') {
        stop = new AbortController();
        for await (const event of trainer.train({ ...(args[0] as object), signal: stop.signal })) {
          postMessage({ id, event });
        }
      } else if (call !== 'open') result = await (trainer[call] as (...args: unknown[]) => unknown)(...args);
      postMessage({ id, result });
    } catch (error) {
      postMessage({ id, error: (error as Error).message });
    }
  };
}
