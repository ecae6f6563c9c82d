"""The timing loop of the Python peers, as in ../measure.mjs, and what they are given: ../given-file.mjs writes it."""

import json
import os
import sys
import time

import numpy

ASKED = json.loads(sys.argv[1])
WARM_UP = 0.8


def given():
    """The request, with weights by name and sets as arrays."""
    with open(ASKED["given"] + ".json") as file:
        shapes = json.load(file)
    data = open(ASKED["given"] + ".bin", "rb").read()

    def array(entry):
        dtype = numpy.dtype(entry["dtype"])
        count = int(numpy.prod(entry["shape"]))
        return numpy.frombuffer(data, dtype, count, entry["at"]).reshape(entry["shape"]).copy()

    weights = {name: array(entry) for name, entry in shapes["weights"].items()}
    sets = [(array(each["x"]), array(each["y"])) for each in shapes["sets"]]
    return {**ASKED, "shape": shapes["shape"], "rate": shapes["rate"], "weights": weights, "sets": sets}


def since_start():
    """Seconds since this process started."""
    with open("/proc/self/stat") as file:
        began = int(file.read().rsplit(")", 1)[1].split()[19]) / os.sysconf("SC_CLK_TCK")
    with open("/proc/uptime") as file:
        return float(file.read().split()[0]) - began


def peak_megabytes():
    with open("/proc/self/status") as file:
        return int(next(line for line in file if line.startswith("VmHWM")).split()[1]) / 1024


def busy_seconds():
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq, steal = [int(x) for x in file.readline().split()[1:9]]
    return (user + nice + system + irq + softirq + steal) / 100


def measure(version, step, loss):
    """step(i): one training step. loss(): that before the last update, as a float."""
    done = 0

    def timed(count):
        nonlocal done
        began = time.perf_counter()
        for _ in range(count):
            step(done)
            done += 1
        return loss(), time.perf_counter() - began

    timed(1)
    first = since_start()
    third, seconds = timed(2)
    each = seconds / 2

    def chunk_of(seconds):
        return max(1, min(5000, int(seconds / each)))

    warm = time.perf_counter() + WARM_UP
    while time.perf_counter() < warm and each < WARM_UP:
        count = min(2000, chunk_of(0.05))
        each = timed(count)[1] / count
    chunk = chunk_of(0.1)
    steps, elapsed = 0, 0
    others, own, began = busy_seconds(), time.process_time(), time.perf_counter()
    while elapsed < ASKED["seconds"]:
        last, _ = timed(chunk)
        steps += chunk
        elapsed = time.perf_counter() - began
    used = time.process_time() - own
    result = {
        "version": version,
        "stepsPerSecond": steps / elapsed,
        "third": third,
        "last": last,
        "firstStepMs": first * 1000,
        "megabytes": peak_megabytes(),
        "cores": used / elapsed,
        "otherCores": max(0, (busy_seconds() - others - used) / elapsed),
    }
    print(json.dumps(result))
