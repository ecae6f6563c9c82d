"""NumPy, forward, backward and Adam written by hand: the dense networks alone. No graph, no autograd: close to what BLAS gives."""

import numpy

from measure import given, measure

g = given()
xor = g["workload"] == "xor"
weights = list(g["weights"].values())
W, B = weights[::2], weights[1::2]
layers = len(W)
f32 = numpy.float32
rate = f32(g["rate"])
sets = g["sets"]
batch, classes = g["shape"]["batch"], g["shape"]["sizes"][-1]
last = 0.0


def descend(i):
    global last
    x, y = sets[i % len(sets)]
    y = y.reshape(4, 1)
    h = 1 / (1 + numpy.exp(-(x @ W[0] + B[0])))
    p = 1 / (1 + numpy.exp(-(h @ W[1] + B[1])))
    e = p - y
    last = (e * e).mean()
    d2 = f32(2 / batch) * e * p * (1 - p)
    d1 = (d2 @ W[1].T) * h * (1 - h)
    for w, b, inputs, d in ((W[1], B[1], h, d2), (W[0], B[0], x, d1)):
        w -= rate * (inputs.T @ d)
        b -= rate * d.sum(0)


labels = [] if xor else [numpy.eye(classes, dtype=f32)[y] for _, y in sets]
m, v, move, scratch = ([numpy.zeros_like(w) for w in weights] for _ in range(4))


def adam(i):
    global last
    h = sets[i % len(sets)][0]
    label = labels[i % len(labels)]
    inputs = []
    for l in range(layers):
        inputs.append(h)
        h = h @ W[l]
        h += B[l]
        if l + 1 < layers:
            numpy.maximum(h, 0, out=h)
    h -= h.max(1, keepdims=True)
    h -= numpy.log(numpy.exp(h).sum(1, keepdims=True))  # log-softmax
    last = -(h * label).sum() / batch
    d = numpy.exp(h)
    d -= label
    d *= f32(1 / batch)
    gradients = [None] * len(weights)
    for l in reversed(range(layers)):
        gradients[2 * l : 2 * l + 2] = inputs[l].T @ d, d.sum(0)
        if l:
            d = d @ W[l].T
            d *= inputs[l] > 0
    c1, c2 = f32(1 - 0.9 ** (i + 1)), f32(1 - 0.999 ** (i + 1))
    for w, dw, m1, m2, a, b in zip(weights, gradients, m, v, move, scratch):
        m1 *= f32(0.9)
        numpy.multiply(dw, f32(0.1), out=a)
        m1 += a
        m2 *= f32(0.999)
        numpy.multiply(dw, dw, out=a)
        a *= f32(0.001)
        m2 += a
        numpy.divide(m2, c2, out=a)
        numpy.sqrt(a, out=a)
        a += f32(1e-8)
        numpy.divide(m1, a, out=b)
        b *= rate / c1
        w -= b


measure(numpy.__version__, descend if xor else adam, lambda: float(last))
