import {
  type Code,
  get,
  i32,
  load,
  type Local,
  op,
  repeat,
  repeatWhile,
  set,
  shuffle,
  store,
  when,
} from '../code/code.ts';
import type { ModuleWriter } from '../code/module.ts';

/** (row, row, row, row, to, terms): four rows of f32 become four neighbouring columns of rows `width` long. */
export function turn(m: ModuleWriter, width: number): number {
  return m.shared(`turn ${width}`, () =>
    m.define(['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], [], (f) => {
      const [r0, r1, r2, r3, to, left] = f.params as readonly Local[] & { length: 6 };
      const rows = [r0!, r1!, r2!, r3!];
      const four = Array.from({ length: 4 }, () => f.local('v128'));
      const pairs = Array.from({ length: 4 }, () => f.local('v128'));
      const step = (local: Local, by: number): Code => set(local, op('i32.add', get(local), i32(by)));
      const [x0, x1, x2, x3] = four.map(get) as [Code, Code, Code, Code];
      const [low01, low23, high01, high23] = pairs.map(get) as [Code, Code, Code, Code];
      const columns = [
        shuffle(low01, low23, [0, 1, 4, 5]),
        shuffle(low01, low23, [2, 3, 6, 7]),
        shuffle(high01, high23, [0, 1, 4, 5]),
        shuffle(high01, high23, [2, 3, 6, 7]),
      ];
      f.code.push(
        repeatWhile(op('i32.ge_s', get(left!), i32(4)), [
          four.map((x, i) => set(x, load('v128', get(rows[i]!)))),
          set(pairs[0]!, shuffle(x0, x1, [0, 4, 1, 5])),
          set(pairs[1]!, shuffle(x2, x3, [0, 4, 1, 5])),
          set(pairs[2]!, shuffle(x0, x1, [2, 6, 3, 7])),
          set(pairs[3]!, shuffle(x2, x3, [2, 6, 3, 7])),
          columns.map((column, i) => store('v128', get(to!), column, i * width * 4)),
          rows.map((row) => step(row, 16)),
          step(to!, 4 * width * 4),
          step(left!, -4),
        ]),
        when(
          get(left!),
          repeat(
            [
              rows.map((row, i) => store('f32', get(to!), load('f32', get(row)), i * 4)),
              rows.map((row) => step(row, 4)),
              step(to!, width * 4),
              step(left!, -1),
            ],
            get(left!),
          ),
        ),
      );
    }),
  );
}
