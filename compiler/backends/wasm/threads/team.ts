import { atomicAdd, atomicLoad, atomicNotify, atomicStore, atomicWait } from '../code/atomic.ts';
import { call, type Code, get, getGlobal, type Global, giveBack, i32, load, op, repeat, repeatWhile, set, setGlobal, store, when } from '../code/code.ts'; // prettier-ignore
import type { ModuleWriter } from '../code/module.ts';

/**
 * Threads that run one entry together: each calls the same function in an instance of its own, over one memory, and
 * computes its part. Thread 0 is the caller; the others sit in `work` and wait. Which join is settled call by call: those
 * that have arrived by then, so nobody waits for a thread to start, and any number of them computes the same bits.
 */
export interface Team {
  readonly module: ModuleWriter;
  /** Which one this is, from 0; how many take part; how far its working memory lies behind that of thread 0. */
  readonly thread: Global;
  readonly size: Global;
  readonly shift: Global;
  /** Where in memory they talk to each other. */
  readonly at: number;
}

/**
 * Words they share, in bytes from `at`; those that are written often lie on cache lines of their own. `call`: a count of
 * calls times 64 plus how many take part. `joined`: workers that wait for calls. `entry`: the one called; its sizes
 * follow from `sizes` on.
 */
export const words = { call: 0, arrived: 64, phase: 128, joined: 192, asleep: 196, idle: 200, failed: 204, entry: 256, sizes: 260 } as const; // prettier-ignore
export const teamBytes = 512;
export const mostThreads = 32;
/** Instead of an entry: workers return. */
export const dismissed = -1;

const teamBits = 6;
/** In `call`: all take part; and what a call adds. */
export const everyone = (1 << teamBits) - 1;
export const oneCall = 1 << teamBits;
/** Looks at a word before a thread goes to sleep: some tens of microseconds. */
const looksAtBarrier = 20_000;
const looksForCall = 30_000;
/** How often a sleeper looks whether another thread has failed. */
const napNanoseconds = 1_000_000_000n;

export function newTeam(module: ModuleWriter, at: number): Team {
  const [thread, size, shift] = [module.global(0), module.global(1), module.global(0)];
  return { module, thread, size, shift, at };
}

/** Nobody goes on before all have come. Of no effect for one alone. */
export function barrier(team: Team): Code {
  return call(barrierFunction(team), i32(1));
}

/** The end of an entry: workers only report, the caller waits for them. */
export function finish(team: Team): Code {
  return call(barrierFunction(team), op('i32.eqz', getGlobal(team.thread)));
}

/** (whether to wait) */
function barrierFunction({ module, at, size }: Team): number {
  return module.shared('barrier', () =>
    module.define(['i32'], [], (f) => {
      const waits = f.params[0]!;
      const [phase, looks] = [f.local('i32'), f.local('i32')];
      const word = at + words.phase;
      const isLast = op('i32.eq', op('i32.add', atomicAdd(at + words.arrived, i32(1)), i32(1)), getGlobal(size)); // prettier-ignore
      f.code.push(
        when(op('i32.eq', getGlobal(size), i32(1)), giveBack),
        set(phase, atomicLoad(word)),
        when(isLast, [
          atomicStore(at + words.arrived, i32(0)),
          [atomicAdd(word, i32(1)), drop],
          when(atomicLoad(at + words.asleep), [atomicNotify(word), drop]),
          giveBack,
        ]),
        when(op('i32.eqz', get(waits)), giveBack),
        set(looks, i32(looksAtBarrier)),
        repeat(
          [
            when(op('i32.ne', atomicLoad(word), get(phase)), giveBack),
            set(looks, op('i32.sub', get(looks), i32(1))),
          ],
          get(looks),
        ),
        [atomicAdd(at + words.asleep, i32(1)), drop],
        repeatWhile(op('i32.eq', atomicLoad(word), get(phase)), [
          when(atomicLoad(at + words.failed), unreachable),
          [atomicWait(word, get(phase), napNanoseconds), drop],
        ]),
        [atomicAdd(at + words.asleep, i32(-1)), drop],
      );
    }),
  );
}

/**
 * Calls those who wait to a run of an entry, if there are any and it is `worthwhile`. From here on they run beside the
 * caller.
 */
export function assemble(team: Team, entry: number, sizes: readonly Code[], worthwhile: Code): Code {
  const { at, size } = team;
  const word = at + words.call;
  const next = op('i32.shl', op('i32.add', op('i32.shr_u', atomicLoad(word), i32(teamBits)), i32(1)), i32(teamBits)); // prettier-ignore
  return [
    setGlobal(size, i32(1)),
    when(worthwhile, setGlobal(size, op('i32.add', atomicLoad(at + words.joined), i32(1)))),
    when(op('i32.gt_u', getGlobal(size), i32(1)), [
      sizes.map((value, i) => store('i32', i32(0), value, at + words.sizes + i * 4)),
      store('i32', i32(0), i32(entry), at + words.entry),
      atomicStore(word, op('i32.or', next, getGlobal(size))),
      when(atomicLoad(at + words.idle), [atomicNotify(word), drop]),
    ]),
  ];
}

/** An entry all run: its function takes so many sizes. */
export interface SharedEntry {
  readonly index: number;
  readonly sizes: number;
}

/** What a worker calls once: it runs its part of every call until it is dismissed. */
export function defineWork(team: Team, entries: readonly SharedEntry[], scratchBytes: number): number {
  const { module, at, thread, size, shift } = team;
  const word = at + words.call;
    return module.define([], [], (f) => {
    const [seen, now, looks, entry] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    const takesPart = op('i32.lt_u', getGlobal(thread), op('i32.and', get(now), i32(everyone)));
    const changed = (then: Code): Code => [
      set(now, atomicLoad(word)),
      when(op('i32.ne', get(now), get(seen)), then),
    ];
    const sleep: Code = [
      [atomicAdd(at + words.idle, i32(1)), drop],
      repeatWhile(op('i32.eq', atomicLoad(word), get(seen)), [atomicWait(word, get(seen), -1n), drop]),
      [atomicAdd(at + words.idle, i32(-1)), drop],
      set(now, atomicLoad(word)),
    ];
    const look: Code = [
      set(looks, i32(looksForCall)),
      repeat(
        [changed(set(looks, i32(1))), set(looks, op('i32.sub', get(looks), i32(1)))],
        get(looks),
      ),
      when(op('i32.eq', get(now), get(seen)), sleep),
    ];
    const run = entries.map(({ index, sizes }, i) =>
      when(
        op('i32.eq', get(entry), i32(i)),
        call(index, ...Array.from({ length: sizes }, (_, d) => load('i32', i32(0), at + words.sizes + d * 4))),
      ),
    );
    f.code.push(
      // Before joining: a call that counts on this thread must look new to it.
      set(seen, atomicLoad(word)),
      setGlobal(thread, op('i32.add', atomicAdd(at + words.joined, i32(1)), i32(1))),
      setGlobal(shift, op('i32.mul', getGlobal(thread), i32(scratchBytes))),
      repeat(
        [
          look,
          set(seen, get(now)),
          when(takesPart, [
            // Read once: when this thread has done its part, the next call may be written already.
            set(entry, load('i32', i32(0), at + words.entry)),
            when(op('i32.eq', get(entry), i32(dismissed)), giveBack),
            setGlobal(size, op('i32.and', get(now), i32(everyone))),
            run,
          ]),
        ],
        i32(1),
      ),
    );
  });
} // prettier-ignore

const drop: Code = [0x1a];
const unreachable: Code = [0x00];
