import { type Code, flatten, get, type Global, i32, type Local, set, typeByte, unsigned, type ValType } from './code.ts'; // prettier-ignore

/** A function while it is written. */
export interface FunctionWriter {
  readonly params: readonly Local[];
  /** Types of the locals after the parameters. */
  readonly locals: ValType[];
  readonly local: (type: ValType) => Local;
  readonly code: Code[];
}

/** A module while it is written: functions are numbered in the order they are declared. */
export interface ModuleWriter {
  /** Declares a function and lets it be written; functions may call those declared before, and themselves. */
  readonly define: (
    params: readonly ValType[],
    results: readonly ValType[],
    write: (f: FunctionWriter) => void,
  ) => number;
  /** Defined on first use. */
  readonly shared: (key: string, define: () => number) => number;
  readonly exportFunction: (name: string, index: number) => void;
  /** Where these 64 bits lie in memory; null when there is no room left. */
  readonly constant: (bits: bigint) => number | null;
  readonly global: (initial: number) => Global;
  /**
   * Bytes of a module that has, and exports, a memory of at least this size; or, where it is shared, imports one as
   * `host.memory`.
   */
  readonly finish: (memoryBytes: number, isShared?: boolean) => Uint8Array<ArrayBuffer>;
}

/** Room for constants. */
export const constantBytes = 4096;

const pageBytes = 65536;
const mostPages = 65536;

/** `constantsAt`: where in memory constants may be kept. */
export function moduleWriter(constantsAt: number): ModuleWriter {
  const types = new Map<string, number>();
  const functions: { type: number; body: readonly number[] }[] = [];
  const known = new Map<string, number>();
  const bodies = new Map<string, number>();
  const exports: { name: string; index: number }[] = [];
  const constants = new Map<bigint, number>();
  const globals: number[] = [];

  function typeIndex(params: readonly ValType[], results: readonly ValType[]): number {
    const bytes = [0x60, vector(params.map((type) => [typeByte[type]])), vector(results.map((type) => [typeByte[type]]))]; // prettier-ignore
    const key = flatten(bytes).join();
    if (!types.has(key)) types.set(key, types.size);
    return types.get(key)!;
  }

  return {
    define(params, results, write) {
      const type = typeIndex(params, results);
      const f = functionWriter(params);
      write(f);
      const body = flatten([localsOf(f), f.code, 0x0b]);
      const key = `${type}:${body.join()}`;
      const same = bodies.get(key);
      if (same !== undefined) return same;
      functions.push({ type, body });
      bodies.set(key, functions.length - 1);
      return functions.length - 1;
    },
    shared(key, define) {
      const before = known.get(key);
      if (before !== undefined) return before;
      const index = define();
      known.set(key, index);
      return index;
    },
    exportFunction: (name, index) => void exports.push({ name, index }),
    constant(bits) {
      const own = BigInt.asUintN(64, bits);
      if (!constants.has(own) && constants.size * 8 < constantBytes) constants.set(own, constants.size);
      const at = constants.get(own);
      return at === undefined ? null : constantsAt + at * 8;
    },
    global(initial) {
      globals.push(initial);
      return { global: globals.length - 1 };
    },
    finish(memoryBytes, isShared = false) {
      const pages = pagesOf(memoryBytes);
      const exported = [
        ...(isShared ? [] : [[text('memory'), 2, 0]]),
        ...exports.map(({ name, index }) => [text(name), 0, unsigned(index)]),
      ];
      return new Uint8Array(
        flatten([
          [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
          section(1, vector([...types.keys()].map((key) => key.split(',').map(Number)))),
          isShared
            ? section(2, vector([[text('host'), text('memory'), 2, 3, unsigned(pages), unsigned(mostPages)]]))
            : [],
          section(3, vector(functions.map(({ type }) => unsigned(type)))),
          isShared ? [] : section(5, [1, 0, unsigned(pages)]),
          globals.length === 0 ? [] : section(6, vector(globals.map((n) => [typeByte.i32, 1, i32(n), 0x0b]))),
          section(7, vector(exported)),
          section(10, vector(functions.map(({ body }) => [unsigned(body.length), body]))),
          constants.size === 0 ? [] : section(11, vector([segment(constantsAt, [...constants.keys()])])),
        ]),
      );
    },
  };
}

/** Pages of a memory of at least this size. */
export function pagesOf(bytes: number): number {
  const pages = Math.max(1, Math.ceil(bytes / pageBytes));
  if (pages > mostPages) throw new RangeError('a module has at most 4 GiB of memory');
  return pages;
}

function functionWriter(params: readonly ValType[]): FunctionWriter {
  const locals: ValType[] = [];
  return {
    params: params.map((type, index) => ({ index, type })),
    locals,
    local(type) {
      locals.push(type);
      return { index: params.length + locals.length - 1, type };
    },
    code: [],
  };
}

/** Runs of locals of one type. */
function localsOf({ locals }: FunctionWriter): Code {
  const runs: { type: ValType; count: number }[] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  return vector(runs.map(({ type, count }) => [unsigned(count), typeByte[type]]));
}

/** The value in a local of its own. */
export function keep(f: FunctionWriter, type: ValType, value: Code): Code {
  const local = f.local(type);
  f.code.push(set(local, value));
  return get(local);
}

function section(id: number, content: Code): Code {
  const bytes = flatten(content);
  return [id, unsigned(bytes.length), bytes];
}
function vector(items: readonly Code[]): Code {
  return [unsigned(items.length), items];
}
function text(name: string): Code {
  return vector([...new TextEncoder().encode(name)]);
}
function segment(at: number, words: readonly bigint[]): Code {
  return [0, i32(at), 0x0b, vector([...new Uint8Array(new BigUint64Array(words).buffer)])];
}
