"""What ReduceLROnPlateau makes of a rate of 0.1, epoch by epoch.

    python3 plateau_torch.py        writes golden/plateau.json
"""

import json
import sys
from pathlib import Path

import torch

VALUES = [1.0, 0.9, 0.89999, 0.899, 0.95, 0.9, 0.91, 0.7, 0.7, 0.7, 0.7, 0.7]
VALUES += [0.7, 0.69999, 0.69998, 0.69, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8]

CASES = [
    ("factor = 0.5, patience = 1", dict(factor=0.5, patience=1)),
    ("patience = 3, cooldown = 2", dict(patience=3, cooldown=2)),
    ("factor = 0.5, patience = 0, min = 0.01, threshold = 0.01", dict(factor=0.5, patience=0, min_lr=0.01, threshold=0.01)),
    ("factor = 0.5, patience = 2, mode = highest", dict(factor=0.5, patience=2, mode="max")),
    ("factor = 0.5, patience = 1, cooldown = 1, threshold = 0", dict(factor=0.5, patience=1, cooldown=1, threshold=0)),
]


def rates(options):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **options)
    after = []
    for value in VALUES:
        scheduler.step(value)
        after.append(optimizer.param_groups[0]["lr"])
    return after


made_by = f"plateau_torch.py, PyTorch {torch.__version__.split('+')[0]}, Python {sys.version.split()[0]}"
cases = [{"options": ours, "rates": rates(theirs)} for ours, theirs in CASES]
text = json.dumps({"madeBy": made_by, "values": VALUES, "cases": cases}, indent=1)
(Path(__file__).parent / "golden" / "plateau.json").write_text(text + "\n")
