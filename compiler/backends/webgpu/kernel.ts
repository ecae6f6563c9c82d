import { timesDim } from '../../ir/dim.ts';
import type { BufferId, Kernel } from '../../ir/kernel.ts';
import type { Buffer, Program } from '../../ir/program.ts';
import { contractionWidth, planContraction, writeContraction } from './contraction.ts';
import type { Groups } from './gpu-program.ts';
import { isScatter, planScatter, writeScatter } from './scatter.ts';
import { unravel, writeBody } from './statements.ts';
import { treeWidth, writeTree } from './tree.ts';
import { dimText, fresh, newWriter, shaderText, write } from './writer.ts';

export interface KernelShader {
  readonly wgsl: string;
  readonly groups: Groups;
}

/** One dispatch: a thread an output, a workgroup an output of a long fold, a tile of outputs of a contraction. */
export function kernelShader(
  program: Program,
  buffers: ReadonlyMap<BufferId, Buffer>,
  kernel: Kernel,
  params: ReadonlyMap<string, number>,
): KernelShader {
  const w = newWriter(program, buffers, kernel, params);
  const size = timesDim(...kernel.loops.map(({ extent }) => extent));
  if (isScatter(kernel)) {
    const groups = writeScatter(w, kernel, planScatter(kernel));
    return { wgsl: shaderText(w, 64), groups };
  }
  const blocks = planContraction(w, kernel);
  if (blocks) {
    const groups = writeContraction(w, kernel, blocks);
    return { wgsl: shaderText(w, contractionWidth(blocks)), groups };
  }
  const width = treeWidth(w, kernel);
  if (width !== null) {
    writeTree(w, kernel, width);
    return { wgsl: shaderText(w, width), groups: { pieces: [{ size, per: 1 }], each: 1 } };
  }
  const point = fresh(w, 'point');
  write(w, `let ${point} = group * 64 + i32(lane);`);
  write(w, `if (${point} >= ${dimText(w, size)}) { return; }`);
  unravel(w, kernel.loops, point);
  writeBody(w, kernel.body);
  return { wgsl: shaderText(w, 64), groups: { pieces: [{ size, per: 1 }], each: 64 } };
}
