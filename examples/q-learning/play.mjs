// Deep Q-learning: the game is played here, the network that judges its moves learns from what was played.
//
//   node examples/q-learning/play.mjs [seed]
import { fileURLToPath } from 'node:url';
import { compile, open } from 'bpnet';
import { fell, push, start } from './cart-pole.mjs';

const seed = Number(process.argv[2] ?? 1);
const random = generator(seed);
const program = await compile({ file: fileURLToPath(new URL('model.bpnet', import.meta.url)) });
if (!program.ok) throw new Error(program.text);
const model = await open(program, { seed });

const longest = 200; // moves of an episode
const room = 20_000; // moves remembered
const memory = {
  s: new Float32Array(4 * room),
  a: new Uint8Array(room),
  "s'": new Float32Array(4 * room),
  over: new Uint8Array(room),
};
const rows = 64;
const batch = {
  s: new Float32Array(4 * rows),
  a: new Uint8Array(rows),
  r: new Float32Array(rows).fill(1), // every move that is made
  "s'": new Float32Array(4 * rows),
  over: new Uint8Array(rows),
};

const began = performance.now();
let moves = 0;
let score = 0;
for (let episodes = 10; score < 195 && episodes <= 2000; episodes += 10) {
  const learning = await rewards(10, true);
  score = await rewards(10, false); // a glance at what it does without curiosity
  if (score >= 195) score = await rewards(100, false);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${episodes} episodes, ${moves} moves, ${seconds} s: ${learning.toFixed(1)} while learning, ${score.toFixed(1)} by what is learned`,
  );
}
console.log(score < 195 ? 'not solved' : `solved: ${score} of ${longest}, mean of 100 episodes`);
if (score < 195) process.exitCode = 1;

/** Plays until the pole falls or the time is over; while learning, every move is remembered and followed by a step. */
async function episode(learns) {
  let s = start(random);
  for (let move = 1; move <= longest; move++) {
    const curious = Math.max(0.02, 1 - moves / 3000);
    const a =
      learns && random() < curious ? Math.floor(2 * random()) : (await model.predict({ s })).classes[0];
    const next = push(s, a);
    const over = fell(next);
    if (learns) {
      remember(s, a, next, over);
      if (moves >= 500) model.step(drawn());
    }
    if (over) return move;
    s = next;
  }
  return longest;
}

/** The mean number of moves until the end. */
async function rewards(episodes, learns) {
  let sum = 0;
  for (let i = 0; i < episodes; i++) sum += await episode(learns);
  return sum / episodes;
}

function remember(s, a, next, over) {
  const at = moves++ % room;
  memory.s.set(s, 4 * at);
  memory.a[at] = a;
  memory["s'"].set(next, 4 * at);
  memory.over[at] = over;
}

/** Moves remembered, at random. */
function drawn() {
  for (let row = 0; row < rows; row++) {
    const at = Math.floor(random() * Math.min(moves, room));
    for (const field of ['s', "s'"]) {
      for (let k = 0; k < 4; k++) batch[field][4 * row + k] = memory[field][4 * at + k];
    }
    batch.a[row] = memory.a[at];
    batch.over[row] = memory.over[at];
  }
  return batch;
}

/** Numbers from 0 to 1 (mulberry32). */
function generator(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
