import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

// Chromium brings Vulkan along; where the system has none of its own, the tests of WebGPU find it there.
const chromium = '/usr/lib/chromium';
if (existsSync(`${chromium}/libvulkan.so.1`)) {
  process.env['LD_LIBRARY_PATH'] = [process.env['LD_LIBRARY_PATH'], chromium].filter(Boolean).join(':');
}

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 30_000, pool: 'forks' },
});
