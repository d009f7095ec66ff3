"""The checks of the exercises on dropout at test time."""

import torch
from torch import Tensor, nn

from helpers.checks.exercise import Answer, NotYetError, close, compare, exercise, read
from helpers.thinned import exact_expectation

NUM_HIDDENS, NUM_DRAWS, P = 6, 500, 0.5


@exercise
def mc_predict(answer: Answer) -> str:
    """Check ``mc_predict(net, X, num_draws)``: mean class probabilities over masks, all else in eval mode."""
    net, X = _net(), torch.randn(8, 4)
    expected, known = _expected(net, X)
    runs = []
    net[3].register_forward_hook(lambda dropout, inputs, _: runs.append((dropout.training, len(inputs[0]))))
    for mode in ("eval", "train", "mixed"):
        modes = _set_modes(net, mode)
        statistics = net[1].running_mean.clone()
        runs.clear()
        got = read(answer(net=net, X=X, num_draws=NUM_DRAWS), expected.shape)
        _check_runs(runs, len(X))
        if not close(net[1].running_mean, statistics):
            raise NotYetError("batch normalization was in train mode too: only the dropout layers may be")
        if not close(got.sum(dim=1), torch.ones(len(X)), atol=1e-4):
            raise NotYetError("its rows do not sum to 1: average probabilities, the softmax of the logits of each draw")
        compare("the first row is", *(probs[0] for probs in (got, expected)), _first_rows(known), atol=0.05)
        compare("it returned", got, expected, known, atol=0.1)  # 0.1 is at least four standard errors
        _check_modes(net, mode, modes)
    return "the mean over masks is the joint prediction of the thinned nets, less sure than any one of them"


def _net() -> nn.Sequential:
    """Return a net whose thinned nets disagree, with running statistics in batch normalization that are not 0 and 1."""
    linear = nn.Linear(4, NUM_HIDDENS)
    net = nn.Sequential(linear, nn.BatchNorm1d(NUM_HIDDENS), nn.ReLU(), nn.Dropout(P), nn.Linear(NUM_HIDDENS, 3))
    nn.init.normal_(linear.weight)
    nn.init.normal_(net[4].weight, std=3.0)
    net[1].running_mean.fill_(0.3)
    return net


@torch.no_grad()
def _expected(net: nn.Sequential, X: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """Return the exact mean over all masks, and the results of known mistakes."""
    H = net.eval()[:3](X)

    def of_mask(factors: Tensor) -> Tensor:
        probs = net[4](H * factors).softmax(dim=1)
        return torch.stack([probs, nn.functional.one_hot(probs.argmax(dim=1), 3)])

    probs, votes = exact_expectation(of_mask, NUM_HIDDENS, P)
    H = nn.functional.batch_norm(net[0](X), None, None, net[1].weight, net[1].bias, training=True).relu()
    of_batch, _ = exact_expectation(of_mask, NUM_HIDDENS, P)
    geometric = net(X).softmax(dim=1)  # in such a net the softmax of the mean logits
    return probs, {
        "it averages logits, which is the geometric mean: softmax first, then the mean": geometric,
        "batch normalization was in train mode too: only the dropout layers may be": of_batch,
        "it counts votes: average the probabilities, not their argmax": votes,
    }


def _first_rows(known: dict[str, Tensor]) -> dict[str, Tensor]:
    return {text: probs[0] for text, probs in known.items()}


def _check_runs(runs: list[tuple[bool, int]], num_examples: int) -> None:
    if not any(training for training, _ in runs):
        raise NotYetError("dropout was off, so there is nothing to average: put the dropout layers into train mode")
    draws = sum(rows for training, rows in runs if training) / num_examples
    if draws != NUM_DRAWS:
        raise NotYetError(f"each example went through dropout {draws:g} times, expected num_draws = {NUM_DRAWS}")


def _modes(net: nn.Module) -> list[bool]:
    return [module.training for module in net.modules()]


def _set_modes(net: nn.Sequential, mode: str) -> list[bool]:
    """Put the net into eval or train mode; mixed is train mode with batch normalization frozen, as in fine-tuning."""
    net.train(mode != "eval")
    net[1].train(mode == "train")
    return _modes(net)


def _check_modes(net: nn.Module, mode: str, modes: list[bool]) -> None:
    if _modes(net) == modes:
        return
    if mode == "mixed":
        raise NotYetError(
            "only batch normalization was in eval mode, and no longer is after the call: restore each module's mode"
        )
    raise NotYetError(f"the net was in {mode} mode, and no longer is after the call: restore each module's mode")
