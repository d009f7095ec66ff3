"""What `sweep_nets` knows about any `nn.Module`: its dropout layers, its weights, and whether copies can be stacked.

In the shapes below S counts seeds, L values, B the examples of a minibatch.
"""

import inspect
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap
from torch.nn.attention import SDPBackend, sdpa_kernel

from helpers.seeding import START
from helpers.validation import check_probability

MakeNet = Callable[..., nn.Module]
MOST_OUTPUTS = 5000  # of all layers for one example
_GENERATOR = threading.RLock()  # torch's own, which all threads share
_KINDS = {nn.Dropout: 0, nn.Dropout1d: 1, nn.Dropout2d: 2, nn.Dropout3d: 3}  # dimensions that are dropped as a whole


class PairedDropout(nn.Module):
    """Dropout that is given its uniform draw and its p, so that all p of a seed can share one draw.

    Attributes
    ----------
    p : Tensor, ()
    draw : Tensor, (B, ...)
        A unit is dropped where the draw is below p.
    """

    def __init__(self, p: float, whole: int = 0):
        super().__init__()
        self.whole, self.shape = whole, None
        self.register_buffer("p", torch.tensor(float(p)))
        self.register_buffer("draw", torch.empty(0))

    def forward(self, x: Tensor) -> Tensor:
        """Return x with units dropped and the rest divided by 1 - p; in eval mode, x."""
        if not self.training:
            return x
        if self.draw.numel() == 0:  # the first pass only records how large the draw must be
            self.shape = (*x.shape[1 : x.dim() - self.whole], *(1,) * self.whole)
            return x
        keep = self.draw[: len(x)] >= self.p
        return x * keep * torch.where(self.p < 1, 1 / (1 - self.p), 0)


def pair_dropouts(net: nn.Module) -> nn.Module:
    """Replace the dropout layers of a net by `PairedDropout`, and return the net."""
    for name, layer in list(net.named_children()):
        if type(layer) in _KINDS:
            setattr(net, name, PairedDropout(layer.p, _KINDS[type(layer)]))
        else:
            pair_dropouts(layer)
    return net


def dropouts(net: nn.Module) -> dict[str, PairedDropout]:
    """Return the dropout layers of a net by their names."""
    return {name: layer for name, layer in net.named_modules() if isinstance(layer, PairedDropout)}


@contextmanager
def own_random_numbers(seed: int) -> Iterator[None]:
    """Seed torch's generator for a block, then leave it as it was; other threads, which share it, wait meanwhile."""
    with _GENERATOR, torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield


def build(make_net: MakeNet, seed: int, p: float | None) -> nn.Module:
    """Return the net of a seed with its dropout layers paired; p, if given, applies to all of them.

    Raises
    ------
    TypeError
        If ``make_net`` does not return a module.
    ValueError
        If p is not a probability, or is given and the net has no dropout layer.
    """
    takes_p = bool(inspect.signature(make_net).parameters)
    with own_random_numbers(seed + START):
        net = make_net(0.0 if p is None else check_probability(p)) if takes_p else make_net()
    if not isinstance(net, nn.Module):
        raise TypeError(f"make_net must return a Module, got {net!r:.80}: it is called for every seed")
    layers = dropouts(pair_dropouts(net)).values()
    if p is not None and not layers:
        raise ValueError(
            f"make_net must return a net with nn.Dropout, got p = {p} for one without: it would do nothing"
        )
    for layer in layers:
        if p is not None and not takes_p:
            layer.p.fill_(check_probability(p))
    return net


class Sizes(NamedTuple):
    """What a net needs for one example: draws for its dropout layers, and memory for the outputs of its layers."""

    draws: dict[str, tuple[int, ...]]
    outputs: int
    largest: int


def measure_sizes(net: nn.Module, X: Tensor) -> Sizes:
    """Return what a net needs for one example, found by a forward pass over a few."""
    for layer in dropouts(net).values():
        layer.draw, layer.shape = torch.empty(0), None
    numbers = []

    def count(layer: nn.Module, given: object, out: object) -> None:
        if isinstance(out, Tensor) and not any(layer.children()):
            numbers.append(out.numel())

    hooks = [layer.register_forward_hook(count) for layer in net.modules()]
    with torch.no_grad(), own_random_numbers(0):
        net.train()(X)
    for hook in hooks:
        hook.remove()
    draws = {name: layer.shape for name, layer in dropouts(net).items() if layer.shape is not None}
    return Sizes(draws, sum(numbers) // len(X), max(numbers, default=0) // len(X))


def decays(name: str, param: Tensor) -> bool:
    """Return whether weight decay acts on a parameter by default: on weights, not on biases and scales."""
    return param.dim() >= 2


@contextmanager
def attention_in_steps() -> Iterator[None]:
    """Make attention compute step by step: its fused kernels do not support stacks."""
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with sdpa_kernel(SDPBackend.MATH):
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)


def why_not_stacked(net: nn.Module, X: Tensor, y: Tensor, loss: Callable[[Tensor, Tensor], Tensor]) -> str:
    """Return why copies of a net cannot be trained in one stack, or "" if they can.

    It compares losses and gradients of a stack of two with those of the net, and checks whether a forward pass changes
    buffers, as batch normalization does.
    """
    buffers = {name: buffer.clone() for name, buffer in net.named_buffers()}
    params = {name: param.detach() for name, param in net.named_parameters()}
    two = {name: torch.stack([param, param]).requires_grad_() for name, param in params.items()}
    try:
        with own_random_numbers(0), attention_in_steps(), warnings.catch_warnings():
            warnings.simplefilter("error")  # torch warns where a stack is no faster
            value = loss(net.train()(X), y)
            alone = torch.autograd.grad(value, list(net.parameters()), allow_unused=True)
            changed = [name for name, buffer in net.named_buffers() if not torch.equal(buffer, buffers[name])]
            net.load_state_dict(buffers, strict=False)
            if changed:
                return f"a pass forward changes {changed[0]}"
            both = vmap(lambda one: loss(functional_call(net, (one, buffers), (X,)), y))(two)
            stacked = torch.autograd.grad(both.sum(), list(two.values()), allow_unused=True)
    except (RuntimeError, ValueError, TypeError, NotImplementedError, Warning) as error:
        return str(error).strip().splitlines()[0][:200]
    grads = [(one, many[1]) for one, many in zip(alone, stacked, strict=True) if one is not None and many is not None]
    same = all(torch.allclose(*pair, rtol=1e-3, atol=1e-5) for pair in [*grads, (value, both[1])])
    return "" if same else "a stack of two has different gradients"


def is_faster_stacked(net: nn.Module, X: Tensor) -> bool:
    """Return whether a stack is faster on a CPU: always, except for convolutions over large images (see benchmarks)."""
    convolves = any(isinstance(layer, (nn.Conv1d, nn.Conv2d, nn.Conv3d)) for layer in net.modules())
    return not convolves or measure_sizes(net, X).outputs <= MOST_OUTPUTS


def stack_params(nets: Sequence[nn.Module]) -> dict[str, Tensor]:
    """Return the parameters of nets stacked, (N, ...) each."""
    named = [dict(net.named_parameters()) for net in nets]
    return {name: torch.stack([params[name].detach() for params in named]) for name in named[0]}
