import { execFileSync } from 'node:child_process';
import { lstatSync, openSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeWhole } from '../../cli/writable.ts';
import { nodeFiles } from '../../runtime/node/files.ts';
import { folderWith } from './run.ts';

/** Both ways files are written: the command line's own, and `save` rules. */
const writers: Readonly<Record<string, (folder: string, name: string, text: string) => Promise<unknown>>> = {
  writeWhole: async (folder, name, text) => writeWhole(join(folder, name), text),
  nodeFiles: (folder, name, text) => nodeFiles(folder).write(name, new TextEncoder().encode(text)),
};

describe.for(Object.entries(writers))('%s', ([, write]) => {
  test('writes what is behind a link, and the link stays', async () => {
    const folder = folderWith({ 'run1.safetensors': 'old' });
    symlinkSync('run1.safetensors', join(folder, 'latest.safetensors'));
    await write(folder, 'latest.safetensors', 'new');
    expect(lstatSync(join(folder, 'latest.safetensors')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'run1.safetensors'), 'utf8')).toBe('new');
  });

  // Devices are alike; a pipe is one that any user can make.
  test.skipIf(process.platform === 'win32')('writes to a pipe and leaves it one', async () => {
    const folder = folderWith({});
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    openSync(pipe, 'r+'); // a reader, so that writing does not wait
    await write(folder, 'pipe', 'text');
    expect(statSync(pipe).isFIFO()).toBe(true);
  });
});
