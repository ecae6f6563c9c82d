import fc from 'fast-check';
import { test } from 'vitest';
import { expectAgreement } from './agree.ts';
import { contractions, elementwise, folds } from './generated.ts';

test.each([
  ['elementwise kernels with guards and gathers', elementwise, 150],
  ['folds, whichever axis they run along,', folds, 120],
  ['contractions, whatever the layout and the sizes,', contractions, 80],
] as const)(
  'generated %s agree',
  (_, cases, numRuns) => {
    fc.assert(
      fc.property(cases(), ({ program, sizes }) => {
        expectAgreement(program, sizes);
      }),
      { numRuns },
    );
  },
  60_000,
);
