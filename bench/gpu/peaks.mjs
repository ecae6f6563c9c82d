// What the device does at most, measured in the same run: arithmetic, memory, launches.

const storage = 128;
const [copySource, copyTarget, mapRead] = [4, 8, 1];

/** Eight chains of vectors a thread, so that latency is hidden; nothing is read. */
const turns = 512;
const chains = Array.from({ length: 8 }, (_, i) => i);
const arithmetic = (next) => `@group(0) @binding(0) var<storage, read_write> a: array<vec4<f32>>;
@compute @workgroup_size(256) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = vec4<f32>(f32(id.x & 255u)) * 1e-3;
  let y = x * 0.5 + 1e-3;
  ${chains.map((i) => `var s${i} = x + ${i}.0;`).join(' ')}
  for (var t = 0; t < ${turns}; t++) {
    ${chains.map((i) => `s${i} = ${next(`s${i}`)};`).join(' ')}
  }
  a[id.x & 1023u] = ${chains.map((i) => `s${i}`).join(' + ')};
}`;
/** Devices that have it do both as one instruction; elsewhere `fma` may be slow. */
const spellings = [(s) => `fma(${s}, x, y)`, (s) => `${s} * x + y`];
const flopsOfGroup = 256 * turns * chains.length * 4 * 2;

const triad = `@group(0) @binding(0) var<storage, read_write> a: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> b: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4<f32>>;
@compute @workgroup_size(256) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  a[id.x] = b[id.x] + 1.5 * c[id.x];
}`;

/** One thread that needs what the one before wrote. */
const nearlyNothing = `@group(0) @binding(0) var<storage, read_write> a: array<f32>;
@compute @workgroup_size(1) fn main() { a[0] += 1.0; }`;

/**
 * `flops` and `bytes` a second, seconds of a `launch` within a pass and of a `submission`, and of the `round` trip of
 * reading something back, which times below are without.
 */
export async function measurePeaks(gpu, quick) {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  const device = await adapter.requestDevice();
  const size = quick ? 2 ** 22 : 2 ** 26; // of each array of the triad: more than caches hold
  const buffers = [0, 1, 2].map(() =>
    device.createBuffer({ size, usage: storage | copySource | copyTarget }),
  );
  const back = device.createBuffer({ size: 16, usage: mapRead | copyTarget });
  const kernelOf = (code, count) => {
    const compute = { module: device.createShaderModule({ code }), entryPoint: 'main' };
    const pipeline = device.createComputePipeline({ layout: 'auto', compute });
    const entries = buffers.slice(0, count).map((buffer, binding) => ({ binding, resource: { buffer } }));
    return { pipeline, group: device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }) };
  };
  /** Seconds of `submissions` with so many dispatches each, and of reading back. */
  const once = async ({ pipeline, group }, groups, dispatches, submissions) => {
    const began = performance.now();
    for (let s = 0; s < submissions; s++) {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      for (let d = 0; d < dispatches; d++) pass.dispatchWorkgroups(groups);
      pass.end();
      if (s === submissions - 1) encoder.copyBufferToBuffer(buffers[0], 0, back, 0, 16);
      device.queue.submit([encoder.finish()]);
    }
    await back.mapAsync(1);
    back.unmap();
    return (performance.now() - began) / 1000;
  };
  const best = async (...args) => {
    const times = [];
    for (let i = 0; i < (quick ? 3 : 10); i++) times.push(await once(...args));
    return Math.min(...times);
  };

  const nothing = kernelOf(nearlyNothing, 1);
  await once(nothing, 1, 1, 1);
  const round = await best(nothing, 1, 1, 1);
  const many = quick ? 200 : 2000;
  const launch = Math.max(0, (await best(nothing, 1, many, 1)) - round) / many;
  const submission = Math.max(0, (await best(nothing, 1, 1, many / 10)) - round) / (many / 10);

  const enough = quick ? 0.03 : 0.1;
  /** As many dispatches as take a while. */
  const longEnough = async (kernel, groups) => {
    for (let n = 1; ; n *= 2) {
      const took = await once(kernel, groups, n, 1);
      if (took < enough + round && n < 2 ** 14) continue;
      return { n, seconds: Math.max((await best(kernel, groups, n, 1)) - round, 1e-9) };
    }
  };
  const groups = quick ? 64 : 4096; // more than any device runs at once
  let flops = 0;
  for (const next of spellings) {
    const { n, seconds } = await longEnough(kernelOf(arithmetic(next), 1), groups);
    flops = Math.max(flops, (n * groups * flopsOfGroup) / seconds);
  }
  const moves = await longEnough(kernelOf(triad, 3), size / 16 / 256);
  return {
    flops,
    bytes: (moves.n * 3 * size) / moves.seconds,
    launch,
    submission,
    round,
  };
}
