import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as bpnet from '../../index.ts';

const page = readFileSync(new URL('../../docs/typescript.md', import.meta.url), 'utf8');

test('the example of training step by step does what it says', async () => {
  const section = page.slice(page.indexOf('## Step by step'));
  const [, text] = /^```bpnet\n(.*?)^```$/ms.exec(section)!;
  const [, example] = /^```ts\n(.*?)^```$/ms.exec(section)!;
  const body = example!.replace(/^import \{ (.*) \} from 'bpnet';$/m, 'const { $1 } = bpnet;');
  const logged: unknown[][] = [];
  const run = new Function(
    'bpnet',
    'text',
    'console',
    `return (async () => {\n${body}\nreturn values;\n})();`,
  );
  const values = await run(bpnet, text, { log: (...what: unknown[]) => logged.push(what) });
  expect(logged.map(([step]) => step)).toEqual([100, 200, 300, 400]);
  expect(logged[3]![1]).toBeLessThan(1e-3);
  expect(values[0]).toBeCloseTo(0.75, 1);
});
