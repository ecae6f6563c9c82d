import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { js } from '../compiler/backends/js/backend.ts';
import { printGraph } from '../compiler/ir/graph-print.ts';
import type { Graph } from '../compiler/ir/graph.ts';
import { memoryText, programText } from '../compiler/ir/kernel-print.ts';
import { compileSource } from '../runtime/compile-source.ts';
import { libraryTexts } from '../runtime/node/library.ts';

/**
 * Every stage of a few programs, as printed. A change to the compiler shows here first: read that diff before
 * `npx vitest run test/golden.test.ts -u`.
 */
const folder = join(import.meta.dirname, 'golden');
const cases = readdirSync(folder).toSorted();

describe.each(cases)('%s', (name) => {
  const file = (stage: string) => join(folder, name, stage);

  test('its stages print as they stand', async () => {
    const stages: Record<string, string> = {};
    const text = readFileSync(file('model.bpnet'), 'utf8');
    const compiled = await compileSource(text, 'model.bpnet', {
      read: () => Promise.reject(new Error('the golden programs read no file')),
      library: libraryTexts(),
      provided: { sequences: { x: new Float32Array(2 * 24), y: new Int32Array(2 * 4) } },
      check: true,
      observe(entry: string, stage: string, graph: Graph) {
        if (entry === 'step' && /^\d-/.test(stage)) stages[`${stage}.txt`] = printGraph(graph);
      },
    });
    if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'));
    stages['4-kernels.txt'] = `${programText(compiled.program)}\n${memoryText(compiled.program)}`;
    stages['js.js'] = js.emit(compiled.program);
    for (const [stage, printed] of Object.entries(stages)) {
      await expect(`${printed.trimEnd()}\n`).toMatchFileSnapshot(file(stage));
    }
  });
});
