"""The checks of chapter 2: settings for a summed loss, the prior that a λ states, parameter groups, MAP weights."""

import torch
from torch import Tensor, nn

from helpers.checks.exercise import Answer, NotYetError, close, compare, exercise, read


@exercise
def sum_settings(answer: Answer) -> str:
    """Check ``sum_settings(lr, lambd, batch_size)``: the (lr, λ) for the *sum* of squared errors of a minibatch."""
    lr, lambd, batch_size = 0.1, 0.5, 3
    due = 2 * batch_size  # the sum of squared errors is so many times half their mean
    of_lr = {
        1 / due: "lr is right",
        1: f"lr is unchanged, but the gradient of the loss is {due} times as large",
        1 / 2: "lr allows for the ½, but not for the sum",
        1 / batch_size: "lr allows for the sum, but not for the ½",
        due: "lr is multiplied, but must be divided",
        batch_size / 2: "lr is too large: a sum has larger gradients than a mean",
    }
    of_lambd = {
        due: "λ is right",
        1: f"λ is unchanged, but the loss is {due} times as large",
        2: "λ allows for the ½, but not for the sum",
        batch_size: "λ allows for the sum, but not for the ½",
        1 / due: "λ is divided, but must be multiplied",
        2 / batch_size: "λ is too small: the penalty must grow with the loss",
    }
    known = {f"{a}; {b}": (f * lr, g * lambd) for f, a in of_lr.items() for g, b in of_lambd.items()}
    known["they are swapped: lr first, then lambd"] = (due * lambd, lr / due)
    got = read(answer(lr=lr, lambd=lambd, batch_size=batch_size), (2,))
    if not close(_train("sum", 1.0, *got.tolist()), _train("mean", 0.5, lr, lambd)):
        compare("training takes different steps: it returned", got, torch.tensor([lr / due, due * lambd]), known)
    return "with a sum, λ and lr depend on the batch size: another reason to say which loss a λ belongs to"


def _train(reduction: str, factor: float, lr: float, lambd: float) -> Tensor:
    """Return w after each of five steps on ``factor`` times the squared errors, (5, 2, 1)."""
    X, y = torch.tensor([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), torch.tensor([[1.0], [3.0], [2.0]])
    w = torch.ones(2, 1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=lr, weight_decay=lambd)
    path = []
    for _ in range(5):
        optimizer.zero_grad()
        (factor * nn.functional.mse_loss(X @ w, y, reduction=reduction)).backward()
        optimizer.step()
        path.append(w.detach().clone())
    return torch.stack(path)


@exercise
def prior_std(answer: Answer) -> str:
    """Check ``prior_std(lambd, n, sigma)``: the τ of the Gaussian prior behind λ with `nn.MSELoss`."""
    lambd, n, sigma = 0.1, 50, 3.0
    due = sigma * (2 / (n * lambd)) ** 0.5
    known = {
        "that belongs to half_mse: with nn.MSELoss the same λ is half as strong": due / 2**0.5,
        "the factor is the wrong way round: nn.MSELoss makes λ weaker, so its prior is wider": due / 2,
        "that is the variance τ²: return its root": due**2,
        "that is the variance for half_mse: take its root, and λ is half as strong with nn.MSELoss": due**2 / 2,
        "n is missing: the likelihood sums over the examples, the loss takes their mean": due * n**0.5,
        "sigma is not squared inside the root: λ = σ² / (n τ²) for half_mse": due / sigma**0.5,
        "sigma plays no part: noisier data need a larger λ for the same prior": due / sigma,
        "the inverse: a larger λ is a narrower prior": 1 / due,
        "n and lambd must divide: more data or a larger λ mean a narrower prior": sigma * (2 * n * lambd) ** 0.5,
    }
    compare("it returned", read(answer(lambd=lambd, n=n, sigma=sigma)), due, known)
    return "a λ that stays the same while data are added states an ever narrower prior: τ falls like 1/√n"


@exercise
def param_groups(answer: Answer) -> str:
    """Check ``param_groups(net, lambd)``: for `torch.optim.SGD`, weights (ndim >= 2) decay by λ and all else by 0."""
    mlp = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    for net in (nn.Linear(3, 2), mlp, nn.Sequential(nn.Conv2d(1, 2, 3), nn.LayerNorm(3), nn.Linear(3, 2))):
        groups = list(answer(net=net, lambd=0.3))
        if not all(isinstance(group, dict) for group in groups):
            raise NotYetError("it must return a list of dicts: [{'params': ..., 'weight_decay': ...}, ...]")
        _check_groups(net, 0.3, groups)
    return "SGD adds weight_decay * w to the gradient of the weights only; the biases follow the data alone"


def _check_groups(net: nn.Module, lambd: float, groups: list[dict]) -> None:
    known_keys = {"params", *torch.optim.SGD(net.parameters()).defaults}
    ignored = sorted({key for group in groups if "weight_decay" not in group for key in group} - known_keys)
    # One optimizer per group reads it as SGD does, and does not fail on a parameter that is in two groups.
    read_groups = [torch.optim.SGD([group]).param_groups[0] for group in groups]
    for name, param in net.named_parameters():
        decays = [float(group["weight_decay"]) for group in read_groups for other in group["params"] if other is param]
        if len(decays) != 1:
            raise NotYetError(
                f"{name} is " + ("listed more than once" if decays else "missing: SGD would never train it")
            )
        expected, known = lambd, _weight_mistakes(lambd, ignored)
        if param.ndim < 2:
            expected, known = (
                0.0,
                {"it is decayed: only weights (ndim >= 2) should be, not biases or scales": decays[0]},
            )
        compare(f"the weight_decay of {name} is", torch.tensor(decays[0]), expected, known)


def _weight_mistakes(lambd: float, ignored: list[str]) -> dict[str, float]:
    misspelt = f": SGD silently ignores {', '.join(ignored)}, the key is weight_decay" if ignored else ""
    return {
        f"it is not decayed{misspelt}": 0.0,
        "twice too much: SGD adds weight_decay * w, which is the gradient of λ/2 ‖w‖²": 2 * lambd,
        "half of what it must be: SGD adds weight_decay * w, which is the gradient of λ/2 ‖w‖²": lambd / 2,
    }


@exercise
def map_weights(answer: Answer) -> str:
    """Check ``map_weights(X, y, sigma, mean, tau)``: the most probable w under the prior ``w_j ~ N(mean_j, τ_j²)``."""
    draw = torch.Generator().manual_seed(2)
    X, y, mean = (torch.randn(shape, generator=draw) for shape in ((6, 5), (6, 1), (5, 1)))
    tau, sigma = torch.tensor([[0.3], [1.5], [0.6], [2.0], [0.8]]), 0.7
    got = read(answer(X=X, y=y, sigma=sigma, mean=mean, tau=tau), mean.shape)
    X, y, mean, tau = (value.double() for value in (X, y, mean, tau))
    inverse, n = tau**-2, len(X)
    due = _most_probable(X, y, sigma**2 * inverse, mean)
    added = torch.linalg.solve(X.T @ X + sigma**2 * inverse, X.T @ y + sigma**2 * inverse * mean)
    known = {
        "the mean plays no part: the prior pulls to it, not to 0": _most_probable(X, y, sigma**2 * inverse, 0 * mean),
        "solved for y, then moved by the mean: solve for y - X @ mean": mean
        + _most_probable(X, y, sigma**2 * inverse, 0 * mean),
        "the mean is not weighted: X'y and mean must be weighed by 1/σ² and 1/τ²": torch.linalg.solve(
            X.T @ X / sigma**2 + torch.diag(inverse[:, 0]), X.T @ y / sigma**2 + mean
        ),
        "with 1/τ: the prior's variance is τ²": _most_probable(X, y, sigma**2 / tau, mean),
        "with τ²: a wide prior must pull less, so divide by τ²": _most_probable(X, y, sigma**2 * tau**2, mean),
        "sigma plays no part: noisier data count less against the prior": _most_probable(X, y, inverse, mean),
        "with σ: the noise has variance σ²": _most_probable(X, y, sigma * inverse, mean),
        "1/τ² is added to whole rows: broadcasting; it belongs on the diagonal": added,
        "1/τ² is added to whole columns: broadcasting; it belongs on the diagonal": torch.linalg.solve(
            X.T @ X + sigma**2 * inverse.T, X.T @ y + sigma**2 * inverse * mean
        ),
        "torch.diag takes the diagonal of a column, one number: flatten tau": torch.linalg.solve(
            X.T @ X + sigma**2 * inverse[0], X.T @ y + sigma**2 * inverse * mean
        ),
        "the data are averaged: the likelihood sums over all n examples": _most_probable(
            X, y, n * sigma**2 * inverse, mean
        ),
        "that is least squares: the prior plays no part": _most_probable(X, y, 0 * inverse, mean),
    }
    compare("the first weight is", got[0], due[0], {text: wrong[0] for text, wrong in known.items()}, atol=1e-5)
    compare("it returned", got, due, known, atol=1e-5)
    return "each weight has a λ of its own, σ² / (n τ²), and decays towards its prior mean, not towards 0"


def _most_probable(X: Tensor, y: Tensor, alpha: Tensor, mean: Tensor) -> Tensor:
    """Return the w that minimizes ``‖X w − y‖² + Σ α_j (w_j − mean_j)²``, (d, 1)."""
    return torch.linalg.solve(X.T @ X + torch.diag(alpha[:, 0]), X.T @ y + alpha * mean)
