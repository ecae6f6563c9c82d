// The counts of docs/notes/0026-webgpu.md, made into times by the peaks of a device.
import { planContraction } from '../../dist/compiler/backends/webgpu/contraction.js';
import { sizeOf } from '../../dist/compiler/ir/dim.js';
import { eachKernel } from '../../dist/compiler/ir/program.js';
import { trafficOf } from '../../dist/cli/bench/traffic.js';
import { costOf } from '../../dist/cli/inspect/kernels.js';

/** Seconds of one dispatch of a kernel: its launch, and what takes longer, arithmetic or memory. */
export function predictKernel(kernel, program, peaks) {
  const { flops } = costOf(kernel, program.capacities);
  const bytes = Math.max(trafficOf(kernel, program), tileTraffic(kernel, program));
  return { flops, bytes, seconds: peaks.launch + Math.max(flops / peaks.flops, bytes / peaks.bytes) };
}

/** Every term of a tiled contraction brings 4 · (1/n + 1/m) bytes from memory, with n and m the sides of a tile. */
function tileTraffic(kernel, program) {
  const plan = planContraction({ program }, kernel);
  if (!plan?.tile) return 0;
  const [tall, wide] = sidesOf(plan);
  const terms = [...kernel.loops, ...plan.fold.loops].reduce(
    (product, { extent }) => product * sizeOf(extent, program.capacities),
    1,
  );
  return terms * 4 * (1 / tall + 1 / wide);
}
function sidesOf({ block: { rows, quads }, tile: { tx, ty } }) {
  return [rows * ty, 4 * quads * tx];
}

/** `64 × 64`, or how it is done without. */
export function tilingOf(kernel, program) {
  const plan = planContraction({ program }, kernel);
  if (!plan) return 'a fold a thread';
  return plan.tile ? sidesOf(plan).join(' × ') : 'direct';
}

/**
 * Seconds, launches and bytes of memory of a step: the sum over its dispatches, one submission a call, and its share of
 * reading back, which training does after so many steps.
 */
export function predictStep({ program, plan }, peaks, stepsInFlight) {
  let [seconds, launches, bytes, flops] = [peaks.round / stepsInFlight, 0, 0, 0];
  const add = (entry, times) => {
    seconds += peaks.submission * times;
    eachKernel(program.entries[entry].steps, (kernel, loops) => {
      const turns = loops.reduce((n, { extent }) => n * sizeOf(extent, program.capacities), times);
      const one = predictKernel(kernel, program, peaks);
      launches += turns;
      seconds += turns * one.seconds;
      bytes += turns * one.bytes;
      flops += turns * one.flops;
    });
  };
  for (const { entry, update, times, accumulate } of plan.blocks) {
    add(entry, times * accumulate);
    if (update) add(update, times);
  }
  return { seconds, launches, bytes, flops };
}
