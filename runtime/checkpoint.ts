import { fail } from './fail.ts';
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts';
import type { Learned, Progress, Session } from './session.ts';

/** What a checkpoint says of its run, beside the tensors. */
export interface CheckpointRun extends Progress {
  readonly seed: number;
  readonly learned: Learned;
  readonly set: Readonly<Record<string, number | string | boolean>>;
}

/**
 * The run as a safetensors file: parameters under their own names, optimizer states under `state/…`, what
 * was fitted to the data under `fitted/…`; counters, seed and vocabularies as JSON in the metadata.
 */
export function checkpointBytes(s: Session): Uint8Array<ArrayBuffer> {
  const tensors: Record<string, StoredTensor> = {};
  for (const [name, { at, size, shape }] of Object.entries(s.tensors)) {
    tensors[name] = { shape, values: s.float.subarray(at, at + size) };
  }
  const { progress, seed, learned, set } = s;
  const run: CheckpointRun = { ...progress, seed, learned, set };
  return writeSafetensors(tensors, {
    format: 'bpnet',
    name: s.info.name,
    hash: s.info.hash,
    run: JSON.stringify(run),
  });
}

/** Needed before the data is loaded: the seed decides the splits, vocabularies come from training. */
export function checkpointRun(bytes: Uint8Array): CheckpointRun & { name: string; hash: string } {
  const { name, hash, run } = readSafetensors(bytes).metadata;
  if (!run) fail('bad-checkpoint', 'This file holds tensors, but no run of bpnet.');
  return { ...JSON.parse(run), name, hash };
}

/** Continues a saved run, to the bit. `anyProgram`: take a checkpoint of a changed program, as far as it fits. */
export function restoreCheckpoint(s: Session, bytes: Uint8Array, anyProgram = false): void {
  const { learned: _learned, set: _set, seed: _seed, name, hash, ...progress } = checkpointRun(bytes);
  if (hash !== s.info.hash && !anyProgram) {
    fail(
      'changed-program',
      `This checkpoint is of another program: ${name} ${hash}, not ${s.info.name} ${s.info.hash}.`,
    );
  }
  restoreTensors(s, readSafetensors(bytes).tensors, Object.keys(s.tensors));
  s.progress = progress;
  s.ready = true;
}

/** Overwrites the named tensors of the session; all are checked before the first is touched. */
export function restoreTensors(
  s: Session,
  stored: Readonly<Record<string, StoredTensor>>,
  names: readonly string[],
): void {
  for (const name of names) {
    const has = stored[name]?.shape.join(', ');
    const wants = s.tensors[name]!.shape.join(', ');
    if (has !== wants) {
      const found = has === undefined ? 'is not in the checkpoint' : `is [${has}] in the checkpoint`;
      fail('checkpoint-mismatch', `${name} is [${wants}] here, but ${found}.`);
    }
  }
  for (const name of names) s.float.set(stored[name]!.values, s.tensors[name]!.at);
}
