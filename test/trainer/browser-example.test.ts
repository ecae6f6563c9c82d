import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noBrowser, openSite, type Site } from './browser.ts';

if (noBrowser !== null) console.info(`the page of examples/browser is skipped: ${noBrowser}`);

/** A folder for pictures of the page, to be looked at. */
const pictures = process.env['BPNET_PICTURES'];

describe.skipIf(noBrowser !== null)('examples/browser, in Chromium', () => {
  let folder: string;
  let site: Site;
  let targets: readonly string[];
  const errors: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'page-'));
    await promisify(execFile)(process.execPath, ['examples/browser/build.mjs', folder]);
    const files: Record<string, Uint8Array> = {};
    for (const name of await readdir(folder, { recursive: true })) {
      if (name.includes('.')) files[name] = await readFile(join(folder, name));
    }
    targets = JSON.parse(await readFile(join(folder, 'targets.json'), 'utf8')) as string[];
    site = await openSite(files, errors);
  }, 240_000);
  afterAll(async () => {
    await site?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const dataset = (name: string) => site.page.evaluate((key) => document.body.dataset[key], name);
  async function trained(query: string): Promise<number> {
    await site.page.goto(`${site.origin}?${query}`);
    await site.page.click('#start:not([disabled])');
    await site.page.waitForFunction(() => document.body.dataset['reason'] ?? '', null, { timeout: 150_000 });
    expect(await dataset('reason')).toBe('finished');
    return Number(await dataset('loss'));
  }

  test('every target that was built is found, and ends where the others do', async () => {
    const losses: Record<string, number> = {};
    for (const target of targets) losses[target] = await trained(`target=${target}&steps=20`);
    expect((await dataset('ready'))!.split(' ')).toEqual(targets);
    for (const target of targets)
      expect(Math.abs(losses[target]! / losses['js']! - 1), target).toBeLessThan(1e-3);
    expect(losses['wasm']).toBe(losses['js']);
    expect(errors).toEqual([]);
  }, 300_000);

  test('learns, shows how, and knows what is drawn', async () => {
    expect(await trained('epochs=1')).toBeLessThan(0.8);
    const { x, y } = (await site.page.locator('#pad').boundingBox())!;
    await site.page.mouse.move(x + 80, y + 70);
    await site.page.mouse.down();
    await site.page.mouse.move(x + 190, y + 70, { steps: 10 });
    await site.page.mouse.move(x + 120, y + 220, { steps: 10 });
    await site.page.mouse.up();
    await site.page.waitForFunction(() => document.body.dataset['digit'] === '7');
    const inked = await site.page.evaluate(() => {
      const chart = document.getElementById('chart') as HTMLCanvasElement;
      const { data } = chart.getContext('2d')!.getImageData(0, 0, chart.width, chart.height);
      return data.filter((value, i) => i % 4 === 3 && value > 0).length;
    });
    expect(inked).toBeGreaterThan(1000);
    if (pictures !== undefined) await site.page.screenshot({ path: join(pictures, 'browser-example.png') });
    expect(errors).toEqual([]);
  }, 200_000);
});
