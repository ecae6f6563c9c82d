import { afterAll, describe, expect, test } from 'vitest';
import { emitWebgpu } from '../../compiler/backends/webgpu/emit.ts';
import type { GpuStep } from '../../compiler/backends/webgpu/gpu-program.ts';
import { findOp, opNames } from '../../compiler/ops/calculus.ts';
import type { Program } from '../../compiler/ir/program.ts';
import { compiledExample, models } from './example-programs.ts';
import { nullGpu, release } from './gpu.ts';
import { sampleProgram } from './sample-program.ts';

/** Shaders are checked as a browser checks them: by Dawn, without a device that would run them. */
const gpu = await nullGpu();
const device = (await (await gpu.requestAdapter())!.requestDevice()) as unknown as GPUDevice;
afterAll(release);

describe('WGSL is valid', () => {
  test.each(opNames())('of %s', async (name) => {
    for (const sample of findOp(name)!.samples) await expectValid(sampleProgram(name, sample, 'f32'));
  });
  test.each(models)('of %s', async (model) => {
    await expectValid((await compiledExample(model, 'f32')).program);
  }, 120_000); // prettier-ignore
});

test('a shader with a mistake is told', async () => {
  const told = await errorsOf('@compute @workgroup_size(64) fn main() { let x: i32 = 1.5; }');
  expect(told).toMatch(/cannot convert|type/);
});

/** Every shader compiles, and stays within what any device has. */
async function expectValid(program: Program): Promise<void> {
  const { shaders, entries } = emitWebgpu(program);
  for (const code of shaders) {
    expect(await errorsOf(code), code).toBe('');
    expect(workgroupBytes(code)).toBeLessThanOrEqual(16384);
  }
  const used = new Set(Object.values(entries).flatMap(({ steps }) => shadersOf(steps)));
  expect(used.size).toBe(shaders.length);
}

async function errorsOf(code: string): Promise<string> {
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ code });
  device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
  const { messages } = await module.getCompilationInfo();
  const refused = await device.popErrorScope();
  return [...messages.map(({ message }) => message), ...(refused ? [refused.message] : [])].join('; ');
}

function workgroupBytes(code: string): number {
  const arrays = [...code.matchAll(/var<workgroup> \w+: array<(vec4<f32>|f32|i32), (\d+)>/g)];
  return arrays.reduce((sum, [, type, count]) => sum + Number(count) * (type === 'vec4<f32>' ? 16 : 4), 0);
}

function shadersOf(steps: readonly GpuStep[]): number[] {
  return steps.flatMap((step) => (step.kind === 'loop' ? shadersOf(step.steps) : [step.shader]));
}
