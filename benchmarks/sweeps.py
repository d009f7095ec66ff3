"""What a whole axis costs, in trainings: sweeps against the loops of chapters 1 and 3, with autograd, without plots.

Both sides record the same curves at the same epochs, on one thread, in turn. Run it by ``python -m benchmarks.sweeps``.
"""

import time
from collections.abc import Callable
from itertools import pairwise
from statistics import median

import torch
from torch.nn import functional as F

from helpers import dropout_layer, load_digits, synthetic_regression
from helpers.sweeps import sweep_dropout, sweep_weight_decay

REGRESSION = synthetic_regression()
DIGITS = load_digits(1000).with_label_noise(0.2)
LAMBDAS = [0.0, *torch.logspace(-2, 2, 63).tolist()]
PS = [k / 10 for k in range(10)]


def generators(count: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(0) for _ in range(count)]


def sgd(params: list[torch.Tensor], lr: float) -> None:
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad
            param.grad.zero_()


@torch.no_grad()
def decay_row(data, w, b) -> list[float]:
    sets = [(data.X_train, data.y_train), (data.X_test, data.y_test)]
    return [*(((X @ w + b - y) ** 2).mean().item() / 2 for X, y in sets), w.norm().item()]


def train_decay(data, lambd=3.0, num_epochs=100, lr=0.003, batch_size=5, record_every=5) -> list[list[float]]:
    """Train one λ as chapter 1 does."""
    init, shuffle = generators(2)
    w, b = torch.randn(data.num_inputs, 1, generator=init).requires_grad_(), torch.zeros(1, requires_grad=True)
    rows = []
    for epoch in range(1, num_epochs + 1):
        for i in torch.randperm(data.num_train, generator=shuffle).split(batch_size):
            loss = ((data.X_train[i] @ w + b - data.y_train[i]) ** 2).mean() / 2
            loss = loss + lambd * (w**2).sum() / 2
            loss.backward()
            sgd([w, b], lr)
        if epoch % record_every == 0:
            rows.append(decay_row(data, w, b))
    return rows


def mlp(X, params, p, masks):
    W1, b1, W2, b2, W3, b3 = params
    H1 = dropout_layer(torch.relu(X @ W1 + b1), p, masks)
    H2 = dropout_layer(torch.relu(H1 @ W2 + b2), p, masks)
    return H2 @ W3 + b3


@torch.no_grad()
def dropout_row(data, params) -> list[float]:
    W1, b1, W2, b2, W3, b3 = params
    row = []
    for X, y in [(data.X_train, data.y_train), (data.X_test, data.y_test)]:
        logits = torch.relu(torch.relu(X @ W1 + b1) @ W2 + b2) @ W3 + b3
        row += [F.cross_entropy(logits, y).item(), (logits.argmax(dim=1) == y).float().mean().item()]
    return row


def train_dropout(data, p, num_hiddens=64, num_epochs=60, lr=0.2, batch_size=50, record_every=3) -> list[list[float]]:
    """Train one p as chapter 3 does."""
    init, shuffle, masks = generators(3)
    sizes = [data.num_inputs, num_hiddens, num_hiddens, len(data.class_names)]
    Ws = [torch.randn(a, b, generator=init) * (2 / a) ** 0.5 for a, b in pairwise(sizes)]
    params = [tensor.requires_grad_() for W in Ws for tensor in (W, torch.zeros(W.shape[1]))]
    rows = []
    for epoch in range(1, num_epochs + 1):
        for i in torch.randperm(data.num_train, generator=shuffle).split(batch_size):
            F.cross_entropy(mlp(data.X_train[i], params, p, masks), data.y_train[i]).backward()
            sgd(params, lr)
        if epoch % record_every == 0:
            rows.append(dropout_row(data, params))
    return rows


def seconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def one_lambda() -> None:
    train_decay(REGRESSION)


def ten_ps() -> None:
    for p in PS:
        train_dropout(DIGITS, p)


ROWS = [  # what, the sweep, what it is compared with, repeats
    ("64 λ", lambda: sweep_weight_decay(REGRESSION, LAMBDAS), "one training", one_lambda, 40),
    ("64 λ × 20 seeds", lambda: sweep_weight_decay(REGRESSION, LAMBDAS, num_seeds=20), "one training", one_lambda, 40),
    ("10 p", lambda: sweep_dropout(DIGITS, PS), "the same ten, one by one", ten_ps, 9),
]


def main() -> None:
    """Print the table."""
    torch.set_num_threads(1)
    print("| sweep | time | compared with | time | ratio |\n| --- | ---: | --- | ---: | ---: |")
    for name, sweep, other_name, other, repeats in ROWS:
        sweep(), other()  # the first run of a process is slower
        times = [(seconds(sweep), seconds(other)) for _ in range(repeats)]
        ours, theirs = (median(column) for column in zip(*times, strict=True))
        ratio = median(a / b for a, b in times)
        print(f"| {name} | {ours:.3f} s | {other_name} | {theirs:.3f} s | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
