// npm run test:mutants: all mutants in one vitest process; exit code 1 when one survives.
import { startVitest } from 'vitest/node';

const vitest = await startVitest('test', [], {
  config: false,
  include: ['test/mutants/mutants.ts'],
  watch: false,
  pool: 'threads',
  silent: false,
  disableConsoleIntercept: true,
});
const failed = vitest.state.getCountOfFailedTests() > 0 || vitest.state.getFiles().length === 0;
await vitest.close();
process.exit(failed || process.exitCode ? 1 : 0);
