/** The names of all files in a folder and the folders in it, one a line, parts of a path joined by `/`. */
export async function listFolder(path: string): Promise<Uint8Array> {
  // Names no bundler recognises: in a page nobody comes here.
  const [files, paths] = [['node:fs', 'promises'].join('/'), ['node', 'path'].join(':')];
  const { readdir } = (await import(/* @vite-ignore */ files)) as typeof import('node:fs/promises');
  const { join, relative, sep } = (await import(/* @vite-ignore */ paths)) as typeof import('node:path');
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(path, join(entry.parentPath ?? entry.path, entry.name)).replaceAll(sep, '/'));
  return new TextEncoder().encode(names.join('\n'));
}
