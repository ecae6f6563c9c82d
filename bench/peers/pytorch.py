"""PyTorch on the CPU, eager: `nn` modules and `torch.optim`."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from measure import given, measure

g = given()
torch.set_num_threads(g["threads"])
shape = g["shape"]
W = {name: torch.from_numpy(values) for name, values in g["weights"].items()}


def dense(end):
    w, b = W[f"w{end}"], W[f"b{end}"]
    return filled(nn.Linear(*w.shape), weight=w.T, bias=b)


def filled(module, **values):
    with torch.no_grad():
        for name, value in values.items():
            getattr(module, name).copy_(value)
    return module


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(dense(l) for l in range(len(shape["sizes"]) - 1))
        self.xor = g["workload"] == "xor"

    def forward(self, x):
        *inner, last = self.layers
        for layer in inner:
            x = torch.sigmoid(layer(x)) if self.xor else F.relu(layer(x))
        return torch.sigmoid(last(x)) if self.xor else last(x)


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        channels, side = shape["channels"], shape["side"] // 4
        self.convs = nn.ModuleList(
            filled(
                nn.Conv2d(channels[l], channels[l + 1], 3, padding=1),
                weight=W[f"k{l}"].permute(3, 2, 0, 1),
                bias=W[f"kb{l}"],
            )
            for l in range(len(channels) - 1)
        )
        self.dense = dense("")
        # The rows of the weights given are row, column, channel; here channels come first.
        rows = W["w"].reshape(side, side, channels[-1], -1).permute(2, 0, 1, 3).flatten(0, 2)
        filled(self.dense, weight=rows.T)

    def forward(self, x):
        for conv in self.convs:
            x = F.max_pool2d(F.relu(conv(x)), 2)
        return self.dense(x.flatten(1))


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        vocab, width, hidden = shape["vocab"], shape["width"], shape["hidden"]
        self.tokens = filled(nn.Embedding(vocab, width), weight=W["tokens"])
        self.lstm = filled(
            nn.LSTM(width, hidden, batch_first=True),
            weight_ih_l0=W["wx"].T,
            weight_hh_l0=W["wh"].T,
            bias_ih_l0=W["bh"],
            bias_hh_l0=0 * W["bh"],
        )
        self.lstm.bias_hh_l0.requires_grad_(False)  # one bias, as everywhere else
        self.head = dense("")

    def forward(self, ids):
        h, _ = self.lstm(self.tokens(ids))
        return self.head(h).flatten(0, 1)


def norm(end):
    return filled(nn.LayerNorm(shape["width"]), weight=W[f"gamma{end}"], bias=W[f"beta{end}"])


class Block(nn.Module):
    def __init__(self, l):
        super().__init__()
        self.norm_a, self.norm_b = norm(f"{l}a"), norm(f"{l}b")
        self.qkv, self.out = dense(f"{l}qkv"), dense(f"{l}out")
        self.up, self.down = dense(f"{l}up"), dense(f"{l}down")
        later = torch.ones(shape["time"], shape["time"]).tril() == 0
        self.register_buffer("later", later)

    def forward(self, x):
        batch, time, width = x.shape
        size = width // shape["heads"]
        parts = self.qkv(self.norm_a(x)).split(width, 2)
        q, k, v = (part.view(batch, time, -1, size).transpose(1, 2) for part in parts)
        scores = (q @ k.transpose(-2, -1)) / math.sqrt(size)
        a = F.softmax(scores.masked_fill(self.later, -math.inf), -1)
        x = x + self.out((a @ v).transpose(1, 2).reshape(batch, time, width))
        return x + self.down(F.gelu(self.up(self.norm_b(x)), approximate="tanh"))


class Gpt(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = filled(nn.Embedding(shape["vocab"], shape["width"]), weight=W["tokens"])
        self.places = nn.Parameter(W["places"])
        self.blocks = nn.Sequential(*(Block(l) for l in range(shape["layers"])))
        self.norm, self.head = norm(""), dense("")

    def forward(self, ids):
        h = self.blocks(self.tokens(ids) + self.places)
        return self.head(self.norm(h)).flatten(0, 1)


kinds = {"sizes": Mlp, "channels": Cnn, "hidden": Lstm, "heads": Gpt}
net = next(kind for key, kind in kinds.items() if key in shape)()
trained = [p for p in net.parameters() if p.requires_grad]
batches = [(torch.from_numpy(x), torch.from_numpy(y)) for x, y in g["sets"]]
if "sizes" in shape and net.xor:
    optimizer = torch.optim.SGD(trained, lr=g["rate"])
    loss_of = F.mse_loss
    batches = [(x, y.reshape(4, 1)) for x, y in batches]
else:
    optimizer = torch.optim.Adam(trained, lr=g["rate"])
    loss_of = F.cross_entropy
    batches = [(x, y.long()) for x, y in batches]
if "channels" in shape:
    batches = [(x.permute(0, 3, 1, 2).contiguous(), y) for x, y in batches]
loss = None


def step(i):
    global loss
    x, y = batches[i % len(batches)]
    optimizer.zero_grad(set_to_none=True)
    loss = loss_of(net(x), y)
    loss.backward()
    optimizer.step()


measure(torch.__version__, step, lambda: loss.item())
