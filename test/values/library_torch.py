"""What PyTorch makes of every activation, loss, layer and optimizer of the library, in f64.

    python3 library_torch.py        writes golden/library.json, golden/optimizers.json and golden/schedules.json

Each entry of library.json is one expression of the language over named inputs. `x` is the input the gradient is taken at:
the test adds a parameter of zeros to it. `out` is the value, `loss` is sum(c * out) with the weights `c` (sum(out) where
out is a scalar), `grad` holds d loss / d x summed over the rows, and the gradients of the layer's own parameters.
"""

import json
import math
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
MADE_BY = f"library_torch.py, PyTorch {torch.__version__.split('+')[0]}, Python {sys.version.split()[0]}, f64"

# No point sits on a kink (0, and +-3 of hard_sigmoid).
LINE = [[-90.0, -11.5, -3.2, -1.7, -0.6, -0.04, 0.03, 0.45, 1.3, 2.9, 3.6, 12.25, 90.0]]
ROWS = [[1.2, -0.7, 0.1, 2.2], [-3.0, 0.4, 0.9, -1.1], [0.05, 0.6, -2.4, 1.7]]
OTHER = [[0.9, -0.2, 0.4, -1.3], [-2.1, 1.4, 0.3, -1.0], [0.5, 0.7, -2.2, 3.1]]
SIGNS = [[1.0, -1.0, 1.0, -1.0], [-1.0, 1.0, 1.0, 1.0], [1.0, 1.0, -1.0, -1.0]]
BITS = [[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 1.0, 1.0], [0.25, 1.0, 0.0, 0.5]]
CHANCES = [[0.1, 0.7, 0.45, 0.02], [0.98, 0.4, 0.6, 0.3], [0.5, 0.2, 0.85, 0.11]]
SPREAD = [[0.1, 0.2, 0.3, 0.4], [0.7, 0.1, 0.1, 0.1], [0.25, 0.25, 0.05, 0.45]]
LABELS = [2, 0, 3]
WEIGHTS = [0.5, 3.0, 1.25]
BATCH = [
    [[0.3, -1.2, 0.8, 1.1], [1.4, 0.2, -0.7, -0.1], [-0.5, 0.9, 0.6, -1.3]],
    [[0.7, 0.4, -1.1, 0.2], [-0.9, 1.3, 0.1, -0.6], [1.2, -0.3, -0.8, 0.5]],
]


def weights(shape):
    """Distinct, of both signs: what cancels with equal weights shows with these."""
    n = 1
    for size in shape:
        n *= size
    return torch.tensor([((i * 7 + 3) % 11 - 4.5) / 4 for i in range(n)]).reshape(shape)


def wave(*shape):
    """The initializer `wave` of the test's programs: numbers of both signs, exact in f32."""
    return weights(shape) / 2


def entry(name, call, function, x, params=None, **inputs):
    """params: name -> tensor, the layer's own parameters at their initial values; __ stands for a point in their names."""
    x = torch.tensor(x, requires_grad=True)
    params = {k: v.clone().requires_grad_() for k, v in (params or {}).items()}
    given = {k: torch.tensor(v) for k, v in inputs.items()}
    out = function(x, **given, **params)
    c = weights(out.shape)
    loss = (c * out).sum() if out.dim() else out
    grads = torch.autograd.grad(loss, [x, *params.values()])
    return {
        "name": name,
        "call": call,
        "x": x.tolist(),
        "inputs": {k: {"dtype": "int" if v.dtype == torch.int64 else "float", "values": v.tolist()} for k, v in given.items()},
        "c": c.tolist() if out.dim() else None,
        "out": out.tolist(),
        "loss": loss.item(),
        "grad": {
            "x": grads[0].reshape(-1, grads[0].shape[-1]).sum(0).tolist(),
            **{k.replace("__", "."): g.tolist() for k, g in zip(params, grads[1:])},
        },
    }


def mean_of(values, weight):
    """The weighted mean over samples, each sample's values counting alike."""
    return weigh(values, weight).sum() / weigh(torch.ones_like(values), weight).sum()


def weigh(values, weight):
    return values * weight.reshape(-1, *[1] * (values.dim() - 1))


def focal(x, y, gamma=2.0, alpha=0.25):
    """As torchvision.ops.sigmoid_focal_loss."""
    p = torch.sigmoid(x)
    miss = 1 - (p * y + (1 - p) * (1 - y))
    side = alpha * y + (1 - alpha) * (1 - y)
    return side * miss**gamma * F.binary_cross_entropy_with_logits(x, y, reduction="none")


def causal_attention(x, y):
    s = (x @ y.mT / 2).masked_fill(torch.ones(3, 3).triu(1).bool(), -torch.inf)
    return s.softmax(-1) @ x


def heads(x, context, p, **masks):
    """nn.MultiheadAttention; its matrices are the transposes of ours."""
    q, k, v, o = [p[f"{n}__W"].mT for n in ("query", "key", "value", "output")]
    bias = torch.cat([p[f"{n}__b"] for n in ("query", "key", "value")])
    out, _ = F.multi_head_attention_forward(
        x.transpose(0, 1),
        context.transpose(0, 1),
        context.transpose(0, 1),
        4,
        2,
        torch.cat([q, k, v]),
        bias,
        None,
        None,
        False,
        0.0,
        o,
        p["output__b"],
        need_weights=False,
        **masks,
    )
    return out.transpose(0, 1)


def transformer_block(x, **p):
    """nn.TransformerEncoderLayer(norm_first=True, activation=gelu), with a causal mask."""
    norm = lambda x, n: F.layer_norm(x, (4,), p[f"layer_norm_{n}__gamma"], p[f"layer_norm_{n}__beta"])
    inner = {k.removeprefix("attend__"): v for k, v in p.items() if k.startswith("attend__")}
    h = norm(x, 1)
    x = x + heads(h, h, inner, attn_mask=torch.ones(3, 3).triu(1).bool())
    h = F.gelu(norm(x, 2) @ p["dense_1__W"] + p["dense_1__b"])
    return x + h @ p["dense_2__W"] + p["dense_2__b"]


def sines(positions, channels):
    """Vaswani et al. 2017, section 3.5."""
    table = torch.zeros(positions, channels)
    for pos in range(positions):
        for i in range(0, channels, 2):
            angle = torch.tensor(pos / 10000 ** (i / channels))
            table[pos, i] = torch.sin(angle)
            table[pos, i + 1] = torch.cos(angle)
    return table


def library():
    e = []
    line = lambda name, call, f: e.append(entry(name, call, f, LINE))
    line("relu", "relu(x)", F.relu)
    line("leaky_relu", "leaky_relu(x, 0.2)", lambda x: F.leaky_relu(x, 0.2))
    line("elu", "elu(x)", F.elu)
    line("selu", "selu(x)", F.selu)
    line("celu", "celu(x)", F.celu)
    line("gelu", "gelu(x)", F.gelu)
    line("gelu_tanh", "gelu_tanh(x)", lambda x: F.gelu(x, approximate="tanh"))
    line("silu", "silu(x)", F.silu)
    line("swish", "swish(x)", F.silu)
    line("mish", "mish(x)", F.mish)
    line("sigmoid", "sigmoid(x)", torch.sigmoid)
    # F.hardsigmoid rounds its slope 1/6 to f32
    line("hard_sigmoid", "hard_sigmoid(x)", lambda x: (x / 6 + 0.5).clamp(0, 1))
    line("hard_swish", "hard_swish(x)", lambda x: x * (x / 6 + 0.5).clamp(0, 1))
    line("hard_tanh", "hard_tanh(x)", F.hardtanh)
    line("relu6", "relu6(x)", F.relu6)
    line("log_sigmoid", "log_sigmoid(x)", F.logsigmoid)
    line("tanh", "tanh(x)", torch.tanh)
    # F.softplus turns linear at 20; the formula does not
    line("softplus", "softplus(x)", lambda x: torch.logaddexp(x, torch.zeros(())))
    line("softsign", "softsign(x)", F.softsign)
    rows = lambda name, call, f, **more: e.append(entry(name, call, f, ROWS, **more))
    rows("softmax", "softmax(x)", lambda x: x.softmax(-1))
    rows("log_softmax", "log_softmax(x)", lambda x: x.log_softmax(-1))
    rows("prelu", "x |> prelu", lambda x, slope: torch.where(x > 0, x, slope * x), params={"slope": torch.full((4,), 0.25)})
    rows(
        "dense",
        "x |> dense(3, init = constant(0.3))",
        lambda x, W, b: x @ W + b,
        params={"W": torch.full((4, 3), 0.3), "b": torch.zeros(3)},
    )
    rows(
        "layer_norm",
        "x |> layer_norm",
        lambda x, gamma, beta: F.layer_norm(x, (4,), gamma, beta, eps=1e-5),
        params={"gamma": torch.ones(4), "beta": torch.zeros(4)},
    )
    rows(
        "rms_norm",
        "x |> rms_norm",
        lambda x, gamma: gamma * x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-6),
        params={"gamma": torch.ones(4)},
    )
    rows("glu", "glu(x)", F.glu)
    rows("logsumexp", "logsumexp(x)", lambda x: x.logsumexp(-1))
    rows("residual", "x |> residual(tanh)", lambda x: x + torch.tanh(x))
    rows(
        "residual_layer",
        "x |> residual(dense(4, init = wave))",
        lambda x, dense_1__W, dense_1__b: x + x @ dense_1__W + dense_1__b,
        params={"dense_1__W": wave(4, 4), "dense_1__b": torch.zeros(4)},
    )
    rows(
        "embedding",
        "x + (y |> embedding(4, 4, init = wave))",
        lambda x, y, W: x + F.embedding(y, W),
        params={"W": wave(4, 4)},
        y=LABELS,
    )
    batch = lambda name, call, f, **more: e.append(entry(name, call, f, BATCH, **more))
    first = lambda f: lambda x, *a: f(x.movedim(-1, 1), *a).movedim(1, -1)
    norm = {"gamma": torch.ones(4), "beta": torch.zeros(4)}
    batch(
        "group_norm",
        "x |> group_norm(2)",
        lambda x, gamma, beta: first(lambda x: F.group_norm(x, 2, gamma, beta, eps=1e-5))(x),
        params=norm,
    )
    rows(
        "group_norm_rows",
        "x |> group_norm(2, eps = 1e-3)",
        lambda x, gamma, beta: F.group_norm(x, 2, gamma, beta, eps=1e-3),
        params=norm,
    )
    batch("instance_norm", "x |> instance_norm", first(lambda x: F.instance_norm(x, eps=1e-5)))
    batch(
        "instance_norm_affine",
        "x |> instance_norm(affine = true)",
        lambda x, gamma, beta: first(lambda x: F.instance_norm(x, weight=gamma, bias=beta, eps=1e-5))(x),
        params=norm,
    )
    batch("attention", "attention(x, 2 * x, 1 - x)", lambda x: (x @ (2 * x).mT / 2).softmax(-1) @ (1 - x))
    batch("attention_causal", "attention(x, y, x, causal = true)", causal_attention, y=BATCH[::-1])
    names = ["query", "key", "value", "output"]
    projections = {f"{n}__W": wave(4, 4) for n in names} | {f"{n}__b": torch.zeros(4) for n in names}
    batch(
        "multi_head_attention",
        "x |> multi_head_attention(2, init = wave)",
        lambda x, **p: heads(x, x, p),
        params=projections,
    )
    batch(
        "multi_head_attention_causal",
        "x |> multi_head_attention(2, causal = true, init = wave)",
        lambda x, **p: heads(x, x, p, attn_mask=torch.ones(3, 3).triu(1).bool()),
        params=projections,
    )
    batch(
        "multi_head_attention_mask",
        "multi_head_attention(2, init = wave)(x, y, mask)",
        lambda x, y, mask, **p: heads(x, y, p, key_padding_mask=mask == 0),
        params=projections,
        y=[[*rows, [0.3, -0.2, 0.5, 1.5]] for rows in BATCH[::-1]],
        mask=[[1.0, 1.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0]],
    )
    batch(
        "transformer_block",
        "x |> transformer_block(2, causal = true, init = wave)",
        transformer_block,
        params={
            "layer_norm_1__gamma": torch.ones(4),
            "layer_norm_1__beta": torch.zeros(4),
            **{f"attend__{k}": v for k, v in projections.items()},
            "layer_norm_2__gamma": torch.ones(4),
            "layer_norm_2__beta": torch.zeros(4),
            "dense_1__W": wave(4, 16),
            "dense_1__b": torch.zeros(16),
            "dense_2__W": wave(16, 4),
            "dense_2__b": torch.zeros(4),
        },
    )
    batch("positional_encoding", "positional_encoding(x)", lambda x: x + sines(3, 4))
    batch(
        "position_embedding",
        "x |> position_embedding(init = wave)",
        lambda x, W: x + W,
        params={"W": wave(3, 4)},
    )
    rows("mse", "mse(x, y)", lambda x, y: F.mse_loss(x, y), y=OTHER)
    rows("mae", "mae(x, y)", lambda x, y: F.l1_loss(x, y), y=OTHER)
    rows("huber", "huber(x, y, 1)", lambda x, y: F.huber_loss(x, y, delta=1.0), y=OTHER)
    weighted = {"y": OTHER, "w": WEIGHTS}
    rows("mse_weight", "mse(x, y, weight = w)", lambda x, y, w: mean_of((x - y) ** 2, w), **weighted)
    rows("mae_weight", "mae(x, y, weight = w)", lambda x, y, w: mean_of((x - y).abs(), w), **weighted)
    rows(
        "huber_weight",
        "huber(x, y, delta = 0.5, weight = w)",
        lambda x, y, w: mean_of(F.huber_loss(x, y, delta=0.5, reduction="none"), w),
        **weighted,
    )
    rows("hinge", "hinge(x, y)", lambda x, y: F.relu(1 - x * y), y=SIGNS)
    rows("bce_logits", "bce_logits(x, y)", lambda x, y: F.binary_cross_entropy_with_logits(x, y, reduction="none"), y=BITS)
    e.append(
        entry(
            "binary_cross_entropy",
            "binary_cross_entropy(x, y)",
            lambda x, y: F.binary_cross_entropy(x, y, reduction="none"),
            CHANCES,
            y=BITS,
        )
    )
    rows("cross_entropy", "cross_entropy(x, y)", lambda x, y: F.cross_entropy(x, y, reduction="none"), y=LABELS)
    rows(
        "cross_entropy_smoothing",
        "cross_entropy(x, y, label_smoothing = 0.1)",
        lambda x, y: F.cross_entropy(x, y, reduction="none", label_smoothing=0.1),
        y=LABELS,
    )
    classes = torch.tensor([0.5, 2.0, 1.0, 3.0])
    rows(
        "cross_entropy_class_weight",
        "cross_entropy(x, y, class_weight = [0.5, 2, 1, 3], label_smoothing = 0.2)",
        lambda x, y: F.cross_entropy(x, y, weight=classes, reduction="none", label_smoothing=0.2),
        y=LABELS,
    )
    rows(
        "cross_entropy_weight",
        "cross_entropy(x, y, weight = w)",
        lambda x, y, w: w * F.cross_entropy(x, y, reduction="none"),
        y=LABELS,
        w=WEIGHTS,
    )
    rows(
        "cross_entropy_mean",
        "mean(cross_entropy(x, y), weight = [0.5, 2, 1, 3][y])",
        lambda x, y: F.cross_entropy(x, y, weight=classes),
        y=LABELS,
    )
    rows(
        "bce_logits_pos_weight",
        "bce_logits(x, y, pos_weight = [1, 2, 3, 0.5], weight = w)",
        lambda x, y, w: F.binary_cross_entropy_with_logits(
            x, y, weight=w[:, None], pos_weight=torch.tensor([1, 2, 3, 0.5]), reduction="none"
        ),
        y=BITS,
        w=WEIGHTS,
    )
    rows("soft_cross_entropy", "soft_cross_entropy(x, y)", lambda x, y: F.cross_entropy(x, y, reduction="none"), y=SPREAD)
    e.append(
        entry(
            "kl_divergence",
            "kl_divergence(x, y)",
            lambda x, y: (x * (x.log() - y.log())).sum(-1),
            [[0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4], [0.25, 0.3, 0.15, 0.3]],
            y=SPREAD,
        )
    )
    # PyTorch's eps shifts every difference
    rows(
        "triplet",
        "triplet(x, y, z, margin = 2.5)",
        lambda x, y, z: F.triplet_margin_loss(x, y, z, margin=2.5, eps=0, reduction="none"),
        y=OTHER,
        z=SIGNS,
    )
    rows("focal", "focal(x, y)", focal, y=BITS)
    rows("focal_gamma", "focal(x, y, gamma = 1.5, alpha = 0.6, weight = w)", lambda x, y, w: w[:, None] * focal(x, y, 1.5, 0.6), y=BITS, w=WEIGHTS)
    for name, call, f in [
        ("hinge", "hinge(x, y, weight = w)", lambda x, y: F.relu(1 - x * y)),
        ("triplet", "triplet(x, y, 0 * x, weight = w)", lambda x, y: F.relu((x - y).norm(dim=-1) - x.norm(dim=-1) + 1)),
        ("soft_cross_entropy", "soft_cross_entropy(x, y, weight = w)", lambda x, y: F.cross_entropy(x, y, reduction="none")),
    ]:
        rows(f"{name}_weight", call, lambda x, y, w, f=f: weigh(f(x, y), w), y=SPREAD, w=WEIGHTS)
    rows("cosine_similarity", "cosine_similarity(x, y)", lambda x, y: F.cosine_similarity(x, y), y=OTHER)
    return e


class Lion(torch.optim.Optimizer):
    """Not in PyTorch 1.13: Chen et al. 2023, algorithm 2."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.sub_(group["lr"] * (b1 * m + (1 - b1) * p.grad).sign())
                m.mul_(b2).add_(p.grad, alpha=1 - b2)


def optimizers():
    """Ten steps of full-batch regression: out = tanh(x @ w + b), loss = mean((out - y)^2)."""
    O = torch.optim
    table = {
        "sgd": ("sgd(lr = 0.1)", lambda p: O.SGD(p, lr=0.1)),
        "sgd_weight_decay": ("sgd(lr = 0.1, weight_decay = 0.1)", lambda p: O.SGD(p, lr=0.1, weight_decay=0.1)),
        "momentum": ("momentum(lr = 0.1, beta = 0.9)", lambda p: O.SGD(p, lr=0.1, momentum=0.9)),
        "nesterov": ("nesterov(lr = 0.1, beta = 0.9)", lambda p: O.SGD(p, lr=0.1, momentum=0.9, nesterov=True)),
        "adagrad": ("adagrad(lr = 0.1, eps = 1e-10)", lambda p: O.Adagrad(p, lr=0.1, eps=1e-10)),
        "adadelta": ("adadelta(lr = 1, rho = 0.9, eps = 1e-6)", lambda p: O.Adadelta(p, lr=1.0, rho=0.9, eps=1e-6)),
        "rmsprop": ("rmsprop(lr = 0.01, alpha = 0.99, eps = 1e-8)", lambda p: O.RMSprop(p, lr=0.01, alpha=0.99, eps=1e-8)),
        "adam": ("adam(lr = 0.05)", lambda p: O.Adam(p, lr=0.05)),
        "adam_weight_decay": ("adam(lr = 0.05, weight_decay = 0.1)", lambda p: O.Adam(p, lr=0.05, weight_decay=0.1)),
        "adam_clip_norm": ("adam(lr = 0.05, clip_norm = 0.1)", lambda p: O.Adam(p, lr=0.05)),
        "sgd_clip_value": ("sgd(lr = 0.1, clip_value = 0.05)", lambda p: O.SGD(p, lr=0.1)),
        "adam_schedule": ("adam(lr = step_decay(0.05, factor = 0.5, every = 3))", lambda p: O.Adam(p, lr=0.05)),
        "adamax": ("adamax(lr = 0.05)", lambda p: O.Adamax(p, lr=0.05)),
        # PyTorch 1.13's other implementation multiplies mu into the next product twice
        "nadam": ("nadam(lr = 0.05)", lambda p: O.NAdam(p, lr=0.05, foreach=True)),
        "adamw": ("adamw(lr = 0.05, weight_decay = 0.1)", lambda p: O.AdamW(p, lr=0.05, weight_decay=0.1)),
        "lion": ("lion(lr = 0.01, weight_decay = 0.1)", lambda p: Lion(p, lr=0.01, weight_decay=0.1)),
    }
    x = torch.tensor(ROWS)
    y = torch.tensor([[0.5, -0.25], [-0.75, 0.125], [0.25, 0.5]])
    result = []
    for name, (call, make) in table.items():
        w = torch.full((4, 2), 0.3, requires_grad=True)
        b = torch.zeros(2, requires_grad=True)
        optimizer = make([w, b])
        steps = []
        for step in range(10):
            if "schedule" in name:
                optimizer.param_groups[0]["lr"] = 0.05 * 0.5 ** (step // 3)
            optimizer.zero_grad()
            loss = ((torch.tanh(x @ w + b) - y) ** 2).mean()
            loss.backward()
            if "clip_norm" in name:
                torch.nn.utils.clip_grad_norm_([w, b], 0.1)
            if "clip_value" in name:
                torch.nn.utils.clip_grad_value_([w, b], 0.05)
            optimizer.step()
            steps.append({"loss": loss.item(), "W": w.tolist(), "b": b.tolist()})
        result.append({"name": name, "call": call, "steps": steps})
    return {"x": x.tolist(), "y": y.tolist(), "W": 0.3, "b": 0}, result


def schedules():
    """Rates of twenty steps. Ours count steps from 1: torch's first rate is that of step 1, except where `ahead`."""
    S = torch.optim.lr_scheduler
    half = lambda k, n: 0.5 * (1 + math.cos(math.pi * k / n))
    table = [
        ("constant(0.1)", lambda o: S.LambdaLR(o, lambda k: 1), 0),
        ("step_decay(0.1, factor = 0.5, every = 3)", lambda o: S.StepLR(o, 3, 0.5), 0),
        ("exponential(0.1, decay = 0.9, every = 1)", lambda o: S.ExponentialLR(o, 0.9), 0),
        ("exponential(0.1, decay = 0.5, every = 4)", lambda o: S.ExponentialLR(o, 0.5**0.25), 0),
        ("inverse_time(0.1, decay = 2, every = 10)", lambda o: S.LambdaLR(o, lambda k: 1 / (1 + 0.2 * k)), 0),
        ("linear(0.1)", lambda o: S.LinearLR(o, 1, 0, 20), 1),
        ("linear(0.1, warmup = 4, min = 0.02)", lambda o: warm(o, lambda k: 0.2 + 0.8 * (1 - k / 16)), 1),
        ("cosine(0.1)", lambda o: S.CosineAnnealingLR(o, 20), 1),
        ("cosine(0.1, min = 0.01)", lambda o: S.CosineAnnealingLR(o, 20, 0.01), 1),
        ("cosine(0.1, warmup = 4, min = 0.02)", lambda o: warm(o, lambda k: 0.2 + 0.8 * half(k, 16)), 1),
        ("one_cycle(0.1)", lambda o: S.OneCycleLR(o, 0.1, 20), 0),
        ("one_cycle(0.1, rise = 0.2, div = 10, final_div = 100)", lambda o: S.OneCycleLR(o, 0.1, 20, pct_start=0.2, div_factor=10, final_div_factor=100), 0),
        ("warmup(0.1, over = 5)", lambda o: S.LinearLR(o, 1e-30, 1, 5), 1),
    ]

    def warm(o, after):
        return S.LambdaLR(o, lambda k: k / 4 if k <= 4 else after(k - 4))

    result = []
    for call, make, ahead in table:
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
        scheduler = make(optimizer)
        rates = []
        for _ in range(20 + ahead):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if len(rates) < 20 + ahead:
                scheduler.step()
        result.append({"call": call, "rates": rates[ahead:]})
    return result


def write(path, made_by, more, key, entries):
    """One entry a line: a changed value shows as one changed line."""
    head = json.dumps({"made_by": made_by, **more})[:-1]
    body = ",\n".join(json.dumps(entry) for entry in entries)
    with open(path, "w") as file:
        file.write(f"{head}, {json.dumps(key)}: [\n{body}\n]}}\n")


if __name__ == "__main__":
    write("golden/library.json", MADE_BY, {}, "entries", library())
    start, entries = optimizers()
    write("golden/optimizers.json", MADE_BY, start, "optimizers", entries)
    write("golden/schedules.json", MADE_BY, {}, "schedules", schedules())
