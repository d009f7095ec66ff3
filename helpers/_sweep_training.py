"""Training many models at once: every value of an axis and every seed, stacked in tensors, in one loop.

In the shapes below S counts seeds, L values, B the examples of a minibatch, d inputs, h hidden units, K classes.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from helpers._datasets import ImageData, RegressionData

DELAY = 1.0  # seconds: what takes less shows no progress
START, BATCHES, MASKS = 0, 1000, 2000  # added to a seed: no two purposes may draw the same numbers
CHUNK = 1000  # examples evaluated at a time, to bound the memory

Arrays = dict[str, np.ndarray]  # a flat form of what a sweep holds: it goes to files and between processes
Record = dict  # "epoch", "curves" at that epoch, (S, L) each, and "weights"


def run(train: Callable[..., Iterator[Record]], seeds: Sequence[int], executor: Executor | None) -> Arrays:
    """Train all seeds together here, or each as a task of the executor; an interrupt keeps what is done."""
    if executor is None:
        return collect(train, seeds, watched=True)
    futures = [executor.submit(collect, train, [seed], watched=False) for seed in seeds]
    parts = []
    try:
        with closing(progress(len(futures), "seed", watched=True)) as count:
            for future, _ in zip(futures, count, strict=True):
                parts.append(future.result())
    except KeyboardInterrupt:
        if not parts:
            raise
    finally:
        for future in futures:
            future.cancel()  # those that did not begin
    return join(parts) | {"interrupted": np.array(len(parts) < len(futures))}


def collect(train: Callable[..., Iterator[Record]], seeds: Sequence[int], watched: bool) -> Arrays:
    """Gather the records of a training. One that is watched shows progress and may be interrupted."""
    records, interrupted = [], False
    try:
        for record in train(seeds=seeds, watched=watched):
            records.append(record)
            for older in records[-2:-1]:
                older["weights"] = None  # only the last are kept
    except KeyboardInterrupt:
        if not (watched and records):
            raise
        interrupted = True
    curves = {name: torch.stack([r["curves"][name] for r in records], dim=2) for name in records[0]["curves"]}
    tensors = flat("curves", curves) | flat("weights", records[-1]["weights"])
    arrays = {key: tensor.numpy() for key, tensor in tensors.items()}
    return arrays | {"epochs": np.array([r["epoch"] for r in records]), "interrupted": np.array(interrupted)}


def flat(name: str, value: Tensor | Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return ``{name: value}``, or for a mapping ``{name.key: value[key], ...}``."""
    return {name: value} if isinstance(value, Tensor) else {f"{name}.{key}": value[key] for key in value}


def nested(name: str, tensors: Mapping[str, Tensor]) -> Tensor | dict[str, Tensor]:
    """Return what `flat` took apart."""
    below = {key.removeprefix(f"{name}."): tensors[key] for key in tensors if key.startswith(f"{name}.")}
    return below or tensors[name]


def join(parts: list[Arrays]) -> Arrays:
    """Put the seeds of several runs into one."""
    per_seed = [key for key in parts[0] if key.startswith(("curves", "weights"))]
    return parts[0] | {key: np.concatenate([part[key] for part in parts]) for key in per_seed}


def progress(total: int, unit: str, watched: bool) -> Iterator[int]:
    """Count from 1 to `total`; from the first second on, show how far."""
    start, bar = time.monotonic(), None
    watched = watched and not os.environ.get("TQDM_DISABLE")  # tqdm's own switch, which its notebook bar overlooks
    try:
        for done in range(1, total + 1):
            yield done
            if bar is not None:
                bar.update()
            elif watched and time.monotonic() - start > DELAY:
                from tqdm.auto import tqdm  # here, not above: in a notebook it loads ipywidgets

                bar = tqdm(total=total, initial=done, unit=unit, leave=False)
    finally:
        if bar is not None:
            bar.close()


def seeded(seeds: Sequence[int], purpose: int) -> list[torch.Generator]:
    """Return a generator for each seed, of its own for each purpose, as the chapters do."""
    return [torch.Generator().manual_seed(seed + purpose) for seed in seeds]


def draw_data(data: object, seeds: Sequence[int], kind: type) -> list:
    """Return the data of each seed, or the one data set of all, after a look at what it is."""
    drawn = [data(seed) for seed in seeds] if callable(data) else [data]
    for one in drawn:
        if not isinstance(one, kind):
            raise TypeError(f"data must be {kind.__name__}, or a function seed -> {kind.__name__}, got {one!r:.80}")
    return drawn


def stacked(drawn: list, num_seeds: int) -> list[Tensor]:
    """Return X_train, y_train, X_test and y_test of every seed, each (S, n, ...)."""
    parts = []
    for part in ("X_train", "y_train", "X_test", "y_test"):
        tensors = [getattr(one, part) for one in drawn]
        shapes = {tuple(tensor.shape) for tensor in tensors}
        if len(shapes) > 1:
            raise ValueError(f"{part} must have one shape for all seeds, got {sorted(shapes)}: they train together")
        parts.append(torch.stack(tensors).expand(num_seeds, *tensors[0].shape))
    return parts


def shuffled_epochs(X: Tensor, y: Tensor, seeds: Sequence[int], num_epochs: int, batch_size: int, watched: bool):
    """Yield each epoch's number and minibatches, (S, B, ...) each; each seed has an order of its own."""
    shuffles, rows = seeded(seeds, BATCHES), torch.arange(len(seeds))[:, None]
    with closing(progress(num_epochs, "epoch", watched)) as epochs:
        for epoch in epochs:
            order = torch.stack([torch.randperm(X.shape[1], generator=shuffle) for shuffle in shuffles])
            X_split, y_split = (t[rows, order].split(batch_size, dim=1) for t in (X, y))  # one lookup, then views
            yield epoch, zip(X_split, y_split, strict=True)


def train_decay(
    lambdas: Sequence[float],
    *,
    seeds: Sequence[int],
    watched: bool,
    data: RegressionData | Callable[[int], RegressionData],
    num_epochs: int,
    lr: float,
    batch_size: int,
    init_std: float,
    record_every: int,
) -> Iterator[Record]:
    """Train linear regression for every seed and λ, and yield what is recorded.

    The gradient is written out: with the residual r = X w + b − y it is Xᵀ r / B for w and the mean of r for b.
    """
    X, y, X_test, y_test = stacked(draw_data(data, seeds, RegressionData), len(seeds))
    starts = [init_std * torch.randn(X.shape[2], 1, generator=init) for init in seeded(seeds, START)]
    w = torch.stack(starts).to(X.dtype)
    w = w.repeat(1, 1, len(lambdas))  # (S, d, L)
    b = torch.zeros_like(w[:, :1])  # (S, 1, L)
    keep = torch.tensor([1 - lr * lambd for lambd in lambdas], dtype=X.dtype)  # (L,)
    for epoch, minibatches in shuffled_epochs(X, y, seeds, num_epochs, batch_size, watched):
        for X_i, y_i in minibatches:
            residual = X_i @ w + b - y_i  # (S, B, L)
            w *= keep  # <- weight decay; the bias has none
            w.baddbmm_(X_i.mT, residual, alpha=-lr / X_i.shape[1])
            b -= lr * residual.mean(dim=1, keepdim=True)
        if epoch % record_every == 0 or epoch == num_epochs:
            train_loss, test_loss = ((X @ w + b - y).square().mean(dim=1) / 2 for X, y in [(X, y), (X_test, y_test)])
            curves = {"train_loss": train_loss, "test_loss": test_loss, "w_norm": w.norm(dim=1)}
            yield {"epoch": epoch, "curves": curves, "weights": w.mT.clone(memory_format=torch.contiguous_format)}


def init_mlps(sizes: Sequence[int], seeds: Sequence[int], num_values: int) -> dict[str, Tensor]:
    """Return the parameters of S · L nets, the same for every value of a seed.

    Weights are (outputs, inputs) as in ``nn.Linear``, so that examples are columns. The first layer of the L nets of a
    seed is *one* matrix, (S, L h, d), for they all see the same X; the others are stacked, (S L, outputs, inputs).
    """
    params, inits = {}, seeded(seeds, START)
    for k, (num_in, num_out) in enumerate(pairwise(sizes), start=1):
        draws = [torch.randn(num_in, num_out, generator=init) for init in inits]
        W = torch.stack(draws).mT * (2 / num_in) ** 0.5  # He et al., 2015
        W = W[:, None].repeat(1, num_values, 1, 1)  # (S, L, outputs, inputs)
        params[f"W{k}"] = (W.flatten(1, 2) if k == 1 else W.flatten(0, 1)).requires_grad_()
        params[f"b{k}"] = torch.zeros_like(params[f"W{k}"][..., :1], requires_grad=True)
    return params


def mlps(X: Tensor, params: dict[str, Tensor], dropout: Callable = lambda H, layer: H) -> Tensor:
    """Return the outputs of all nets, (S L, K, B), for X of shape (S, d, B)."""
    W1, b1, W2, b2, W3, b3 = params.values()
    H1 = torch.baddbmm(b1, W1, X).relu_().view(len(W2), W2.shape[2], -1)  # (S L, h, B)
    H2 = torch.baddbmm(b2, W2, dropout(H1, 0)).relu_()
    return torch.baddbmm(b3, W3, dropout(H2, 1))


def paired_dropout(ps: Tensor, seeds: Sequence[int]) -> Callable[[Tensor, int], Tensor]:
    """Return ``dropout(H, layer)`` with *one* uniform draw for all p of a seed: what 0.2 drops, 0.6 drops too."""
    masks = seeded(seeds, MASKS)
    scales = torch.where(ps < 1, 1 / (1 - ps), 0).float()
    p_of, scale_of = (t.float().T[:, :, None, None] for t in (ps, scales))  # (2, L, 1, 1)

    def dropout(H: Tensor, layer: int) -> Tensor:
        num_hiddens, num_examples = H.shape[1:]
        draw = torch.stack([torch.rand(num_examples, num_hiddens, generator=mask).T for mask in masks])  # (S, h, B)
        return H * ((draw[:, None] >= p_of[layer]) * scale_of[layer]).flatten(0, 1)

    return dropout


@torch.no_grad()
def loss_and_accuracy(params: dict[str, Tensor], X: Tensor, y: Tensor) -> list[Tensor]:
    """Return the means over X (S, n, d) and y (S, n), without dropout, (S, L) each."""
    num_values = len(params["W2"]) // len(X)
    loss = hits = 0
    for X_i, y_i in zip(X.split(CHUNK, dim=1), y.split(CHUNK, dim=1), strict=True):
        logits, labels = mlps(X_i.mT, params), y_i.repeat_interleave(num_values, dim=0)
        loss = loss + F.cross_entropy(logits, labels, reduction="none").sum(dim=1)
        hits = hits + (logits.max(dim=1).indices == labels).sum(dim=1)  # max: argmax takes ten times as long here
    return [(total / X.shape[1]).view(-1, num_values) for total in (loss, hits)]


def train_dropout(
    ps: Sequence[float] | Sequence[tuple[float, float]],
    *,
    seeds: Sequence[int],
    watched: bool,
    data: ImageData | Callable[[int], ImageData],
    num_hiddens: tuple[int, int],
    num_epochs: int,
    lr: float,
    batch_size: int,
    record_every: int,
) -> Iterator[Record]:
    """Train an MLP with dropout for every seed and p, and yield what is recorded."""
    drawn = draw_data(data, seeds, ImageData)
    X, y, X_test, y_test = stacked(drawn, len(seeds))
    params = init_mlps([X.shape[2], *num_hiddens, len(drawn[0].class_names)], seeds, len(ps))
    ps = torch.tensor(ps, dtype=torch.float64).view(len(ps), -1).expand(-1, 2)  # (L, 2)
    dropout = paired_dropout(ps, seeds)
    for epoch, minibatches in shuffled_epochs(X, y, seeds, num_epochs, batch_size, watched):
        for X_i, y_i in minibatches:
            logits, labels = mlps(X_i.mT, params, dropout), y_i.repeat_interleave(len(ps), dim=0)
            # The sum over all nets: none of them sees another's parameters, so each gets its own gradient.
            loss = F.cross_entropy(logits, labels, reduction="sum") / X_i.shape[1]
            grads = torch.autograd.grad(loss, list(params.values()))
            with torch.no_grad():
                for param, grad in zip(params.values(), grads, strict=True):
                    param.sub_(grad, alpha=lr)
        if epoch % record_every == 0 or epoch == num_epochs:
            train_loss, train_acc = loss_and_accuracy(params, X, y)
            test_loss, test_acc = loss_and_accuracy(params, X_test, y_test)
            curves = {"train_loss": train_loss, "test_loss": test_loss, "train_acc": train_acc, "test_acc": test_acc}
            weights = {name: t.detach().clone().view(len(seeds), len(ps), -1, t.shape[2]) for name, t in params.items()}
            yield {"epoch": epoch, "curves": curves, "weights": weights}
