// js-pytorch (plain JavaScript on nested arrays). Adam without its correction; in the transformer ReLU for GELU, its own weights.
import { given, measure, quietly, rowsOf, versionOf } from './given.mjs';

const { shape, seconds, xShape, sets, weights, rate } = given;
const { torch } = quietly('js-pytorch');
const { nn, optim } = torch;
const nested = (values, width) => rowsOf(Array.from(values), width);

class Mlp extends nn.Module {
  constructor() {
    super();
    shape.sizes.slice(1).forEach((out, l) => {
      this[`dense${l}`] = new nn.Linear(shape.sizes[l], out, 'cpu');
      this[`dense${l}`].W._data = nested(weights[2 * l].values, out);
    });
    this.relu = new nn.ReLU();
  }
  forward(x) {
    const last = shape.sizes.length - 2;
    for (let l = 0; l < last; l++) x = this.relu.forward(this[`dense${l}`].forward(x));
    return this[`dense${last}`].forward(x);
  }
}
class Gpt extends nn.Module {
  constructor() {
    super();
    const { vocab, width, time, heads, layers } = shape;
    this.embed = new nn.Embedding(vocab, width);
    this.places = new nn.PositionalEmbedding(time, width);
    for (let l = 0; l < layers; l++) this[`block${l}`] = new nn.Block(width, width, heads, time, 0, 'cpu');
    this.norm = new nn.LayerNorm(width);
    this.head = new nn.Linear(width, vocab, 'cpu');
  }
  forward(x) {
    let h = torch.add(this.embed.forward(x), this.places.forward(x));
    for (let l = 0; l < shape.layers; l++) h = this[`block${l}`].forward(h);
    return this.head.forward(this.norm.forward(h));
  }
}
const net = shape.sizes ? new Mlp() : new Gpt();
const lossOf = new nn.CrossEntropyLoss();
const optimizer = new optim.Adam(net.parameters(), rate, 0, [0.9, 0.999], 1e-8);
const batches = sets.map(({ x, y }) => {
  const rows = nested(x, xShape[1]);
  return {
    x: torch.tensor(shape.sizes ? rows : rows.map((row) => row.map((id) => [id]))),
    y: torch.tensor(shape.sizes ? Array.from(y) : nested(y, xShape[1])),
  };
});
let last = NaN;
await measure({
  seconds,
  version: versionOf('js-pytorch'),
  step(i) {
    const { x, y } = batches[i % batches.length];
    const loss = lossOf.forward(net.forward(x), y);
    loss.backward();
    optimizer.step();
    optimizer.zero_grad();
    [last] = loss.data;
  },
  loss: () => last,
});
