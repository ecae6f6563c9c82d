"""The same network in PyTorch, from the same distributions: python3 twin.py [steps] [seeds] [T] [E] [layers]

Prints the mean training loss of the ten steps up to 50, 100, 200 …, and the loss on the last 10% at the end.
"""
import math
import pathlib
import sys

import torch
from torch import nn
from torch.nn.functional import cross_entropy

steps, seeds, T, E, layers = [
    int(sys.argv[i + 1]) if len(sys.argv) > i + 1 else default
    for i, default in enumerate([200, 1, 64, 64, 2])
]
N, B = 4, 16

text = (pathlib.Path(__file__).parent / '../data/tinyshakespeare/tinyshakespeare.txt').read_text()
letters = sorted(set(text))
ids = torch.tensor([letters.index(c) for c in text])
cut = len(ids) - round(0.1 * len(ids))
train, valid = ids[:cut], ids[cut:]


def dense(inputs, outputs, bias=True):
    layer = nn.Linear(inputs, outputs, bias=bias)
    nn.init.normal_(layer.weight, std=math.sqrt(2 / inputs))
    if bias:
        nn.init.zeros_(layer.bias)
    return layer


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.before, self.between = nn.LayerNorm(E), nn.LayerNorm(E)
        self.qkv, self.out = dense(E, 3 * E, bias=False), dense(E, E)
        self.mlp = nn.Sequential(dense(E, 4 * E), nn.GELU(), dense(4 * E, E), nn.Dropout(0.1))
        self.drop = nn.Dropout(0.1)
        self.register_buffer('seen', torch.ones(T, T).tril().bool())

    def attention(self, x):
        q, k, v = [part.unflatten(2, (N, E // N)).transpose(1, 2) for part in self.qkv(x).split(E, 2)]
        scores = q @ k.transpose(2, 3) / math.sqrt(E / N)
        a = self.drop(scores.masked_fill(~self.seen, -math.inf).softmax(3))
        return self.out((a @ v).transpose(1, 2).flatten(2))

    def forward(self, x):
        x = x + self.attention(self.before(x))
        return x + self.mlp(self.between(x))


class Gpt(nn.Module):
    def __init__(self):
        super().__init__()
        self.wte = nn.Parameter(0.02 * torch.randn(len(letters), E))
        self.wpe = nn.Parameter(0.02 * torch.randn(T, E))
        self.blocks = nn.Sequential(*[Block() for _ in range(layers)])
        self.norm = nn.LayerNorm(E)

    def forward(self, x):
        return self.norm(self.blocks(self.wte[x] + self.wpe)) @ self.wte.T


def loss_of(net, windows):
    return cross_entropy(net(windows[:, :T]).flatten(0, 1), windows[:, 1:].flatten())


def rate(step, peak=1e-3, warmup=100, least=1e-4):
    if step <= warmup:
        return peak * step / warmup
    return least + (peak - least) * 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))


for seed in range(1, seeds + 1):
    torch.manual_seed(seed)
    net = Gpt()
    optimizer = torch.optim.AdamW(net.parameters(), weight_decay=0.1)
    losses = []
    for step in range(1, steps + 1):
        starts = torch.randint(len(train) - T, (B, 1))
        loss = loss_of(net, train[starts + torch.arange(T + 1)])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1)
        optimizer.param_groups[0]['lr'] = rate(step)
        optimizer.step()
        losses.append(loss.item())
    for at in [50, 100, 200, 500, 1000, 2000]:
        if at <= steps:
            print(f'seed {seed}  step {at}  {sum(losses[at - 10 : at]) / 10:.3f}')
    with torch.no_grad():
        net.eval()
        windows = valid.unfold(0, T + 1, T)
        parts = [loss_of(net, part) * len(part) for part in windows.split(64)]
        print(f'seed {seed}  valid  {sum(parts) / len(windows):.3f}', flush=True)
