// The device that WebGPU finds, and how much it is asked to do.

/** `{ gpu, name, software }`; throws where there is no adapter. */
export async function findDevice() {
  const { create } = await import('webgpu');
  const gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter)
    throw new Error('WebGPU finds no adapter: it needs a driver for Vulkan, Metal or Direct3D 12');
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const name = [device, description].filter(Boolean).join(', ') || `${vendor} ${architecture}`;
  const known = /swiftshader|llvmpipe|lavapipe|basic render/i;
  return { gpu, name, software: isFallbackAdapter === true || known.test(`${architecture} ${name}`) };
}

/** The same WebGPU, every dispatch, submission and byte between host and device added to `counts`. */
export function counted(gpu, counts) {
  const passOf = (pass) =>
    over(pass, {
      dispatchWorkgroups: (x, y) => {
        counts.launches++;
        pass.dispatchWorkgroups(x, y);
      },
    });
  const encoderOf = (encoder) =>
    over(encoder, {
      beginComputePass: () => passOf(encoder.beginComputePass()),
      copyBufferToBuffer: (from, fromOffset, to, toOffset, size) => {
        counts.read += size;
        encoder.copyBufferToBuffer(from, fromOffset, to, toOffset, size);
      },
    });
  const queueOf = (queue) =>
    over(queue, {
      writeBuffer: (buffer, offset, data) => {
        counts.written += data.byteLength;
        queue.writeBuffer(buffer, offset, data);
      },
      submit: (commands) => {
        counts.submissions++;
        queue.submit(commands);
      },
    });
  const deviceOf = (device) =>
    over(device, {
      queue: queueOf(device.queue),
      createCommandEncoder: () => encoderOf(device.createCommandEncoder()),
    });
  const adapterOf = (adapter) =>
    over(adapter, { requestDevice: async (asked) => deviceOf(await adapter.requestDevice(asked)) });
  return over(gpu, { requestAdapter: async (asked) => adapterOf(await gpu.requestAdapter(asked)) });
}

/** Members of `instead` for those of the object. */
function over(object, instead) {
  const get = (_, key) => {
    if (key in instead) return instead[key];
    const value = object[key];
    return typeof value === 'function' ? value.bind(object) : value;
  };
  return new Proxy({}, { get });
}
