import { afterEach, expect, test, vi } from 'vitest';
import { processIo } from '../../cli/io.ts';

const streams = [process.stdout, process.stderr];
const before = streams.map((stream) => stream.listeners('error'));
afterEach(() => {
  vi.restoreAllMocks();
  streams.forEach((stream, i) => {
    for (const listener of stream.listeners('error')) {
      if (!before[i]!.includes(listener)) stream.off('error', listener as (error: Error) => void);
    }
  });
});
function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code, syscall: 'write' });
}

test('a closed terminal is a signal: what was trained is saved', () => {
  const seen: string[] = [];
  const release = processIo().onSignal((signal) => void seen.push(signal));
  process.emit('SIGHUP');
  release();
  expect(seen).toEqual(['SIGTERM']);
  expect(process.listenerCount('SIGHUP')).toBe(0);
});

test('one Ctrl-C that comes twice is one; asked again later, the run ends without saving', () => {
  const exited = vi.spyOn(process, 'exit').mockImplementation((() => {}) as never);
  const now = vi.spyOn(performance, 'now').mockReturnValue(5000);
  const release = processIo().onSignal(() => {});
  process.emit('SIGINT');
  now.mockReturnValue(5900);
  process.emit('SIGINT');
  expect(exited).not.toHaveBeenCalled();
  now.mockReturnValue(6100);
  process.emit('SIGINT');
  release();
  expect(exited).toHaveBeenCalledExactlyOnceWith(130);
});

test('a reader that goes away ends a run through its handler, and anything else at once', () => {
  const exited = vi.spyOn(process, 'exit').mockImplementation((() => {}) as never);
  const seen: string[] = [];
  const release = processIo().onSignal((signal) => void seen.push(signal));
  process.stdout.emit('error', failure('EPIPE'));
  expect(seen).toEqual(['SIGTERM']);
  expect(exited).not.toHaveBeenCalled();
  release();
  process.stdout.emit('error', failure('EPIPE'));
  expect(exited).toHaveBeenCalledExactlyOnceWith(0);
});

test('a full disk behind stdout is said', () => {
  const exited = vi.spyOn(process, 'exit').mockImplementation((() => {}) as never);
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  processIo();
  process.stdout.emit('error', failure('ENOSPC'));
  expect(written).toHaveBeenCalledWith('error: cannot write to stdout: no space left on the disk\n');
  expect(exited).toHaveBeenCalledExactlyOnceWith(2);
});
