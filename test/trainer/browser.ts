import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where Chromium is looked for; `BPNET_CHROMIUM` names another place. */
const executable = process.env['BPNET_CHROMIUM'] ?? '/usr/bin/chromium';
const required = (process.env['BPNET_REQUIRE'] ?? '').split(/[ ,]+/).includes('chromium');

/** Why tests in a browser are left out here; null when they can run, or must. */
export const noBrowser: string | null =
  required || existsSync(executable) ? null : `no Chromium at ${executable}`;

const blank = '<!doctype html><link rel="icon" href="data:,"><title>trainer</title>';
/** All else is JavaScript. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.gz': 'application/gzip',
};

export interface Site {
  readonly page: Page;
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/**
 * A page of a site that consists of the given files, in a real browser. Its errors are collected. `isolated`: from other
 * origins, so that its workers may share memory.
 */
export async function openSite(
  files: Readonly<Record<string, string | Uint8Array>>,
  errors: string[],
  { isolated = false } = {},
): Promise<Site> {
  const isolation = {
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  };
  const server = createServer((request, response) => {
    const name = new URL(request.url!, 'http://site').pathname.slice(1) || 'index.html';
    const content = files[name] ?? (name === 'index.html' ? blank : undefined);
    if (content === undefined) return void response.writeHead(404).end();
    const type = contentTypes[extname(name)] ?? 'text/javascript; charset=utf-8';
    response.writeHead(200, { 'content-type': type, ...(isolated && isolation) }).end(content);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = await launch();
  const page = await browser.newPage();
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (line) => line.type() === 'error' && errors.push(line.text()));
  await page.goto(origin);
  return { page, origin, close: () => closeAll(browser, server) };
}

function launch(): Promise<Browser> {
  const args = [
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    '--ignore-gpu-blocklist',
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
  ];
  return chromium.launch({ executablePath: executable, headless: true, args });
}

async function closeAll(browser: Browser, server: Server): Promise<void> {
  await browser.close();
  await new Promise<void>((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
