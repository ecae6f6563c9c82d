import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { nearest } from '../dsl/suggest.ts';
import {
  BadValue,
  environmentName,
  type Flag,
  type FlagName,
  flags,
  type LogLevel,
  type Values,
  valueKey,
} from './flags.ts';
import type { Io } from './io.ts';
import type { Verb } from './verbs.ts';

export type Layers =
  | { readonly ok: true; readonly values: Values }
  | { readonly ok: false; readonly message: string; readonly help?: string };

/** Precedence: flag > environment `BPNET_*` > configuration file > what the `.bpnet` file says. */
export function fromLayers(command: Command, verb: Verb, io: Io): Layers {
  const given = command.opts<Record<string, unknown>>();
  const cwd = resolve(io.cwd, (given['cwd'] as string | undefined) ?? '.');
  const config = readConfig(cwd, given['config'] as string | undefined);
  if (!config.ok) return config;
  const values: Record<string, unknown> = {};
  const layers: Record<string, readonly unknown[]> = {};
  try {
    for (const name of verb.flags) {
      const flag: Flag = flags[name];
      const key = valueKey(name);
      layers[key] = [
        given[key],
        flag.onlyFlag === true ? undefined : fromEnvironment(name, flag, io.env),
        flag.onlyFlag === true ? undefined : fromConfig(name, flag, config.values[name], config.path),
      ];
      const value = merge(flag, layers[key]);
      if (value !== undefined) values[key] = value;
    }
  } catch (error) {
    if (error instanceof BadValue) return { ok: false, message: error.message };
    throw error;
  }
  const logLevel = logLevelOf(layers);
  return { ok: true, values: numbersOf(logLevel === null ? values : { ...values, logLevel }) };
}

/** `--order` is a choice of texts for commander, a number for us. */
function numbersOf(values: Record<string, unknown>): Values {
  return (values['order'] === undefined ? values : { ...values, order: Number(values['order']) }) as Values;
}

/** The first layer that says anything of it decides: `--verbose` wins over a `quiet` of the configuration file. */
function logLevelOf(layers: Readonly<Record<string, readonly unknown[]>>): LogLevel | null {
  for (const layer of [0, 1, 2]) {
    const level = layers['logLevel']?.[layer];
    if (level !== undefined) return level as LogLevel;
    if (layers['quiet']?.[layer] === true) return 'error';
    if (layers['verbose']?.[layer] === true) return 'debug';
  }
  return null;
}

/** First layer that speaks; records are merged name by name. */
function merge(flag: Flag, layers: readonly unknown[]): unknown {
  const given = layers.filter((value) => value !== undefined);
  if (flag.merges !== true) return given[0];
  return given.length === 0 ? undefined : Object.assign({}, ...given.toReversed());
}

function fromEnvironment(name: string, flag: Flag, env: Io['env']): unknown {
  const variable = environmentName(name);
  const text = env[variable];
  if (text === undefined || text === '') return undefined;
  try {
    if (flag.merges === true) {
      return text
        .trim()
        .split(/\s+/)
        .reduce((before, word) => flag.read!(word, before as never), {} as unknown);
    }
    return readOne(flag, text);
  } catch (error) {
    if (error instanceof BadValue) throw new BadValue(`${variable}=${text}: ${error.message}`);
    throw error;
  }
}

function readOne(flag: Flag, text: string): unknown {
  if (flag.read === undefined) {
    if (['1', 'true', 'yes', 'on'].includes(text)) return true;
    if (['0', 'false', 'no', 'off'].includes(text)) return undefined;
    throw new BadValue('a switch is 1 or 0.');
  }
  if (flag.choices !== undefined && !flag.choices.includes(text)) {
    throw new BadValue(`expected one of ${flag.choices.join(', ')}.`);
  }
  return flag.read(text, undefined as never);
}

function fromConfig(name: string, flag: Flag, value: unknown, path: string): unknown {
  if (value === undefined) return undefined;
  try {
    if (flag.merges === true) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new BadValue(`expected an object, as in { "${name}": { "name": "value" } }.`);
      }
      return Object.entries(value).reduce(
        (before, [key, entry]) => flag.read!(`${key}=${String(entry)}`, before as never),
        {} as unknown,
      );
    }
    if (flag.read === undefined && typeof value === 'boolean') return value ? true : undefined;
    if (typeof value === 'object') throw new BadValue('expected a text or a number.');
    return readOne(flag, String(value));
  } catch (error) {
    if (error instanceof BadValue) throw new BadValue(`${path}: "${name}": ${error.message}`);
    throw error;
  }
}

type Config =
  | { readonly ok: true; readonly path: string; readonly values: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly message: string; readonly help?: string };

/** A flat JSON object whose keys are flag names. Missing is fine unless it was asked for. */
function readConfig(cwd: string, asked: string | undefined): Config {
  const name = asked ?? 'bpnet.config.json';
  const path = resolve(cwd, name);
  if (!existsSync(path)) {
    if (asked === undefined) return { ok: true, path: name, values: {} };
    return { ok: false, message: `the configuration file ${name} does not exist` };
  }
  let values: unknown;
  try {
    values = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return { ok: false, message: `${name} is not JSON: ${(error as Error).message}` };
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    return { ok: false, message: `${name} is not a JSON object of flags` };
  }
  const known = (Object.keys(flags) as FlagName[]).filter((flag) => !('onlyFlag' in flags[flag]));
  for (const key of Object.keys(values)) {
    if ((known as string[]).includes(key)) continue;
    const close = nearest(key, known);
    return {
      ok: false,
      message: `${name}: there is no setting called "${key}"`,
      help: close === null ? `settings are flag names: ${known.join(', ')}` : `did you mean "${close}"?`,
    };
  }
  return { ok: true, path: name, values: values as Record<string, unknown> };
}
