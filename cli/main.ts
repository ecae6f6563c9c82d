#!/usr/bin/env node
// The only file that acts when imported: it is the `bpnet` command itself.
import { main } from './cli.ts';
import { processIo } from './io.ts';
import { optimizeLate } from './tiering.ts';

optimizeLate();
// Setting the code and returning lets stdout drain into slow pipes, which `process.exit` would cut short.
process.exitCode = await main(process.argv.slice(2), processIo());
