"""What PyTorch makes of the layers that move windows, in f64.

    python3 conv_torch.py        writes golden/conv.json

Tensors are stored channels last, as the language has them, and brought to PyTorch's order here: x [N, H, W, C] -> [N, C, H, W],
kernels [h, w, In, Out] -> [Out, In, h, w], of transposed convolutions -> [In, Out, h, w]. Each entry is one expression over `x`.
`loss` is sum(c * out), `grad` holds d loss / d x summed over the rows, and the gradients of the layer's own parameters.
`pad = same` with a stride puts the smaller half in front, as TensorFlow does; PyTorch has no such padding.
"""

import json
import math
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
MADE_BY = f"conv_torch.py, PyTorch {torch.__version__.split('+')[0]}, Python {sys.version.split()[0]}, f64"


def numbers(shape, step, of, off=4.5, by=4):
    """Distinct neighbours of both signs; steps share no factor with `of`."""
    n = math.prod(shape)
    return torch.tensor([((i * step + 3) % of - off) / by for i in range(n)]).reshape(shape)


def first(t):
    """Channels first."""
    return t.permute(0, -1, *range(1, t.dim() - 1))


def last(t):
    """Channels last."""
    return t.permute(0, *range(2, t.dim()), 1)


def entry(name, call, function, shape, kernel=None, outputs=None, x=None):
    """`function` sees x channels first, and the kernel as stored; `{W}` in the call is the kernel's first values."""
    x = (numbers(shape, 17, 29, off=14.0, by=8) if x is None else torch.tensor(x)).requires_grad_()
    params = {}
    if kernel:
        params["W"] = numbers(kernel, 7, 11, by=8).requires_grad_()
        params["b"] = torch.zeros(outputs or kernel[-1], requires_grad=True)
        call = call.replace("{W}", f"init = {json.dumps(params['W'].flatten().tolist())}")
    out = last(function(first(x), **params))
    c = numbers(out.shape, 5, 13, off=6.5)
    loss = (c * out).sum()
    grads = torch.autograd.grad(loss, [x, *params.values()])
    return {
        "name": name,
        "call": call,
        "x": x.tolist(),
        "c": c.tolist(),
        "loss": loss.item(),
        "grad": {"x": grads[0].sum(0).tolist(), **{k: g.tolist() for k, g in zip(params, grads[1:])}},
    }


def same(x, reach, stride, value=0.0):
    """Padding of every axis so that ceil(size / stride) windows fit."""
    sides = []
    for size, r, s in zip(x.shape[2:], reach, stride):
        total = max((-(-size // s) - 1) * s + r - size, 0)
        sides = [total // 2, total - total // 2, *sides]
    return F.pad(x, sides, value=value)


def kernel2(W):
    return W.permute(3, 2, 0, 1)


def convolutions():
    conv1 = lambda **a: lambda x, W, b: F.conv1d(x, W.permute(2, 1, 0), b, **a)
    conv2 = lambda **a: lambda x, W, b: F.conv2d(x, kernel2(W), b, **a)
    back2 = lambda **a: lambda x, W, b: F.conv_transpose2d(x, W.permute(2, 3, 0, 1), b, **a)
    yield entry("conv1d", "x |> conv1d(3, {W})", conv1(), (2, 6, 2), (3, 2, 3))
    yield entry(
        "conv1d, dilated, in steps, in groups",
        "x |> conv1d(6, kernel = 3, stride = 2, dilation = 2, pad = 2, groups = 2, {W})",
        conv1(stride=2, dilation=2, padding=2, groups=2),
        (2, 9, 4),
        (3, 2, 6),
    )
    yield entry("conv2d", "x |> conv2d(3, {W})", conv2(), (2, 5, 4, 2), (3, 3, 2, 3))
    yield entry("conv2d, same", "x |> conv2d(3, pad = same, {W})", conv2(padding=1), (2, 4, 5, 2), (3, 3, 2, 3))
    yield entry(
        "conv2d, an even kernel, same",
        "x |> conv2d(2, kernel = (2, 4), pad = same, {W})",
        lambda x, W, b: F.conv2d(same(x, (2, 4), (1, 1)), kernel2(W), b),
        (1, 3, 5, 2),
        (2, 4, 2, 2),
    )
    yield entry(
        "conv2d, same in steps",
        "x |> conv2d(2, stride = 2, pad = same, {W})",
        lambda x, W, b: F.conv2d(same(x, (3, 3), (2, 2)), kernel2(W), b, stride=2),
        (1, 5, 6, 2),
        (3, 3, 2, 2),
    )
    yield entry(
        "conv2d, in steps",
        "x |> conv2d(3, stride = 2, pad = 1, {W})",
        conv2(stride=2, padding=1),
        (2, 6, 5, 2),
        (3, 3, 2, 3),
    )
    yield entry(
        "conv2d, each axis its own",
        "x |> conv2d(2, kernel = (3, 2), stride = (1, 3), pad = (2, 1), dilation = (2, 1), {W})",
        conv2(stride=(1, 3), padding=(2, 1), dilation=(2, 1)),
        (1, 5, 6, 2),
        (3, 2, 2, 2),
    )
    yield entry(
        "conv2d, each side its own",
        "x |> conv2d(2, pad = ((2, 0), (1, 3)), {W})",
        lambda x, W, b: F.conv2d(F.pad(x, (1, 3, 2, 0)), kernel2(W), b),
        (1, 4, 3, 2),
        (3, 3, 2, 2),
    )
    yield entry(
        "conv2d, dilated in steps",
        "x |> conv2d(2, stride = 2, dilation = 2, pad = 2, {W})",
        conv2(stride=2, dilation=2, padding=2),
        (1, 6, 7, 2),
        (3, 3, 2, 2),
    )
    yield entry(
        "conv2d, in groups",
        "x |> conv2d(6, pad = same, groups = 2, {W})",
        conv2(padding=1, groups=2),
        (1, 4, 4, 4),
        (3, 3, 2, 6),
    )
    yield entry(
        "depthwise_conv2d", "x |> depthwise_conv2d({W})", conv2(groups=3), (2, 4, 5, 3), (3, 3, 1, 3)
    )
    yield entry(
        "depthwise_conv2d, two outputs each, in steps",
        "x |> depthwise_conv2d(2, stride = 2, pad = 1, {W})",
        conv2(stride=2, padding=1, groups=3),
        (1, 4, 5, 3),
        (3, 3, 1, 6),
    )
    yield entry(
        "conv_transpose2d", "x |> conv_transpose2d(3, {W})", back2(), (2, 3, 2, 2), (3, 3, 2, 3)
    )
    yield entry(
        "conv_transpose2d, in steps",
        "x |> conv_transpose2d(3, kernel = 4, stride = 2, pad = 1, {W})",
        back2(stride=2, padding=1),
        (1, 3, 2, 2),
        (4, 4, 2, 3),
    )
    yield entry(
        "conv_transpose2d, steps larger than the kernel",
        "x |> conv_transpose2d(2, kernel = 2, stride = 3, {W})",
        back2(stride=3),
        (1, 3, 2, 2),
        (2, 2, 2, 2),
    )
    yield entry(
        "conv_transpose2d, same",
        "x |> conv_transpose2d(2, stride = 2, pad = same, {W})",
        lambda x, W, b: back2(stride=2)(x, W, b)[:, :, :6, :4],
        (1, 3, 2, 2),
        (3, 3, 2, 2),
    )


# Equal largest elements within windows: the first of them takes the gradient.
TIES = [[[[1.0], [3.0], [3.0], [0.5]], [[3.0], [2.0], [1.0], [3.0]], [[-1.0], [-1.0], [2.0], [2.0]], [[-1.0], [-1.0], [2.0], [0.0]]]]


def pooling():
    yield entry("max_pool", "max_pool(x)", lambda x: F.max_pool2d(x, 2), (2, 4, 5, 3))
    yield entry("max_pool, of equals the first", "max_pool(x, 2)", lambda x: F.max_pool2d(x, 2), None, x=TIES)
    yield entry(
        "max_pool, overlapping and padded",
        "max_pool(x, 3, stride = 2, pad = 1)",
        lambda x: F.max_pool2d(x, 3, stride=2, padding=1),
        (1, 5, 6, 2),
    )
    yield entry(
        "max_pool, overlapping equals",
        "max_pool(x, 3, stride = 1, pad = 1)",
        lambda x: F.max_pool2d(x, 3, stride=1, padding=1),
        None,
        x=TIES,
    )
    yield entry(
        "max_pool, same",
        "max_pool(x, 2, pad = same)",
        lambda x: F.max_pool2d(same(x, (2, 2), (2, 2), -math.inf), 2),
        (1, 5, 3, 2),
    )
    yield entry("max_pool along time", "max_pool(x, 3, stride = 2)", lambda x: F.max_pool1d(x, 3, 2), (2, 7, 2))
    yield entry("avg_pool", "avg_pool(x)", lambda x: F.avg_pool2d(x, 2), (2, 4, 5, 3))
    yield entry(
        "avg_pool, overlapping and padded",
        "avg_pool(x, (3, 2), stride = 2, pad = 1)",
        lambda x: F.avg_pool2d(x, (3, 2), stride=2, padding=1),
        (1, 5, 6, 2),
    )
    yield entry(
        "global_avg_pool", "global_avg_pool(x)", lambda x: F.adaptive_avg_pool2d(x, 1).flatten(1), (2, 3, 4, 2)
    )
    yield entry("upsample", "upsample(x, 3)", lambda x: F.interpolate(x, scale_factor=3, mode="nearest"), (2, 2, 3, 2))
    yield entry(
        "upsample_bilinear",
        "upsample_bilinear(x, 2)",
        lambda x: F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False),
        (2, 3, 4, 2),
    )


if __name__ == "__main__":
    head = json.dumps({"made_by": MADE_BY})[:-1]
    body = ",\n".join(json.dumps(e) for e in [*convolutions(), *pooling()])
    with open("golden/conv.json", "w") as file:
        file.write(f'{head}, "entries": [\n{body}\n]}}\n')
