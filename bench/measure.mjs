// The timing loop every contestant runs in a process of its own.

/** FLOPs of the matrix products of one step: forward, weight gradients, input gradients (none into the data). */
export const workloads = {
  xor: { title: 'XOR 2-4-1, batch 4, gradient descent', sizes: [2, 4, 1], batch: 4 },
  mlp: { title: 'MLP 784-256-128-10, batch 64, Adam', sizes: [784, 256, 128, 10], batch: 64 },
};

export function flopsPerStep({ sizes, batch }) {
  let products = 0;
  for (let l = 0; l + 1 < sizes.length; l++) products += sizes[l] * sizes[l + 1] * (l === 0 ? 2 : 3);
  return 2 * batch * products;
}

/**
 * Warms up for a second, then times chunks of about 100 ms. `settle` waits for outstanding work and returns the loss:
 * it is read after every chunk, so that nothing is left to do outside the timed region.
 *
 * @param {{ step: () => void, settle: () => number | Promise<number>, seconds: number }} contestant
 */
export async function stepsPerSecond({ step, settle, seconds }) {
  let chunk = 1;
  const until = async (limit) => {
    let steps = 0;
    let loss = NaN;
    const start = performance.now();
    let elapsed = 0;
    while (elapsed < limit) {
      for (let i = 0; i < chunk; i++) step();
      loss = await settle();
      steps += chunk;
      elapsed = performance.now() - start;
      if (limit === 1000) chunk = Math.max(1, Math.floor((100 * steps) / elapsed));
    }
    return { steps_per_s: (steps * 1000) / elapsed, loss };
  };
  await until(1000);
  return until(seconds * 1000 + 1);
}

/** `node contestant.mjs <workload> <seconds>` */
export function request() {
  const [name, seconds] = process.argv.slice(2);
  const workload = workloads[name];
  if (!workload) throw new Error(`workload: one of ${Object.keys(workloads).join(', ')}`);
  return { name, workload, seconds: Number(seconds ?? 3) };
}
