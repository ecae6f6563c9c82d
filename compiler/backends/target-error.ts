/** The machine is not there, has not what the program needs, or was lost: no mistake of the program. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  constructor(
    message: string,
    /** What can be done about it. */
    readonly help?: string,
  ) {
    super(message);
  }
}
