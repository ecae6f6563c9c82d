// Where the time of compiling goes, by stage: node bench/compile.mjs [--repeat N] file.bpnet …
// Milliseconds of processor time, those of the engine's own threads included; the first turn pays for what is only
// done once in a process, as `bpnet check` does.
import { compileFile } from '../dist/runtime/node/compile-file.js';

const [first, second, ...rest] = process.argv.slice(2);
const [turns, files] = first === '--repeat' ? [Number(second), rest] : [1, process.argv.slice(2)];

function spent() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

for (const file of files) {
  for (let turn = 0; turn < turns; turn++) {
    const stages = new Map();
    const began = spent();
    let last = began;
    const mark = (stage) => {
      const now = spent();
      stages.set(stage, (stages.get(stage) ?? 0) + now - last);
      last = now;
    };
    const observe = (entry, stage) => mark(stage === '1-graph' ? 'text, data, 1-build' : stage);
    const result = await compileFile(file, { observe });
    mark('4-lower');
    console.log(`${file}: ${(last - began).toFixed(0)} ms${result.ok ? '' : ', with mistakes'}`);
    for (const [stage, time] of stages)
      if (time >= 0.5) console.log(`${time.toFixed(0).padStart(8)}  ${stage}`);
  }
}
