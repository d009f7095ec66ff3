"""The checks of chapter 1: noise from a training loss, λ from a half-life, test losses over λ, a matrix of weights."""

import math

import torch
from torch import Tensor

from helpers.checks.exercise import Answer, NotYetError, compare, exercise, read
from helpers.data import RegressionData, synthetic_regression
from helpers.linear import ridge_path

LAMBDAS = [1.0, 0.01, 10.0, 0.1]  # in no order: an index is then no λ, and neither end is the best


@exercise
def noise_variance(answer: Answer) -> str:
    """Check ``noise_variance(train_loss, n, d)``, the σ² that the training loss of a least-squares fit reveals."""
    train_loss, n, d = 0.4, 50, 20
    due = 2 * train_loss / (1 - d / n)
    known = {
        "the ½ of the loss is missing: E L = ½ σ² (1 - d / n)": due / 2,
        "that is twice the loss: the weights have absorbed the share d / n of the noise": 2 * train_loss,
        "multiplied: the loss is already too small by 1 - d / n, so divide by it": 2 * train_loss * (1 - d / n),
        "that corrects the other way: the training loss lies below the noise floor": 2 * train_loss / (1 + d / n),
        "that is the formula of the test loss": 2 * train_loss / (1 + d / (n - d - 1)),
        "that is σ: return its square": due**0.5,
        "n and d are swapped, and a variance cannot be negative": 2 * train_loss / (1 - n / d),
        "n - d - 1 belongs to the test loss: the training loss has 1 - d / n": 2 * train_loss * n / (n - d - 1),
    }
    compare("it returned", read(answer(train_loss=train_loss, n=n, d=d)), due, known)
    return "dividing the squared residuals by n - d, not by n, is this correction; with σ² you can estimate λ*"


@exercise
def lambda_of_half_life(answer: Answer) -> str:
    """Check ``lambda_of_half_life(half_life, lr)``: the λ that halves an unused weight in so many steps."""
    half_life, lr = 4, 0.1
    keep = 0.5 ** (1 / half_life)
    due = (1 - keep) / lr
    known = {
        "exp is the limit of many small steps: close, but not equal": math.log(2) / (lr * half_life),
        "linear: each step removes a share of what is left, not of the initial weight": 0.5 / (lr * half_life),
        "that is what a step keeps, 1 - lr * lambd: solve it for lambd": keep,
        "that is lr * lambd: divide by lr": 1 - keep,
        "multiplied by lr: lr * lambd is the share that a step removes, so divide by lr": (1 - keep) * lr,
        "the sign is reversed: a step keeps the share 1 - lr * lambd": -due,
        "that doubles the weight: a step keeps 2^(-1/half_life), below 1": (2 ** (1 / half_life) - 1) / lr,
        "with ½ to the power half_life: so little would be left after half_life halvings": (1 - 0.5**half_life) / lr,
        "half of what it must be: the gradient of λ/2 ‖w‖² is λ w": due / 2,
    }
    compare("it returned", read(answer(half_life=half_life, lr=lr)), due, known)
    return "choose λ by how long an unused weight should last, and convert it when you change the learning rate"


@exercise
def losses_over_lambda(answer: Answer) -> str:
    """Check ``losses_over_lambda(data, lambdas)``: the test loss of ridge for each λ, (L,), and the best λ."""
    data = synthetic_regression(20, 200, 15, w=0.4, b=2.0, noise=1.0, seed=1)
    result = answer(data=data, lambdas=LAMBDAS)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise NotYetError("it must return two things: the test losses, one for each λ, and the best λ")
    losses, due = read(result[0], (len(LAMBDAS),)), _losses(data, *_fits(data))
    compare("the test losses are", losses, due, _wrong_curves(data))
    of_training = _losses(data, *_fits(data), part="train")
    known = {
        "that is an index: return the λ that stands there": float(due.argmin()),
        "that is the lowest loss: return the λ that reaches it": due.min(),
        "the training loss is lowest there, and would always choose the smallest λ": LAMBDAS[of_training.argmin()],
        "the test loss is highest there": LAMBDAS[due.argmax()],
    }
    compare("the best λ is", read(result[1]), LAMBDAS[due.argmin()], known)
    return "too small a λ fits the noise, too large a λ suppresses the signal: the curve falls, then rises"


def _fits(data: RegressionData, factor: float = 1.0) -> tuple[Tensor, Tensor]:
    return ridge_path(data.X_train.double(), data.y_train.double(), factor * torch.tensor(LAMBDAS, dtype=torch.double))


def _losses(data: RegressionData, w: Tensor, b: Tensor | float, part: str = "test") -> Tensor:
    """Return half the mean squared error of each of L fits, (L,)."""
    X, y = getattr(data, f"X_{part}").double(), getattr(data, f"y_{part}").double()
    return ((X @ w + b - y) ** 2).mean(dim=0) / 2


def _all_pairs(data: RegressionData, w: Tensor, b: Tensor) -> Tensor:
    y_hat, y = data.X_test.double() @ w + b, data.y_test.double()
    return ((y_hat[:, None] - y) ** 2).mean(dim=(0, 1)) / 2


def _wrong_curves(data: RegressionData) -> dict[str, Tensor]:
    w, b = _fits(data)
    due, lambdas = _losses(data, w, b), torch.tensor(LAMBDAS, dtype=torch.double)
    X, y = data.X_train.double(), data.y_train.double()
    ones = torch.cat([X, torch.ones_like(y)], dim=1)
    through_zero, with_bias = ([_solve(Z, y, lambd) for lambd in LAMBDAS] for Z in (X, ones))
    decayed = torch.cat(with_bias, dim=1)  # (16, L): the last row is the bias
    return {
        "the penalty is included: a curve shows the loss on the data": due + lambdas / 2 * w.square().sum(dim=0),
        "the ½ of the loss is missing": 2 * due,
        "that is a sum over the examples: take their mean": data.num_test * due,
        "that is the root of the mean squared error": (2 * due).sqrt(),
        "these are the training losses": _losses(data, w, b, part="train"),
        "each λ is n times too small: our loss is a mean, so X'X and X'y are divided by n": _losses(
            data, *_fits(data, 1 / len(X))
        ),
        "each λ acts as 2λ: the penalty is λ/2 ‖w‖²": _losses(data, *_fits(data, 2.0)),
        "each λ acts as λ/2: the loss is half the mean squared error": _losses(data, *_fits(data, 0.5)),
        "each prediction met all targets: (n,) minus (n, 1) is (n, n)": _all_pairs(data, w, b),
        "no bias is fitted, but the targets do not lie around 0": _losses(data, torch.cat(through_zero, dim=1), 0.0),
        "the bias is decayed too": _losses(data, decayed[:-1], decayed[-1]),
    }


def _solve(X: Tensor, y: Tensor, lambd: float) -> Tensor:
    n, d = X.shape
    return torch.linalg.solve(X.T @ X / n + lambd * torch.eye(d, dtype=X.dtype), X.T @ y / n)


@exercise
def matrix_step(answer: Answer) -> str:
    """Check ``matrix_step(W, b, X, Y, lr, lambd)``: the W and b after one step with the penalty ``λ/2 ‖W‖_F²``."""
    draw = torch.Generator().manual_seed(1)
    shapes = {"W": (3, 2), "b": (2,), "X": (4, 3), "Y": (4, 2)}
    inputs = {name: torch.randn(shape, generator=draw) for name, shape in shapes.items()}
    result, lr, lambd = answer(**inputs, lr=0.1, lambd=0.5), 0.1, 0.5
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise NotYetError("it must return two tensors: the new W, and the new b")
    W, b, X, Y = inputs.values()
    residual = X @ W + b - Y  # (4, 2)
    pull, pull_b = X.T @ residual / len(X), residual.mean(dim=0)
    got, due, known = read(result[0], W.shape), W - lr * (pull + lambd * W), _wrong_matrices(W, pull, lr, lambd)
    compare("the first row of W became", got[0], due[0], {text: wrong[0] for text, wrong in known.items()})
    compare("W became", got, due, known)
    known = {
        "it is decayed: the penalty is on W alone": b - lr * (pull_b + lambd * b),
        "it did not move: the bias learns, it only does not decay": b,
        "the gradients are summed over the examples: take their mean": b - lr * residual.sum(dim=0),
    }
    compare("W is right; b became", read(result[1], b.shape), b - lr * pull_b, known)
    return "a matrix decays entry by entry, as if its entries were one long vector: ‖W‖_F² is the sum of all squares"


def _wrong_matrices(W: Tensor, pull: Tensor, lr: float, lambd: float) -> dict[str, Tensor]:
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    largest = s[0] * torch.outer(U[:, 0], Vt[0])  # the gradient of ½ σ₁²
    gradients = {
        "no decay: lambd plays no part": pull,
        "twice the decay: the penalty is λ/2 ‖W‖_F²": pull + 2 * lambd * W,
        "half the decay: the gradient of ½ ‖W‖_F² is W": pull + lambd / 2 * W,
        "that penalizes the norm, not its square": pull + lambd / 2 * W / W.norm(),
        "that penalizes λ ‖W‖_F, not λ/2 of its square": pull + lambd * W / W.norm(),
        "that penalizes the largest singular value only, which linalg.norm(W, 2) is": pull + lambd * largest,
        "the penalty is counted once per example": pull + 4 * lambd * W,
        "the mean is over all entries: sum over the outputs, mean over the examples": pull / 2 + lambd * W,
        "the loss is summed over the examples: take their mean": 4 * pull + lambd * W,
        "the ½ of the loss is missing": 2 * pull + lambd * W,
        "the weights grow: the decay needs a minus sign": pull - lambd * W,
        "it climbs: descent subtracts the gradient": -pull - lambd * W,
    }
    return {text: W - lr * gradient for text, gradient in gradients.items()} | {
        "the decay lacks the learning rate": (1 - lambd) * W - lr * pull
    }
