"""Training any `nn.Module` with dropout and weight decay for every λ, p and seed: stacked, or one by one.

In the shapes below S counts seeds, L values, B the examples of a minibatch.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap
from torch.optim import Optimizer

from helpers.data.records import ImageData, RegressionData
from helpers.seeding import MASKS, seeded
from helpers.sweeps.linear import draw_data, shuffled_epochs, stacked
from helpers.sweeps.modules import (
    MakeNet,
    Sizes,
    attention_in_steps,
    build,
    dropouts,
    measure_sizes,
    own_random_numbers,
    stack_params,
)
from helpers.sweeps.run import Record, Training

CHUNK = 1000  # examples evaluated at a time, to bound the memory
Data = ImageData | RegressionData
Loss = Callable[[Tensor, Tensor], Tensor]
Draws = dict[str, Tensor]  # of each dropout layer, (S, B, ...)
Values = Sequence[tuple[float, float | None]]  # λ and p; p is None where each layer keeps its own


def half_mse(y_hat: Tensor, y: Tensor) -> Tensor:
    """Return half the mean squared error, as everywhere in the course."""
    return (y_hat - y).square().mean() / 2


@dataclass(frozen=True)
class Recipe:
    """How nets are made and trained, apart from their λ and p, epochs, batches and learning rate.

    Attributes
    ----------
    decoupled : bool
        Whether the weights are multiplied by 1 − ηλ before each step, as AdamW does, or λw is added to the gradient.
    """

    make_net: MakeNet
    loss: Loss
    optimizer: Callable[..., Optimizer]
    decoupled: bool
    decays: Callable[[str, Tensor], bool]
    device: str
    max_bytes: int

    def prepare(self, params: Iterable[Tensor], lr: float) -> Optimizer:
        """Return the optimizer of some parameters; the decay is applied separately."""
        return self.optimizer(list(params), lr=lr, weight_decay=0.0)


class Stack:
    """The nets of all seeds and values as one: each parameter is (S, L, ...)."""

    def __init__(self, recipe: Recipe, values: Values, seeds: Sequence[int], lr: float):
        nets = [build(recipe.make_net, seed, values[0][1]) for seed in seeds]
        of_values = [build(recipe.make_net, seeds[0], p) for _, p in values]
        self.net, self.recipe, self.lr = nets[0].to(recipe.device), recipe, lr
        names = list(dropouts(self.net))
        ps = [[layer.p for layer in dropouts(net).values()] for net in of_values]
        self.ps = dict(zip(names, torch.tensor(ps).T.to(recipe.device), strict=True)) if names else {}  # (L,) each
        self.params = {
            name: param[:, None].repeat(1, len(values), *(1,) * (param.dim() - 1)).to(recipe.device).requires_grad_()
            for name, param in stack_params(nets).items()
        }
        own = {f"{name}.{part}" for name in names for part in ("p", "draw")}
        self.fixed = {name: buffer for name, buffer in self.net.named_buffers() if name not in own}
        self.lambdas = torch.tensor([lambd for lambd, _ in values], device=recipe.device)
        self.optimizer = recipe.prepare(self.params.values(), lr)

    def outputs(self, X: Tensor, draws: Draws) -> Tensor:
        """Return the outputs of all nets, (S, L, B, ...), for X (S, B, ...)."""

        def one(params: dict, ps: dict, X: Tensor, draws: dict) -> Tensor:
            told = {f"{name}.p": p for name, p in ps.items()} | {f"{name}.draw": u for name, u in draws.items()}
            return functional_call(self.net, (params, self.fixed | told), (X,))

        with attention_in_steps():
            return vmap(vmap(one, (0, 0, None, None)), (0, None, 0, 0))(self.params, self.ps, X, draws)

    def step(self, X: Tensor, y: Tensor, draws: Draws) -> None:
        """Train all nets on a minibatch, X (S, B, ...) and y (S, B, ...)."""
        self.net.train()
        losses = _losses(self.recipe.loss, self.outputs(X, draws), y)
        # The sum over all nets: none of them sees another's parameters, so each gets its own gradient.
        self.optimizer.zero_grad()
        losses.sum().backward()
        self._decay()
        self.optimizer.step()

    @torch.no_grad()
    def _decay(self) -> None:
        if not self.lambdas.any():
            return
        for name, param in self.params.items():
            if self.recipe.decays(name, param[0, 0]):
                lambdas = self.lambdas.view(1, -1, *(1,) * (param.dim() - 2))
                if self.recipe.decoupled:
                    param.mul_(1 - self.lr * lambdas)
                else:
                    param.grad.addcmul_(param, lambdas)

    @torch.no_grad()
    def evaluate(self, X: Tensor, y: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return loss and, for classes, accuracy without dropout, (S, L) each."""
        self.net.eval()
        draws = {name: torch.zeros(len(X), 1, device=X.device) for name in self.ps}
        return _evaluated(lambda X_i: self.outputs(X_i, draws), self.recipe.loss, X, y)

    def weights(self) -> dict[str, Tensor]:
        """Return the parameters as they are now, (S, L, ...) each."""
        return {name: param.detach().cpu().clone() for name, param in self.params.items()}


class OneByOne:
    """The same nets, separate and each with its own optimizer: for nets that cannot be stacked."""

    def __init__(self, recipe: Recipe, values: Values, seeds: Sequence[int], lr: float):
        self.recipe, self.values, self.lr = recipe, values, lr
        self.nets = [[build(recipe.make_net, seed, p).to(recipe.device) for _, p in values] for seed in seeds]
        self.optimizers = [[recipe.prepare(net.parameters(), lr) for net in row] for row in self.nets]
        self.seeds, self.steps = seeds, 0

    def step(self, X: Tensor, y: Tensor, draws: Draws) -> None:
        """Train each net on a minibatch, X (S, B, ...) and y (S, B, ...)."""
        self.steps += 1
        for s, row in enumerate(self.nets):
            for net, optimizer, (lambd, _) in zip(row, self.optimizers[s], self.values, strict=True):
                for name, layer in dropouts(net.train()).items():
                    layer.draw = draws[name][s]
                optimizer.zero_grad()
                with own_random_numbers(100_000 * self.seeds[s] + self.steps):  # what a net draws itself is paired, too
                    self.recipe.loss(net(X[s]), y[s]).backward()
                self._decay(net, lambd)
                optimizer.step()

    @torch.no_grad()
    def _decay(self, net: nn.Module, lambd: float) -> None:
        for name, param in net.named_parameters():
            if lambd and self.recipe.decays(name, param):
                if self.recipe.decoupled:
                    param.mul_(1 - self.lr * lambd)
                else:
                    param.grad.add_(param, alpha=lambd)

    @torch.no_grad()
    def evaluate(self, X: Tensor, y: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return loss and, for classes, accuracy without dropout, (S, L) each."""

        def outputs(X_i: Tensor) -> Tensor:
            rows = zip(self.nets, X_i, strict=True)
            return torch.stack([torch.stack([net.eval()(X_s) for net in row]) for row, X_s in rows])

        return _evaluated(outputs, self.recipe.loss, X, y)

    def weights(self) -> dict[str, Tensor]:
        """Return the parameters as they are now, (S, L, ...) each."""
        rows = [stack_params(row) for row in self.nets]
        return {name: torch.stack([row[name] for row in rows]).cpu() for name in rows[0]}


Parts = Sequence[Stack | OneByOne]  # the nets of one block of values each


def _losses(loss: Loss, y_hat: Tensor, y: Tensor) -> Tensor:
    """Return the loss of each net, (S, L), from y_hat (S, L, B, ...) and y (S, B, ...).

    One `vmap` over all nets: with one over seeds and one over values, `mse_loss` of torch 2.13 fails.
    """
    return vmap(loss)(y_hat.flatten(0, 1), y.repeat_interleave(y_hat.shape[1], dim=0)).view(y_hat.shape[:2])


def _evaluated(outputs: Callable[[Tensor], Tensor], loss: Loss, X: Tensor, y: Tensor) -> tuple[Tensor, Tensor | None]:
    total = hits = 0
    for X_i, y_i in zip(X.split(CHUNK, dim=1), y.split(CHUNK, dim=1), strict=True):
        y_hat = outputs(X_i)
        total = total + _losses(loss, y_hat, y_i) * X_i.shape[1]
        if not y.is_floating_point():
            hits = hits + (y_hat.argmax(dim=-1) == y_i[:, None]).sum(dim=-1)
    n = X.shape[1]
    return (total / n).cpu(), None if y.is_floating_point() else (hits / n).cpu()


def train_modules(
    training: Training,
    seeds: Sequence[int],
    show_progress: bool,
    *,
    data: Data | Callable[[int], Data],
    values: Values,
    recipe: Recipe,
    stack: bool,
) -> Iterator[Record]:
    """Train a net for every seed and every (λ, p), and yield what is recorded."""
    drawn = draw_data(data, seeds, (ImageData, RegressionData))
    X, y, X_test, y_test = (part.to(recipe.device) for part in stacked(drawn, len(seeds)))
    first = build(recipe.make_net, seeds[0], values[0][1])
    sizes = measure_sizes(first, X[0, :2].cpu())
    kind = Stack if stack else OneByOne
    each = most_values(recipe, first, sizes, training.batch_size, len(seeds))
    parts = [kind(recipe, values[k : k + each], seeds, training.lr) for k in range(0, len(values), each)]
    masks = seeded(seeds, MASKS)
    for epoch, minibatches in shuffled_epochs(X, y, training, seeds, show_progress):
        for X_i, y_i in minibatches:
            draws = draw(sizes, X_i.shape[1], masks, recipe.device)
            for part in parts:
                part.step(X_i, y_i, draws)
        if training.is_recorded(epoch):
            yield {"epoch": epoch, "curves": measure(parts, X, y, X_test, y_test), "weights": _weights(parts)}


def most_values(recipe: Recipe, net: nn.Module, sizes: Sizes, batch_size: int, num_seeds: int) -> int:
    """Return how many values fit into ``recipe.max_bytes`` together, at least one."""
    params = 4 * sum(param.numel() for param in net.parameters())  # themselves, gradients, and two moments of Adam
    outputs = 2 * max(batch_size * sizes.outputs, CHUNK * sizes.largest)  # backward as well as forward
    return max(1, recipe.max_bytes // (4 * num_seeds * (params + outputs)))  # float32


def draw(sizes: Sizes, n: int, masks: Sequence[torch.Generator], device: str) -> Draws:
    """Return one uniform draw per seed for n examples and every dropout layer, in the layers' order."""
    drawn = {name: [torch.rand(n, *shape, generator=mask) for mask in masks] for name, shape in sizes.draws.items()}
    return {name: torch.stack(of_seeds).to(device) for name, of_seeds in drawn.items()}


def measure(parts: Parts, X: Tensor, y: Tensor, X_test: Tensor, y_test: Tensor) -> dict[str, Tensor]:
    """Return the curves at one epoch, (S, L) each."""
    curves = {}
    for name, pair in (("train", (X, y)), ("test", (X_test, y_test))):
        loss, acc = zip(*(part.evaluate(*pair) for part in parts), strict=True)
        curves[f"{name}_loss"] = torch.cat(loss, dim=1)
        if acc[0] is not None:
            curves[f"{name}_acc"] = torch.cat(acc, dim=1)
    return curves


def _weights(parts: Parts) -> dict[str, Tensor]:
    held = [part.weights() for part in parts]
    return {name: torch.cat([one[name] for one in held], dim=1) for name in held[0]}
