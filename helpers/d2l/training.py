"""The book's measurements and training loops on today's torch; `helpers.d2l` exports them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor, nn

from helpers.d2l.installed import installed
from helpers.d2l.plots import show_images
from helpers.drawing.animator import Animator

Net = Callable[[Tensor], Tensor]
Loss = Callable[[Tensor, Tensor], Tensor]
DataIter = Iterable[tuple[Tensor, Tensor]]
Updater = torch.optim.Optimizer | Callable[[int], object]


class Accumulator(installed.Accumulator):
    """Sum up n quantities (book, section 3.6).

    Replaced: the book's converts tensors that require grad to numbers, which makes torch warn.
    """

    def add(self, *args: float | Tensor) -> None:
        """Add one number, or tensor of one number, to each sum."""
        super().add(*(arg.detach() if torch.is_tensor(arg) else arg for arg in args))


def evaluate_accuracy(net: Net, data_iter: DataIter) -> float:
    """Return the share of examples that `net` classifies correctly, without dropout (book, section 3.6).

    Replaced: the book's leaves the net in evaluation mode, so a loop that continues training does so without dropout.
    """
    metric = Accumulator(2)  # correct predictions, predictions
    with _evaluating(net) as net:
        for X, y in data_iter:
            metric.add(installed.accuracy(net(X), y), y.numel())
    return _mean(*metric.data)


def evaluate_loss(net: Net, data_iter: DataIter, loss: Loss) -> float:
    """Return the mean of `loss` over the data, without dropout (book, section 4.4).

    Replaced: the book's makes torch warn, drops units while it measures, and gives a last, smaller minibatch the weight
    of a full one if `loss` is reduced.
    """
    metric = Accumulator(2)  # sum of losses, number of losses
    with _evaluating(net) as net:
        for X, y in data_iter:
            y_hat = net(X)
            y = y.reshape(y_hat.shape) if y.numel() == y_hat.numel() else y  # (n,) to (n, 1), but no classes to scores
            metric.add(*_summed(loss(y_hat, y), y, loss))
    return _mean(*metric.data)


def train_epoch_ch3(net: Net, train_iter: DataIter, loss: Loss, updater: Updater) -> tuple[float, float]:
    """Train for one epoch; return the mean training loss and the training accuracy (book, section 3.6).

    Replaced: the book's makes torch warn, and with an optimizer fails if `loss` is not reduced.

    Parameters
    ----------
    net : Module or function
        A module is put into training mode, and left there.
    loss : callable
        Returns a loss per example, or their mean; a sum only if declared, as in ``nn.MSELoss(reduction="sum")``.
    updater : Optimizer, or function of the batch size
        An optimizer follows the gradient of the mean. A function, like ``lambda n: sgd(params, lr, n)``, divides the
        gradient itself and follows that of the sum: it needs a loss that is not reduced.

    Raises
    ------
    ValueError
        If `train_iter` yields no minibatch.
    """
    if isinstance(net, nn.Module):
        net.train()
    metric = Accumulator(4)  # sum of losses, number of losses, correct predictions, predictions
    for X, y in train_iter:
        y_hat = net(X)
        value = loss(y_hat, y)
        _step(value, updater, len(X))
        metric.add(*_summed(value, y, loss), installed.accuracy(y_hat, y), y.numel())
    return _mean(*metric.data[:2]), _mean(*metric.data[2:])


def train_ch3(
    net: Net, train_iter: DataIter, test_iter: DataIter, loss: Loss, num_epochs: int, updater: Updater
) -> None:
    """Train with a live plot; leave the net in evaluation mode, ready for use, as the book's does (section 3.6).

    Replaced: the book's Animator is broken, and the book ends in asserts (loss below 0.5, accuracies above 0.7) that a
    short training, or one on other data, does not always meet.
    """
    legend = ["train loss", "train acc", "test acc"]
    animator = Animator(xlabel="epoch", xlim=[1, num_epochs], ylim=[0.3, 0.9], legend=legend)
    for epoch in range(num_epochs):
        train_metrics = train_epoch_ch3(net, train_iter, loss, updater)
        animator.add(epoch + 1, (*train_metrics, evaluate_accuracy(net, test_iter)))
    if isinstance(net, nn.Module):
        net.eval()


def predict_ch3(net: Net, test_iter: DataIter, n: int = 6) -> None:
    """Show the first n test images, each with its true class, and the predicted one below (book, section 3.6).

    Images come as (n, 1, h, w), (n, h, w), or as rows (n, 784).

    Replaced: the book's takes the net in any mode, supports only 28×28 pixels, and names every class as clothes.
    """
    X, y = next(iter(test_iter))
    X, y = X[:n], y[:n]
    with _evaluating(net) as net:
        y_hat = net(X).argmax(dim=1)
    titles = [f"{true}\n{pred}" for true, pred in zip(_names(test_iter, y), _names(test_iter, y_hat), strict=True)]
    size = X.shape[-2:] if X.ndim > 2 else (28, 28)
    show_images(X.reshape(-1, *size), 1, len(X), titles=titles)


@contextmanager
def _evaluating(net: Net) -> Iterator[Net]:
    """Yield `net` in evaluation mode and without gradients; restore every flag afterwards.

    Flags are saved module by module: ``net.train()`` would not restore one that was set by hand
    (``self.training = is_training``). A function that takes `training` or `is_training` is called with False.
    """
    flags = ("training", "is_training")
    if not isinstance(net, nn.Module):
        with torch.no_grad():
            yield partial(net, **{flag: False for flag in flags if flag in _parameters(net)})
        return
    found = [(part, flag, vars(part)[flag]) for part in net.modules() for flag in flags if flag in vars(part)]
    try:
        for part, flag, _ in found:
            setattr(part, flag, False)
        with torch.no_grad():
            yield net
    finally:
        for part, flag, value in found:
            setattr(part, flag, value)


def _parameters(function: Callable) -> tuple[str, ...]:
    """Return the names of the parameters of a function written in Python; of others, none."""
    code = getattr(function, "__code__", None)
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if code else ()


def _step(value: Tensor, updater: Updater, batch_size: int) -> None:
    """Take one step down the gradient of the loss of a minibatch."""
    if isinstance(updater, torch.optim.Optimizer):
        updater.zero_grad()
        value.mean().backward()
        updater.step()
    else:
        value.sum().backward()
        updater(batch_size)


def _summed(value: Tensor, y: Tensor, loss: Loss) -> tuple[Tensor, int]:
    """Return the sum of the losses of a minibatch, and their number, whether `loss` reduced them or not."""
    if value.ndim:
        return value.sum(), value.numel()
    return value if getattr(loss, "reduction", "mean") == "sum" else value * y.numel(), y.numel()


def _mean(total: float, count: float) -> float:
    if not count:
        raise ValueError(
            "the data must yield at least one minibatch, got none: a generator is exhausted after one pass"
        )
    return total / count


def _names(data_iter: DataIter, labels: Tensor) -> list[str]:
    """Return the class names that come with the data, else those of Fashion-MNIST."""
    class_names = getattr(data_iter, "class_names", None)
    return [class_names[label] for label in labels] if class_names else installed.get_fashion_mnist_labels(labels)
