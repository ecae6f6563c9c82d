// A cart that balances a pole: position, speed, angle and its speed, pushed to the left (0) or to the right (1).

/** @param {() => number} random 0 ≤ x < 1 */
export function start(random) {
  return Float32Array.from({ length: 4 }, () => 0.1 * random() - 0.05);
}

/** The state a fiftieth of a second later. */
export function push([position, speed, angle, turning], action) {
  const force = action === 1 ? 10 : -10;
  const pole = 0.05; // mass times half its length
  const mass = 1.1;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const shove = (force + pole * turning ** 2 * sin) / mass;
  const fall = (9.8 * sin - cos * shove) / (0.5 * (4 / 3 - (0.1 * cos ** 2) / mass));
  const pull = shove - (pole * fall * cos) / mass;
  return Float32Array.of(
    position + 0.02 * speed,
    speed + 0.02 * pull,
    angle + 0.02 * turning,
    turning + 0.02 * fall,
  );
}

/** It left the track, or the pole leans by more than twelve degrees. */
export function fell([position, , angle]) {
  return Math.abs(position) > 2.4 || Math.abs(angle) > 0.209;
}
