import { expect, test } from 'vitest';
import { said } from './harness.ts';

const image = '[B, 4, 4, 4]';
function program(expression: string, type: string): string {
  return `dim B
data points {
  u: [1] = [[0], [1]]
}
model Net(x: ${type}) -> [...] {
  param s: [1] = 1
  return s * (${expression})
}
train t {
  seed 1
  data d = points
  net  = Net()
  loss = mean(net(normal(${type}))) + mean(d.u)
  update net with sgd(0.1)
  batch B = 2
  epochs 1
}`;
}

test.for([
  ['x |> conv2d(4, kernel = 3, pad = same)', image],
  [
    'x |> conv2d(4, (3, 1), stride = (1, 2), pad = ((1, 0), 2), groups = 2, bias = false, init = he_uniform)',
    image,
  ],
  ['x |> conv2d(6, pad = valid) |> max_pool(2) |> flatten |> dense(3)', image],
  ['x |> conv_transpose2d(3, kernel = 4, stride = 2, pad = 1) |> avg_pool', image],
  ['x |> depthwise_conv2d |> global_avg_pool |> dense(2)', image],
  ['x |> conv1d(3, kernel = 5, pad = same) |> max_pool(2)', '[B, 9, 4]'],
  ['upsample(x) + upsample_bilinear(x)', image],
  ['max[-2](windows(x, 3, stride = 1, pad = same)) - (max[-2](windows(x, 2)) |> upsample)', image],
] as const)('%s', async ([expression, type]) => {
  expect(await said(program(expression, type))).toEqual([]);
});

test.for([
  ['x |> flatten |> conv2d(4)', image],
  ['x |> conv1d(4)', image],
  ['x |> flatten |> max_pool(2)', image],
  ['x |> conv2d(4)', '[3, B, 4, 3]'],
  ['x |> max_pool(2)', '[3, B, 4, 3]'],
  ['x |> conv2d(4)', '[3, 4, 4, B]'],
  ['x |> conv2d(B)', image],
  ['x |> conv2d(0)', image],
  ['x |> depthwise_conv2d(0)', image],
  ['x |> conv2d(relu)', image],
  ['x |> conv2d(4, kernel = (3, 3, 3))', image],
  ['x |> conv2d(4, kernel = 0)', image],
  ['x |> conv2d(4, pad = full)', image],
  ['x |> conv2d(4, pad = "full")', image],
  ['x |> conv2d(4, stride = 1.5)', image],
  ['x |> conv2d(4, groups = 0)', image],
  ['x |> conv2d(4, groups = -1)', image],
  ['x |> conv2d(3, groups = 2)', image],
  ['x |> conv2d(4, dilation = 2)', image],
  ['x |> conv_transpose2d(3, pad = 4)', image],
  ['x |> max_pool(5)', image],
  ['x |> max_pool(2, pad = 2)', image],
  ['conv(x, normal([3, 3, 5, 2]))', image],
  ['conv(x, normal([3, 5, 2]))', image],
  ['x |> upsample(1.5)', image],
  ['x |> flatten |> upsample', image],
] as const)('%s of %s is told', async ([expression, type]) => {
  const messages = await said(program(expression, type));
  expect(messages).toHaveLength(1);
  expect(messages.join('\n')).toMatchSnapshot();
});
