"""Training linear regression for every λ and seed at once, stacked in tensors, in one loop.

In the shapes below S counts seeds, L values, B the examples of a minibatch, d inputs.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import torch
from torch import Tensor

from helpers.data.records import RegressionData
from helpers.seeding import BATCHES, START, seeded
from helpers.sweeps.run import Record, Training, progress


def draw_data(data: object, seeds: Sequence[int], kind: type | tuple[type, ...]) -> list:
    """Return the data of each seed, or the one data set of all, after checking its type."""
    drawn = [data(seed) for seed in seeds] if callable(data) else [data]
    for one in drawn:
        if not isinstance(one, kind):
            name = " or ".join(each.__name__ for each in (kind if isinstance(kind, tuple) else (kind,)))
            raise TypeError(f"data must be {name}, or a function seed -> {name}, got {one!r:.80}")
    return drawn


def stacked(drawn: list, num_seeds: int) -> list[Tensor]:
    """Return X_train, y_train, X_test and y_test of every seed, each (S, n, ...)."""
    parts = []
    for part in ("X_train", "y_train", "X_test", "y_test"):
        tensors = [getattr(one, part) for one in drawn]
        shapes = {tuple(tensor.shape) for tensor in tensors}
        if len(shapes) > 1:
            raise ValueError(
                f"{part} must have the same shape for all seeds, got {sorted(shapes)}: they train together"
            )
        parts.append(torch.stack(tensors).expand(num_seeds, *tensors[0].shape))
    return parts


def shuffled_epochs(X: Tensor, y: Tensor, training: Training, seeds: Sequence[int], show_progress: bool):
    """Yield each epoch's number and minibatches, (S, B, ...) each; each seed has its own order."""
    shuffles, rows = seeded(seeds, BATCHES), torch.arange(len(seeds))[:, None]
    with closing(progress(training.num_epochs, "epoch", show_progress)) as epochs:
        for epoch in epochs:
            order = torch.stack([torch.randperm(X.shape[1], generator=shuffle) for shuffle in shuffles])
            X_split, y_split = (t[rows, order].split(training.batch_size, dim=1) for t in (X, y))  # lookup, then views
            yield epoch, zip(X_split, y_split, strict=True)


def train_decay(
    training: Training,
    seeds: Sequence[int],
    show_progress: bool,
    *,
    data: RegressionData | Callable[[int], RegressionData],
    values: Sequence[float],
    init_std: float,
) -> Iterator[Record]:
    """Train linear regression for every seed and every λ of `values`, and yield what is recorded.

    The gradient is computed by hand: with the residual r = X w + b − y it is Xᵀ r / B for w and the mean of r for b.
    """
    X, y, X_test, y_test = stacked(draw_data(data, seeds, RegressionData), len(seeds))
    starts = [init_std * torch.randn(X.shape[2], 1, generator=init) for init in seeded(seeds, START)]
    w = torch.stack(starts).to(X.dtype)
    w = w.repeat(1, 1, len(values))  # (S, d, L)
    b = torch.zeros_like(w[:, :1])  # (S, 1, L)
    keep = torch.tensor([1 - training.lr * lambd for lambd in values], dtype=X.dtype)  # (L,)
    for epoch, minibatches in shuffled_epochs(X, y, training, seeds, show_progress):
        for X_i, y_i in minibatches:
            residual = X_i @ w + b - y_i  # (S, B, L)
            w *= keep  # <- weight decay; the bias has none
            w.baddbmm_(X_i.mT, residual, alpha=-training.lr / X_i.shape[1])
            b -= training.lr * residual.mean(dim=1, keepdim=True)
        if training.is_recorded(epoch):
            train_loss, test_loss = ((X @ w + b - y).square().mean(dim=1) / 2 for X, y in [(X, y), (X_test, y_test)])
            curves = {"train_loss": train_loss, "test_loss": test_loss, "w_norm": w.norm(dim=1)}
            yield {"epoch": epoch, "curves": curves, "weights": w.mT.clone(memory_format=torch.contiguous_format)}
