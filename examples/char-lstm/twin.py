"""The same network in PyTorch, from the same distributions: python3 twin.py [steps] [seeds]

Prints the mean training loss of the ten steps up to 50, 100, 200 …, and the loss on the last 5% at the end.
"""
import math
import pathlib
import sys

import torch
from torch import nn
from torch.nn.functional import cross_entropy

T, E, H, B = 64, 32, 128, 32
steps = int(sys.argv[1]) if len(sys.argv) > 1 else 200
seeds = int(sys.argv[2]) if len(sys.argv) > 2 else 1

text = (pathlib.Path(__file__).parent / '../data/tinyshakespeare/tinyshakespeare.txt').read_text()
letters = sorted(set(text))
ids = torch.tensor([letters.index(c) for c in text])
cut = len(ids) - round(0.05 * len(ids))
train, valid = ids[:cut], ids[cut:]


class CharLstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(len(letters), E)
        self.cell = nn.LSTM(E, H, batch_first=True)
        self.head = nn.Linear(H, len(letters))
        nn.init.normal_(self.emb.weight, std=0.02)
        nn.init.xavier_uniform_(self.cell.weight_ih_l0)
        nn.init.orthogonal_(self.cell.weight_hh_l0)
        nn.init.zeros_(self.cell.bias_ih_l0)
        nn.init.zeros_(self.cell.bias_hh_l0)
        self.cell.bias_hh_l0.data[H : 2 * H] = 1  # the 1 added to the forget gate; one bias learns
        self.cell.bias_hh_l0.requires_grad = False
        nn.init.normal_(self.head.weight, std=math.sqrt(2 / H))
        nn.init.zeros_(self.head.bias)

    def forward(self, x):
        return self.head(self.cell(self.emb(x))[0])


def loss_of(net, windows):
    return cross_entropy(net(windows[:, :T]).flatten(0, 1), windows[:, 1:].flatten())


for seed in range(1, seeds + 1):
    torch.manual_seed(seed)
    net = CharLstm()
    learnt = [p for p in net.parameters() if p.requires_grad]
    optimizer = torch.optim.RMSprop(learnt, lr=2e-3)
    losses = []
    for step in range(steps):
        starts = torch.randint(len(train) - T, (B, 1))
        loss = loss_of(net, train[starts + torch.arange(T + 1)])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_value_(learnt, 5)
        optimizer.step()
        losses.append(loss.item())
    for at in [50, 100, 200, 500, 1000, 2000, 5000]:
        if at <= steps:
            print(f'seed {seed}  step {at}  {sum(losses[at - 10 : at]) / 10:.3f}')
    with torch.no_grad():
        windows = valid.unfold(0, T + 1, T)
        print(f'seed {seed}  valid  {loss_of(net, windows):.3f}', flush=True)
