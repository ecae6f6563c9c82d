import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

let texts: Readonly<Record<string, string>> | null = null;

/** The library's sources, `dsl/library/*.bpnet`, read once. */
export function libraryTexts(): Readonly<Record<string, string>> {
  if (texts) return texts;
  const folder = join(packageRoot(), 'dsl', 'library');
  const names = readdirSync(folder).filter((name) => name.endsWith('.bpnet'));
  texts = Object.fromEntries(
    names.toSorted().map((name) => [`library/${name}`, readFileSync(join(folder, name), 'utf8')]),
  );
  return texts;
}
