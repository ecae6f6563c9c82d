// The exact solution of the example's equation, and how far a trained network is from it.
//
//   node examples/burgers-pinn/exact.mjs burgers.safetensors    → relative L2 error
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * u(t, x) of u_t + u u_x = ν u_xx with u(0, x) = −sin πx and u(t, ±1) = 0, by the transformation of Cole and Hopf:
 *
 *   u = − ∫ sin(πy) f(y) exp(−z²) dz / ∫ f(y) exp(−z²) dz,   y = x − 2 √(νt) z,   f(y) = exp(−cos(πy) / 2πν)
 *
 * The integrands are smooth and die out with exp(−z²): the plain trapezoidal rule is exact to rounding.
 *
 * @param {number} t time, 0 … 1
 * @param {number} x place, −1 … 1
 * @param {number} nu viscosity
 */
export function burgers(t, x, nu = 0.01 / Math.PI) {
  if (t <= 0) return -Math.sin(Math.PI * x);
  const reach = 2 * Math.sqrt(nu * t);
  let above = 0;
  let below = 0;
  for (let z = -10; z <= 10; z += 1 / 128) {
    const y = x - reach * z;
    const f = Math.exp(-(1 + Math.cos(Math.PI * y)) / (2 * Math.PI * nu) - z * z);
    above += Math.sin(Math.PI * y) * f;
    below += f;
  }
  return -above / below;
}

/** Where to compare: t = 0, 0.01 … 0.99, x in 128 steps from 0 to 1; the other half is the same with signs changed. */
export function grid() {
  const points = [];
  for (let i = 0; i < 100; i++) for (let j = 0; j <= 128; j++) points.push([i / 100, j / 128]);
  return points;
}

/** ‖predicted − exact‖ / ‖exact‖ over a list of points. */
export function relativeError(points, predicted) {
  let difference = 0;
  let size = 0;
  points.forEach(([t, x], i) => {
    const u = burgers(t, x);
    difference += (predicted[i] - u) ** 2;
    size += u * u;
  });
  return Math.sqrt(difference / size);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [checkpoint] = process.argv.slice(2);
  if (!checkpoint) {
    console.error('usage: node exact.mjs burgers.safetensors');
    process.exit(2);
  }
  const { compile, load } = await import('bpnet');
  const program = await compile({ file: fileURLToPath(new URL('model.bpnet', import.meta.url)) });
  if (!program.ok) throw new Error(program.text);
  const model = await load(program, readFileSync(checkpoint));
  const { values } = await model.predict({ raw: grid() });
  console.log(`relative L2 error ${relativeError(grid(), values).toFixed(4)}`);
}
