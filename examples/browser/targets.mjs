// What this browser can run, the quickest first: WebAssembly with vectors, WebGPU, gpu.js on WebGL, plain JavaScript.
const detectors = {
  wasm: () => WebAssembly.validate(vectors),
  webgpu: async () => Boolean(await globalThis.navigator?.gpu?.requestAdapter()),
  gpujs: async () => {
    if (!new OffscreenCanvas(1, 1).getContext('webgl2')) return false;
    await import('./gpu.js'); // leaves its class in `globalThis.GPU`
    return true;
  },
  js: () => true,
};

/** A function that splats a vector. */
const vectors = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11); // prettier-ignore

export async function available() {
  const built = await (await fetch('targets.json')).json();
  const found = [];
  for (const target of built) {
    const there = await Promise.resolve()
      .then(detectors[target])
      .catch(() => false);
    if (there) found.push(target);
  }
  return found;
}
