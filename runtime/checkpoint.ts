import { fail } from './fail.ts';
import { readSafetensors, type Safetensors, type StoredTensor, writeSafetensors } from './safetensors.ts';
import type { Learned, Progress, Session } from './session.ts';

/** What a checkpoint says of its run, beside the tensors. */
export interface CheckpointRun extends Progress {
  readonly name: string;
  readonly hash: string;
  readonly seed: number;
  readonly learned: Learned;
  readonly set: Readonly<Record<string, number | string | boolean>>;
}

/**
 * The run as a safetensors file: parameters and running statistics under their own names, optimizer states under `state/…`, what
 * was fitted to the data under `fitted/…`; counters, seed and vocabularies as JSON in the metadata. After `fetchTensors`.
 */
export function checkpointBytes(s: Session): Uint8Array<ArrayBuffer> {
  const tensors: Record<string, StoredTensor> = {};
  for (const [name, { at, size, shape }] of Object.entries(s.tensors)) {
    tensors[name] = { shape, values: s.float.subarray(at, at + size) };
  }
  const { seed, learned, set } = s;
  const { name, hash } = s.info;
  const run: CheckpointRun = { ...s.progress, name, hash, seed, learned, set };
  return writeSafetensors(tensors, { format: 'bpnet', run: JSON.stringify(run) });
}

/** Needed before the data is loaded: the seed decides the splits, vocabularies come from training. */
export function checkpointRun(bytes: Uint8Array): CheckpointRun {
  return runOf(readSafetensors(bytes));
}
function runOf({ metadata }: Safetensors): CheckpointRun {
  try {
    return JSON.parse(metadata['run']!);
  } catch {
    return fail('bad-checkpoint', 'no run of bpnet');
  }
}

/** Continues a saved run, to the bit. `anyProgram`: take a checkpoint of a changed program, as far as it fits. */
export function restoreCheckpoint(s: Session, bytes: Uint8Array, anyProgram = false): void {
  const file = readSafetensors(bytes);
  const run = runOf(file);
  if (run.hash !== s.info.hash && !anyProgram) {
    fail('changed-program', `the checkpoint is of another program: ${run.name} ${run.hash}`);
  }
  restoreTensors(s, file.tensors, Object.keys(s.tensors));
  s.progress = run;
  s.best = bytes;
  s.ready = true;
}

/** Overwrites the named tensors of the session; all are checked before the first is touched. */
export function restoreTensors(
  s: Session,
  stored: Readonly<Record<string, StoredTensor>>,
  names: readonly string[],
): void {
  for (const name of names) {
    const has = stored[name]?.shape.join();
    const wants = s.tensors[name]!.shape.join();
    if (has !== wants) fail('checkpoint-mismatch', `${name} is [${wants}], in the checkpoint ${has}`);
  }
  for (const name of names) {
    const { at, size } = s.tensors[name]!;
    s.float.set(stored[name]!.values, at);
    if (s.remote) s.remote.push(at, size);
  }
}
