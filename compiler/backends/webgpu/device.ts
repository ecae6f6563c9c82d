/** What is used of WebGPU, so that the package needs no types of it. */
export interface Gpu {
  requestAdapter(options?: { readonly powerPreference?: string }): Promise<GpuAdapter | null>;
}
export interface GpuAdapter {
  readonly limits: GpuLimits;
  readonly info?: { readonly vendor: string; readonly architecture: string; readonly description: string };
  requestDevice(descriptor?: object): Promise<GpuDevice>;
}
export interface GpuLimits {
  readonly maxStorageBufferBindingSize: number;
  readonly maxBufferSize: number;
  readonly maxComputeWorkgroupsPerDimension: number;
}
export interface GpuDevice {
  readonly limits: GpuLimits;
  readonly queue: GpuQueue;
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  createBuffer(descriptor: { readonly size: number; readonly usage: number }): GpuBuffer;
  createShaderModule(descriptor: { readonly code: string }): object;
  createBindGroupLayout(descriptor: object): object;
  createPipelineLayout(descriptor: object): object;
  createBindGroup(descriptor: object): object;
  createComputePipeline(descriptor: object): object;
  createCommandEncoder(): GpuEncoder;
  pushErrorScope(filter: 'validation' | 'out-of-memory' | 'internal'): void;
  popErrorScope(): Promise<{ readonly message: string } | null>;
  addEventListener(type: 'uncapturederror', listener: (event: { readonly error: { readonly message: string }; preventDefault?(): void }) => void): void;
  destroy(): void;
} // prettier-ignore
export interface GpuBuffer {
  readonly size: number;
  mapAsync(mode: number, offset?: number, size?: number): Promise<undefined>;
  getMappedRange(offset?: number, size?: number): ArrayBuffer;
  unmap(): void;
  destroy(): void;
}
export interface GpuQueue {
  writeBuffer(buffer: GpuBuffer, offset: number, data: ArrayBufferView | ArrayBuffer, dataOffset?: number, size?: number): void;
  submit(commands: readonly object[]): void;
} // prettier-ignore
export interface GpuEncoder {
  beginComputePass(): GpuPass;
  copyBufferToBuffer(
    from: GpuBuffer,
    fromOffset: number,
    to: GpuBuffer,
    toOffset: number,
    size: number,
  ): void;
  finish(): object;
}
export interface GpuPass {
  setPipeline(pipeline: object): void;
  setBindGroup(index: number, group: object, offsets?: readonly number[]): void;
  dispatchWorkgroups(x: number, y?: number): void;
  end(): void;
}

/** Flags of the standard: `GPUBufferUsage`, `GPUMapMode` and `GPUShaderStage` are not global where the device comes from a package. */
export const bufferUsage = { mapRead: 1, copySrc: 4, copyDst: 8, uniform: 64, storage: 128 } as const;
export const mapToRead = 1;
export const computeStage = 4;
