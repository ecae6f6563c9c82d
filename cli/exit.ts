/** Exit codes as data: what a script may rely on. `bpnet help exit-codes` prints this table. */
export const exit = {
  ok: 0,
  program: 1,
  usage: 2,
  data: 3,
  numeric: 4,
  target: 5,
  internal: 70,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitName = keyof typeof exit;
export type ExitCode = (typeof exit)[ExitName];

export const exitMeanings: Record<ExitName, string> = {
  ok: 'success',
  program: 'the program is wrong (diagnostics printed), or a check failed (gradcheck, fmt --check)',
  usage: 'usage error: unknown flag, missing file, bad --set, unwritable output',
  data: 'data error: a missing, truncated or mismatching data set',
  numeric: 'training failed numerically (NaN or infinite loss)',
  target: 'target not available in this version or on this machine',
  internal: 'internal error, a bug in bpnet: the path of a report file is printed',
  interrupted: 'interrupted by Ctrl-C; a checkpoint was written first',
  terminated: 'terminated (SIGTERM); a checkpoint was written first',
};

/** The shell's convention: 128 + signal number. */
export const signalExit = { SIGINT: exit.interrupted, SIGTERM: exit.terminated } as const;
export type Signal = keyof typeof signalExit;
