"""What PyTorch makes of recurrent layers and of ctc, in f64.

    python3 recurrent_torch.py        writes golden/recurrent.json

Each entry is a few lines of a train block that bind `loss`, over `values`: parameters by name, of the layer and of the block.
`grad` holds d loss / d value for all of them. Outputs count with weights that are values too (`w_hs`), so that their
gradients are the outputs themselves. Matrices are stored as the language has them, [In, gates]: the transpose of PyTorch's.
"""

import json
import sys

import torch
import torch.nn.functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.nn.utils.stateless import functional_call

torch.set_default_dtype(torch.float64)
MADE_BY = f"recurrent_torch.py, PyTorch {torch.__version__.split('+')[0]}, Python {sys.version.split()[0]}, f64"
N, T, I, H = 3, 5, 2, 3
LENGTHS = [5, 2, 4]
MASK = [[float(t < n) for t in range(T)] for n in LENGTHS]
torch.manual_seed(1)


def some(*shape):
    return torch.round(torch.randn(shape) * 1000) / 1000


def entry(name, lines, function, **values):
    """Values are named as in the language, with `__` for dots: `lstm__cell__W`."""
    leaves = {k: v.clone().requires_grad_() for k, v in values.items()}
    loss = function(**leaves)
    grads = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
    dotted = lambda name: name.replace("__", ".")
    return {
        "name": name,
        "lines": lines,
        "shapes": {k: list(v.shape) for k, v in values.items() if "__" not in k},
        "values": {dotted(k): v.tolist() for k, v in values.items()},
        "loss": loss.item(),
        "grad": {dotted(k): (torch.zeros_like(v) if g is None else g).tolist() for (k, v), g in zip(values.items(), grads)},
    }


KINDS = {"rnn": (torch.nn.RNN, 1), "gru": (torch.nn.GRU, 3), "lstm": (torch.nn.LSTM, 4)}


def weights(kind, path, inputs=I):
    gates = KINDS[kind][1]
    made = {f"{path}__W": some(inputs, gates * H), f"{path}__U": some(H, gates * H), f"{path}__b": some(gates * H)}
    return {**made, f"{path}__r": some(H)} if kind == "gru" else made


def torch_weights(kind, path, given, suffix=""):
    """PyTorch has two biases for each gate."""
    b = given[f"{path}__b"]
    other = torch.cat([torch.zeros(2 * H), given[f"{path}__r"]]) if kind == "gru" else torch.zeros_like(b)
    return {
        f"weight_ih{suffix}": given[f"{path}__W"].T,
        f"weight_hh{suffix}": given[f"{path}__U"].T,
        f"bias_ih{suffix}": b,
        f"bias_hh{suffix}": other,
    }


def with_weights(module, given):
    """The fused kernels read a list of their own, not the parameters."""
    module._flat_weights = [given[name] for name in module._flat_weights_names]
    return module


def layer(kind, given, x, state=None, mask=False, reverse=False, **options):
    """hs and the last states; padded steps keep the state."""
    params = torch_weights(kind, f"{kind}__cell", given, "_l0")
    module = with_weights(KINDS[kind][0](I, H, batch_first=True, **options), params)
    if reverse:
        x = x.flip(1)
    if not mask:
        hs, last = module(x, state)
    else:
        packed = pack_padded_sequence(x, LENGTHS, batch_first=True, enforce_sorted=False)
        out, last = module(packed, state)
        hs, _ = pad_packed_sequence(out, batch_first=True, total_length=T)
        h = last[0] if kind == "lstm" else last
        hs = torch.where(torch.tensor(MASK)[:, :, None] > 0, hs, h[0][:, None])
    if reverse:
        hs = hs.flip(1)
    return hs, *(s[0] for s in (last if kind == "lstm" else (last,)))


def layers():
    for kind in KINDS:
        names = ["h", "c"] if kind == "lstm" else ["h"]
        outs = ", ".join(["hs", *(f"{n}1" for n in names)])
        total = " + ".join(f"sum(w_{n} * {n})" for n in ["hs", *(f"{n}1" for n in names)])
        first = lambda v: tuple(v[n][None] for n in names) if kind == "lstm" else v["h"][None]
        ws = lambda: {f"w_{n}": some(N, T, H) if n == "hs" else some(N, H) for n in ["hs", *(f"{n}1" for n in names)]}
        given = lambda: {n: some(N, H) for n in names}
        score = lambda v, result: sum((v[f"w_{n}"] * r).sum() for n, r in zip(["hs", *(f"{n}1" for n in names)], result))

        yield entry(
            kind,
            [f"net = {kind}({H})", "hs = net(x)", "loss = sum(w_hs * hs)"],
            lambda kind=kind, **v: (v["w_hs"] * layer(kind, v, v["x"])[0]).sum(),
            x=some(N, T, I), w_hs=some(N, T, H), **weights(kind, f"{kind}__cell"),
        )  # fmt: skip
        lines = [f"net = {kind}({H}, state = true)", f"{outs} = net(x, {', '.join(names)})", f"loss = {total}"]
        yield entry(
            f"{kind}, from states given to the last states",
            lines,
            lambda kind=kind, first=first, score=score, **v: score(v, layer(kind, v, v["x"], first(v))),
            x=some(N, T, I), **given(), **ws(), **weights(kind, f"{kind}__cell"),
        )  # fmt: skip
        lines = [
            f"net = {kind}({H}, state = true)",
            f"{outs} = net(x, {', '.join(names)}, mask = {json.dumps(MASK)})",
            f"loss = {total}",
        ]
        yield entry(
            f"{kind}, sequences of three lengths",
            lines,
            lambda kind=kind, first=first, score=score, **v: score(v, layer(kind, v, v["x"], first(v), mask=True)),
            x=some(N, T, I), **given(), **ws(), **weights(kind, f"{kind}__cell"),
        )  # fmt: skip
        lines = [f"net = {kind}({H}, reverse = true, state = true)", f"{outs} = net(x)", f"loss = {total}"]
        yield entry(
            f"{kind}, from the end",
            lines,
            lambda kind=kind, score=score, **v: score(v, layer(kind, v, v["x"], reverse=True)),
            x=some(N, T, I), **ws(), **weights(kind, f"{kind}__cell"),
        )  # fmt: skip
    yield entry(
        "rnn with relu",
        [f"net = rnn({H}, activation = relu)", "hs = net(x)", "loss = sum(w_hs * hs)"],
        lambda **v: (v["w_hs"] * layer("rnn", v, v["x"], nonlinearity="relu")[0]).sum(),
        x=some(N, T, I), w_hs=some(N, T, H), **weights("rnn", "rnn__cell"),
    )  # fmt: skip


def both_ways(kind, v, mask):
    params = {
        **torch_weights(kind, "bidirectional__forward__cell", v, "_l0"),
        **torch_weights(kind, "bidirectional__backward__cell", v, "_l0_reverse"),
    }
    module = with_weights(KINDS[kind][0](I, H, batch_first=True, bidirectional=True), params)
    if not mask:
        return module(v["x"])[0]
    packed = pack_padded_sequence(v["x"], LENGTHS, batch_first=True, enforce_sorted=False)
    out, last = module(packed)
    hs, _ = pad_packed_sequence(out, batch_first=True, total_length=T)
    h = last[0] if kind == "lstm" else last
    kept = torch.cat([h[0][:, None].expand(-1, T, -1), torch.zeros(N, T, H)], -1)
    return torch.where(torch.tensor(MASK)[:, :, None] > 0, hs, kept)


def pairs():
    for kind in ["gru", "lstm"]:
        for masked in [False, True]:
            call = f"net(x, mask = {json.dumps(MASK)})" if masked else "net(x)"
            yield entry(
                f"bidirectional {kind}{', sequences of three lengths' if masked else ''}",
                [f"net = bidirectional({kind}, {H})", f"hs = {call}", "loss = sum(w_hs * hs)"],
                lambda kind=kind, masked=masked, **v: (v["w_hs"] * both_ways(kind, v, masked)).sum(),
                x=some(N, T, I), w_hs=some(N, T, 2 * H),
                **weights(kind, "bidirectional__forward__cell"), **weights(kind, "bidirectional__backward__cell"),
            )  # fmt: skip


def cells():
    def one(module, kind, path, v, states):
        return functional_call(module(I, H), torch_weights(kind, path, v), (v["x"], states))

    yield entry(
        "rnn_cell",
        [f"net = rnn_cell({H})", "h1 = net(x, h)", "loss = sum(w_h * h1)"],
        lambda **v: (v["w_h"] * one(torch.nn.RNNCell, "rnn", "rnn_cell", v, v["h"])).sum(),
        x=some(N, I), h=some(N, H), w_h=some(N, H), **weights("rnn", "rnn_cell"),
    )  # fmt: skip
    yield entry(
        "gru_cell",
        [f"net = gru_cell({H})", "h1 = net(x, h)", "loss = sum(w_h * h1)"],
        lambda **v: (v["w_h"] * one(torch.nn.GRUCell, "gru", "gru_cell", v, v["h"])).sum(),
        x=some(N, I), h=some(N, H), w_h=some(N, H), **weights("gru", "gru_cell"),
    )  # fmt: skip

    def lstm(**v):
        h, c = one(torch.nn.LSTMCell, "lstm", "lstm_cell", v, (v["h"], v["c"]))
        return (v["w_h"] * h).sum() + (v["w_c"] * c).sum()

    yield entry(
        "lstm_cell",
        [f"net = lstm_cell({H})", "h1, c1 = net(x, h, c)", "loss = sum(w_h * h1) + sum(w_c * c1)"],
        lstm,
        x=some(N, I), h=some(N, H), c=some(N, H), w_h=some(N, H), w_c=some(N, H), **weights("lstm", "lstm_cell"),
    )  # fmt: skip


def ctc():
    """Equal labels that follow each other need a blank between them: some rows have just enough room."""

    def loss(z, w, labels, inputs, targets, blank):
        logs = z.log_softmax(-1).transpose(0, 1)
        return (w * F.ctc_loss(logs, torch.tensor(labels), inputs, targets, blank, reduction="none")).sum()

    ones = lambda lengths, most: json.dumps([[float(i < n) for i in range(most)] for n in lengths])
    labels = [[1, 2, 3], [2, 2, 1], [3, 1, 2], [1, 1, 1]]
    yield entry(
        "ctc",
        [f"loss = sum(w * ctc(z, i32({labels})))"],
        lambda **v: loss(**v, labels=labels, inputs=[5] * 4, targets=[3] * 4, blank=0),
        z=some(4, 5, 4), w=some(4),
    )  # fmt: skip
    inputs, targets = [7, 6, 3, 4], [3, 3, 1, 2]
    masks = f"mask = {ones(inputs, 7)}, label_mask = {ones(targets, 3)}"
    labels2 = [[1, 2, 0], [2, 2, 1], [0, 1, 2], [1, 1, 1]]
    yield entry(
        "ctc, lengths of their own, the last class blank",
        [f"loss = sum(w * ctc(z, i32({labels2}), {masks}, blank = 3))"],
        lambda **v: loss(**v, labels=labels2, inputs=inputs, targets=targets, blank=3),
        z=some(4, 7, 4), w=some(4),
    )  # fmt: skip


if __name__ == "__main__":
    entries = [e for make in (layers, pairs, cells, ctc) for e in make()]
    head = json.dumps({"made_by": MADE_BY})[:-1]
    body = ",\n".join(json.dumps(e) for e in entries)
    with open("golden/recurrent.json", "w") as file:
        file.write(f'{head}, "entries": [\n{body}\n]}}\n')
