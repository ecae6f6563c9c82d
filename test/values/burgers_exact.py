"""Exact solution of Burgers' equation with u(0, x) = -sin(pi x), u(t, -1) = u(t, 1) = 0 and nu = 0.01 / pi.

Cole and Hopf's transformation turns it into the heat equation; what is left are two integrals against exp(-z^2),
taken here by Gauss-Hermite quadrature (Basdevant et al. 1986). The JavaScript in examples/burgers-pinn/exact.mjs
takes the same integrals by the trapezoidal rule, so that the two check each other.

    python3 burgers_exact.py > golden/burgers.json
"""

import json

import numpy as np

NU = 0.01 / np.pi
NODES = 300


def burgers(t, x):
    z, weight = np.polynomial.hermite.hermgauss(NODES)
    y = x[..., None] - 2 * np.sqrt(NU * t[..., None]) * z
    # exp(-cos(pi y) / (2 pi nu)), divided by its greatest value
    f = np.exp(-(1 + np.cos(np.pi * y)) / (2 * np.pi * NU)) * weight
    return -(np.sin(np.pi * y) * f).sum(-1) / f.sum(-1)


def main():
    t = np.linspace(0, 1, 21)
    x = np.linspace(-1, 1, 101)
    u = burgers(*np.meshgrid(t, x, indexing="ij"))
    u[0] = -np.sin(np.pi * x)
    print(
        json.dumps(
            {
                "made_by": f"burgers_exact.py, NumPy {np.__version__}, {NODES} Gauss-Hermite nodes",
                "nu": "0.01 / pi",
                "t": t.round(12).tolist(),
                "x": x.round(12).tolist(),
                "u": [[float(f"{v:.13g}") for v in row] for row in u],
            }
        )
    )


main()
