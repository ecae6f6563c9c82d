import { resolve } from 'node:path';
import type { Expression, Model } from '../dsl/model.ts';
import { parse } from '../dsl/parse.ts';
import { nearest } from '../dsl/suggest.ts';

export type Redirect =
  | { readonly ok: true; readonly paths: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly message: string; readonly help: string };

/**
 * `--data iris.train=mine.csv` as paths: what the program wrote → what is meant, absolute. A source of two
 * files (idx images and labels) takes two, separated by a comma.
 */
export function redirectOf(text: string, data: Readonly<Record<string, string>>): Redirect {
  if (Object.keys(data).length === 0) return { ok: true, paths: {} };
  const written = writtenPaths(parse(text, '').model);
  const paths: Record<string, string> = {};
  const shared = sharedPath(written, data);
  if (shared) {
    const [path, names] = shared;
    const message = `${names.join(' and ')} all read ${path}: --data would change all of them`;
    return { ok: false, message, help: `name them all: ${names.map((name) => `--data ${name}=…`).join(' ')}, with one file` }; // prettier-ignore
  }
  for (const [name, given] of Object.entries(data)) {
    const old = written[name];
    if (old === undefined) {
      const known = Object.keys(written);
      const close = nearest(name, known);
      return {
        ok: false,
        message: `there is no data source called "${name}"`,
        help: close === null ? `sources: ${known.join(', ') || 'none'}` : `did you mean ${close}?`,
      };
    }
    const files = given.split(',').map((file) => file.trim());
    if (files.length !== old.length) {
      return {
        ok: false,
        message: `"${name}" reads ${old.length} files (${old.join(', ')}), but --data names ${files.length}`,
        help: 'separate several files by commas',
      };
    }
    old.forEach((path, i) => (paths[path] = files[i]!));
  }
  return { ok: true, paths };
}

/** A path that several sources read, of which some would now read something else. */
function sharedPath(
  written: Readonly<Record<string, readonly string[]>>,
  data: Readonly<Record<string, string>>,
): [string, readonly string[]] | null {
  for (const path of new Set(Object.keys(data).flatMap((name) => written[name] ?? []))) {
    const names = Object.keys(written).filter((name) => written[name]!.includes(path));
    const given = new Set(names.map((name) => data[name]?.split(',')[written[name]!.indexOf(path)]?.trim()));
    if (given.size > 1) return [path, names];
  }
  return null;
}

/** `{ 'iris.train': ['iris.csv'] }`: the text literals a source is called with. */
function writtenPaths(model: Model): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, readonly string[]> = {};
  for (const declaration of model.declarations) {
    if (declaration.kind !== 'data') continue;
    for (const field of declaration.fields) {
      if (field.name.name !== 'train' && field.name.name !== 'test') continue;
      const paths = field.value === null ? [] : pathsIn(field.value, model);
      if (paths.length > 0) found[`${declaration.name.name}.${field.name.name}`] = paths;
    }
  }
  return found;
}

function pathsIn(expression: Expression, model: Model): readonly string[] {
  if (expression.kind !== 'call') return [];
  return expression.args
    .filter((argument) => argument.name === null)
    .flatMap(({ value }) => {
      if (value.kind === 'string') return [value.value];
      // `const file = "data/text.txt"`
      if (value.kind === 'name') return constantText(model, value.name);
      return [];
    });
}

function constantText(model: Model, name: string): readonly string[] {
  for (const declaration of model.declarations) {
    if (declaration.kind !== 'const') continue;
    for (const bind of declaration.binds) {
      if (bind.name.name === name && bind.value?.kind === 'string') return [bind.value.value];
    }
  }
  return [];
}

export function absolutePaths(
  data: Readonly<Record<string, string>>,
  folder: string,
): Record<string, string> {
  const whole = (files: string) =>
    files
      .split(',')
      .map((file) => resolve(folder, file.trim()))
      .join(',');
  return Object.fromEntries(Object.entries(data).map(([name, files]) => [name, whole(files)]));
}
