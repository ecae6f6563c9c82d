"""The model of examples/vae in PyTorch: same layers, same initial distributions, same optimizer, batches and epochs.

    python3 vae_torch.py [epochs]       writes golden/vae.json (about three minutes a seed on one core)

Random numbers differ from bpnet's, so what can be compared is the loss on the test images after training; three seeds
show how much it scatters.
"""

import gzip
import json
import math
import sys

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
DATA = "../../examples/data/mnist/"
BATCH, HIDDEN, CODE = 128, 256, 16


def images(name):
    with gzip.open(DATA + name) as file:
        pixels = np.frombuffer(file.read(), np.uint8, offset=16)
    return torch.tensor(pixels.reshape(-1, 784) / 255.0, dtype=torch.float32)


def dense(inputs, outputs):
    """he_normal weights, zero biases: the library's `dense`."""
    w = torch.randn(inputs, outputs) * math.sqrt(2 / inputs)
    return w.requires_grad_(), torch.zeros(outputs, requires_grad=True)


def losses(p, x):
    """Reconstruction and Kullback-Leibler parts, one number an image."""
    h = torch.relu(x @ p[0][0] + p[0][1])
    mu, lv = h @ p[1][0] + p[1][1], h @ p[2][0] + p[2][1]
    z = mu + torch.exp(0.5 * lv) * torch.randn_like(mu)
    out = torch.relu(z @ p[3][0] + p[3][1]) @ p[4][0] + p[4][1]
    rec = F.binary_cross_entropy_with_logits(out, x, reduction="none").sum(1)
    kl = -0.5 * (1 + lv - mu**2 - lv.exp()).sum(1)
    return rec, kl


def train(seed, epochs, x, x_test):
    torch.manual_seed(seed)
    p = [dense(784, HIDDEN), dense(HIDDEN, CODE), dense(HIDDEN, CODE), dense(CODE, HIDDEN), dense(HIDDEN, 784)]
    optimizer = torch.optim.Adam([t for pair in p for t in pair], lr=1e-3)
    by_epoch = []
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for start in range(0, len(x), BATCH):
            rec, kl = losses(p, x[order[start : start + BATCH]])
            optimizer.zero_grad()
            (rec + kl).mean().backward()
            optimizer.step()
        with torch.no_grad():
            rec, kl = losses(p, x_test)
        by_epoch.append(round((rec + kl).mean().item(), 4))
        print(f"seed {seed}  epoch {len(by_epoch)}  test loss {by_epoch[-1]}", file=sys.stderr, flush=True)
    return {"seed": seed, "test_loss": by_epoch[-1], "test_reconstruction": round(rec.mean().item(), 4), "by_epoch": by_epoch}


def main():
    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    x, x_test = images("train-images-idx3-ubyte.gz"), images("test-images-idx3-ubyte.gz")
    runs = [train(seed, epochs, x, x_test) for seed in (0, 1, 2)]
    with open("golden/vae.json", "w") as file:
        json.dump(
            {
                "made_by": f"vae_torch.py, PyTorch {torch.__version__.split('+')[0]}, NumPy {np.__version__}, f32, 1 thread",
                "epochs": epochs,
                "batch": BATCH,
                "train_images": len(x),
                "test_images": len(x_test),
                "mean_test_loss": round(sum(r["test_loss"] for r in runs) / len(runs), 4),
                "runs": runs,
            },
            file,
            indent=1,
        )
        file.write("\n")


main()
