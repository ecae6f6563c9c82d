const $ = (id) => document.getElementById(id);
const worker = new Worker('worker.mjs', { type: 'module' });
const asked = new URL(location.href).searchParams;

const names = { wasm: 'WebAssembly', webgpu: 'WebGPU', gpujs: 'gpu.js', js: 'JavaScript' };
let losses = [];
let marks = [];
let smooth = NaN;

worker.addEventListener('message', ({ data }) => {
  if (data.kind === 'targets') showTargets(data.targets);
  if (data.kind === 'event') showEvent(data.event);
  if (data.kind === 'scores') showScores(data.scores);
  if (data.kind === 'error') {
    say(data.text);
    $('start').textContent = 'Train';
  }
});
worker.addEventListener('error', ({ message }) => say(message));
send({ kind: 'targets' });

function send(message) {
  worker.postMessage(message); // oxlint-disable-line unicorn/require-post-message-target-origin -- a worker has none
}

function say(text) {
  $('status').textContent = text;
}

function showTargets(targets) {
  const wanted = asked.get('target');
  for (const target of targets) $('target').append(new Option(names[target], target));
  $('target').value = targets.includes(wanted) ? wanted : targets[0];
  $('start').disabled = false;
  say(`runs on ${targets.map((target) => names[target]).join(', ')}`);
  document.body.dataset.ready = targets.join(' ');
}

$('start').addEventListener('click', () => {
  if ($('start').textContent === 'Stop') return send({ kind: 'stop' });
  [losses, marks, smooth] = [[], [], NaN];
  $('start').textContent = 'Stop';
  delete document.body.dataset.reason;
  say('reading the data …');
  const number = (name) => (asked.has(name) ? Number(asked.get(name)) : undefined);
  send({ kind: 'train', target: $('target').value, epochs: number('epochs') ?? 3, steps: number('steps') }); // prettier-ignore
});

let began = 0;
function showEvent(event) {
  if (event.kind === 'start') began = performance.now();
  if (event.kind === 'step') {
    const { loss } = event.quantities;
    smooth = Number.isNaN(smooth) ? loss : 0.75 * smooth + 0.25 * loss;
    losses.push([event.step, loss, smooth]);
    const rate = (event.step / (performance.now() - began)) * 1000;
    say(`step ${event.step}: loss ${smooth.toFixed(3)}, ${rate.toFixed(0)} steps/s`);
    drawChart();
  }
  if (event.kind === 'epoch') marks.push([event.step, event.splits.test?.accuracy]);
  if (event.kind === 'end') {
    const { loss, accuracy } = event.splits.test ?? event.quantities;
    $('start').textContent = 'Train';
    say(`${event.reason} after ${event.step} steps: test loss ${loss.toFixed(3)}, ${(100 * accuracy).toFixed(1)} % right`); // prettier-ignore
    document.body.dataset.reason = event.reason;
    document.body.dataset.loss = losses.at(-1)?.[1];
    drawChart();
  }
}

/** As it is in this light. */
function color(name) {
  $('chart').style.color = `var(${name})`;
  return getComputedStyle($('chart')).color;
}

/** Loss by step: every one asked for, thin; their running mean, thick; accuracy at the end of epochs. */
function drawChart() {
  const { canvas, width, height, context } = sharp($('chart'));
  const [left, bottom, top] = [40, 24, 10];
  const last = Math.max(losses.at(-1)?.[0] ?? 1, 10);
  const most = Math.max(0.5, ...losses.map(([, loss]) => loss));
  const x = (step) => left + (step / last) * (width - left - 10);
  const y = (loss) => top + (1 - loss / most) * (height - top - bottom);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.font = '12px system-ui';
  context.fillStyle = color('--dim');
  context.strokeStyle = color('--line');
  for (const tick of ticks(most)) {
    context.textAlign = 'right';
    context.fillText(String(tick), left - 6, y(tick) + 4);
    line(context, [[left, y(tick)], [width - 10, y(tick)]], 1); // prettier-ignore
  }
  context.textAlign = 'center';
  for (const tick of ticks(last)) context.fillText(String(tick), x(tick), height - 6);
  for (const [step, accuracy] of marks) {
    line(context, [[x(step), top], [x(step), height - bottom]], 1); // prettier-ignore
    context.textAlign = 'right';
    if (accuracy) context.fillText(`${(100 * accuracy).toFixed(1)} %`, x(step) - 4, top + 16);
  }
  context.strokeStyle = color('--thin');
  line(context, losses.map(([step, loss]) => [x(step), y(loss)]), 1); // prettier-ignore
  context.strokeStyle = color('--strong');
  line(context, losses.map(([step, , mean]) => [x(step), y(mean)]), 2); // prettier-ignore
}

function ticks(most) {
  const unit = 10 ** Math.floor(Math.log10(most));
  const step = [0.2, 0.5, 1].map((part) => part * unit).find((size) => most / size <= 6) ?? 2 * unit;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => Number((i * step).toPrecision(3)));
}

function line(context, points, width) {
  context.lineWidth = width;
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}

/** As many pixels as the screen has. */
function sharp(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const dots = devicePixelRatio;
  if (canvas.width !== Math.round(width * dots)) [canvas.width, canvas.height] = [width * dots, height * dots]; // prettier-ignore
  const context = canvas.getContext('2d');
  context.setTransform(dots, 0, 0, dots, 0, 0);
  return { canvas, width, height, context };
}

const pad = $('pad');
const pen = pad.getContext('2d', { willReadFrequently: true });
clearPad();
$('clear').addEventListener('click', clearPad);

function clearPad() {
  pen.fillStyle = '#000';
  pen.fillRect(0, 0, pad.width, pad.height);
  Object.assign(pen, { lineWidth: 20, lineCap: 'round', lineJoin: 'round', strokeStyle: '#fff' });
  showScores(null);
}

pad.addEventListener('pointerdown', (event) => {
  pad.setPointerCapture(event.pointerId);
  pen.beginPath();
  pen.moveTo(event.offsetX, event.offsetY);
  stroke(event);
});
pad.addEventListener('pointermove', (event) => event.buttons && stroke(event));
function stroke({ offsetX, offsetY }) {
  pen.lineTo(offsetX, offsetY);
  pen.stroke();
  send({ kind: 'drawing', pixels: digit() });
}

/** As MNIST has it: the drawing fits 20 × 20 pixels, and its centre of mass is the middle of 28 × 28. */
function digit() {
  const { width, height } = pad;
  const { data } = pen.getImageData(0, 0, width, height);
  let [x0, y0, x1, y1, mass, mx, my] = [width, height, 0, 0, 0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const ink = data[4 * (y * width + x)];
      if (ink === 0) continue;
      [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
      mass += ink;
      mx += ink * x;
      my += ink * y;
    }
  }
  const small = new OffscreenCanvas(28, 28).getContext('2d', { willReadFrequently: true });
  small.fillRect(0, 0, 28, 28);
  const scale = 20 / Math.max(x1 - x0, y1 - y0, 1);
  small.imageSmoothingQuality = 'high';
  small.setTransform(scale, 0, 0, scale, 14 - (scale * mx) / mass, 14 - (scale * my) / mass);
  small.drawImage(pad, 0, 0);
  const pixels = small.getImageData(0, 0, 28, 28).data;
  return Int32Array.from({ length: 784 }, (_, i) => pixels[4 * i]);
}

function showScores(scores) {
  const most = scores && Math.max(...scores);
  const weights = scores?.map((score) => Math.exp(score - most));
  const sum = weights?.reduce((a, b) => a + b);
  $('scores').replaceChildren(
    ...Array.from({ length: 10 }, (_, k) => {
      const row = document.createElement('div');
      const bar = document.createElement('i');
      bar.style.width = `${weights ? (100 * weights[k]) / sum : 0}%`;
      row.append(String(k), bar);
      row.className = scores && scores[k] === most ? 'best' : '';
      return row;
    }),
  );
  if (scores) document.body.dataset.digit = scores.indexOf(most);
}

addEventListener('resize', drawChart);
drawChart();
