"""Right and wrong answers to the exercises of chapter 1, weight decay from scratch."""

import math

import torch
from sklearn.linear_model import Ridge

from helpers import ridge


def half_life_by_search(half_life, lr):
    low, high = 0.0, 1 / lr
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 - lr * middle) ** half_life > 0.5 else (low, middle)
    return low


def best_of(curve, lambdas):
    return curve, lambdas[int(torch.as_tensor(curve).argmin())]


def loss_of(X, y, w, b):
    return ((X @ w + b - y) ** 2).mean() / 2


def losses_on_test(data, lambdas, scale=1.0):
    fits = [ridge(data.X_train, data.y_train, scale * lambd) for lambd in lambdas]
    return torch.stack([loss_of(data.X_test, data.y_test, *fit) for fit in fits])


def by_closed_form(data, lambdas):
    return best_of(losses_on_test(data, lambdas), lambdas)


def by_scikit_learn(data, lambdas):
    curve = []
    for lambd in lambdas:
        model = Ridge(alpha=len(data.X_train) * lambd).fit(data.X_train.numpy(), data.y_train.numpy().ravel())
        curve.append(float(((model.predict(data.X_test.numpy()) - data.y_test.numpy().ravel()) ** 2).mean() / 2))
    return [curve, min(zip(curve, lambdas, strict=True))[1]]


def by_scikit_learn_with_columns(data, lambdas):
    fits = [Ridge(alpha=20 * lambd).fit(data.X_train.numpy(), data.y_train.numpy().ravel()) for lambd in lambdas]
    return [((torch.tensor(fit.predict(data.X_test.numpy())) - data.y_test) ** 2).mean() / 2 for fit in fits]


def penalized(data, lambdas):
    norms = torch.tensor([ridge(data.X_train, data.y_train, lambd)[0].norm() for lambd in lambdas])
    return losses_on_test(data, lambdas) + torch.tensor(lambdas) / 2 * norms**2


def training_losses(data, lambdas):
    fits = [ridge(data.X_train, data.y_train, lambd) for lambd in lambdas]
    return torch.stack([loss_of(data.X_train, data.y_train, *fit) for fit in fits])


def with_bias_as_weight(data, lambdas, column=1.0):
    """Without a bias for a column of zeros."""
    X, X_test = (torch.cat([X, torch.full((len(X), 1), column)], dim=1) for X in (data.X_train, data.X_test))
    n, d = X.shape
    fits = [torch.linalg.solve(X.T @ X / n + lambd * torch.eye(d), X.T @ data.y_train / n) for lambd in lambdas]
    return torch.stack([loss_of(X_test, data.y_test, w, 0.0) for w in fits])


def hand_step(W, b, X, Y, lr, lambd):
    residual = X @ W + b - Y
    return (1 - lr * lambd) * W - lr * X.T @ residual / len(X), b - lr * residual.mean(dim=0)


def autograd_step(penalty, loss=lambda error: (error**2).sum(dim=1).mean() / 2, sign=1, decay_bias=False):
    """Return a step along the gradient that autograd finds, for any penalty and loss."""

    def step(W, b, X, Y, lr, lambd):
        W, b = W.clone().requires_grad_(), b.clone().requires_grad_()
        objective = loss(X @ W + b - Y) + lambd * penalty(W) + lambd / 2 * decay_bias * (b**2).sum()
        objective.backward()
        return W - sign * lr * W.grad, b - sign * lr * b.grad

    return step


def half_square(W):
    return torch.linalg.matrix_norm(W) ** 2 / 2


def in_place(W, b, X, Y, lr, lambd):
    W -= lr * lambd * W
    return W, b


RIGHT = [
    ("noise_variance", lambda train_loss, n, d: 2 * train_loss / (1 - d / n)),
    ("noise_variance", lambda train_loss, n, d: torch.tensor(2 * train_loss * n) / (n - d)),
    ("lambda_of_half_life", lambda half_life, lr: (1 - 0.5 ** (1 / half_life)) / lr),
    ("lambda_of_half_life", half_life_by_search),
    ("losses_over_lambda", by_closed_form),
    ("losses_over_lambda", by_scikit_learn),
    ("matrix_step", hand_step),
    ("matrix_step", autograd_step(half_square)),
    ("matrix_step", autograd_step(lambda W: torch.trace(W.T @ W) / 2)),
]

WRONG = {
    "noise_variance": [
        (lambda train_loss, n, d: train_loss / (1 - d / n), "the ½ of the loss is missing"),
        (lambda train_loss, n, d: 2 * train_loss, "absorbed the share d / n"),
        (lambda train_loss, n, d: 2 * train_loss * (1 - d / n), "multiplied: "),
        (lambda train_loss, n, d: 2 * train_loss / (1 + d / n), "corrects the other way"),
        (lambda train_loss, n, d: 2 * train_loss / (1 + d / (n - d - 1)), "formula of the test loss"),
        (lambda train_loss, n, d: (2 * train_loss / (1 - d / n)) ** 0.5, "that is σ: return its square"),
        (lambda train_loss, n, d: 2 * train_loss / (1 - n / d), "swapped"),
        (lambda train_loss, n, d: 2 * train_loss * n / (n - d - 1), "n - d - 1 belongs to the test loss"),
    ],
    "lambda_of_half_life": [
        (lambda half_life, lr: math.log(2) / (lr * half_life), "exp is the limit"),
        (lambda half_life, lr: 0.5 / (lr * half_life), "linear: "),
        (lambda half_life, lr: 0.5 ** (1 / half_life), "what a step keeps"),
        (lambda half_life, lr: 1 - 0.5 ** (1 / half_life), "divide by lr"),
        (lambda half_life, lr: (1 - 0.5 ** (1 / half_life)) * lr, "multiplied by lr"),
        (lambda half_life, lr: (0.5 ** (1 / half_life) - 1) / lr, "sign is reversed"),
        (lambda half_life, lr: (2 ** (1 / half_life) - 1) / lr, "that doubles the weight"),
        (lambda half_life, lr: (1 - 0.5**half_life) / lr, "to the power half_life"),
        (lambda half_life, lr: (1 - 0.5 ** (1 / half_life)) / lr / 2, "half of what it must be"),
    ],
    "losses_over_lambda": [
        (lambda data, lambdas: best_of(penalized(data, lambdas), lambdas), "the penalty is included"),
        (lambda data, lambdas: best_of(2 * losses_on_test(data, lambdas), lambdas), "the ½ of the loss is missing"),
        (lambda data, lambdas: best_of(200 * losses_on_test(data, lambdas), lambdas), "that is a sum"),
        (lambda data, lambdas: best_of((2 * losses_on_test(data, lambdas)) ** 0.5, lambdas), "that is the root"),
        (lambda data, lambdas: best_of(training_losses(data, lambdas), lambdas), "the training losses"),
        (lambda data, lambdas: best_of(losses_on_test(data, lambdas, 1 / 20), lambdas), "n times too small"),
        (lambda data, lambdas: best_of(losses_on_test(data, lambdas, 2.0), lambdas), "acts as 2λ"),
        (lambda data, lambdas: best_of(losses_on_test(data, lambdas, 0.5), lambdas), "acts as λ/2"),
        (lambda data, lambdas: best_of(with_bias_as_weight(data, lambdas, 0.0), lambdas), "no bias is fitted"),
        (lambda data, lambdas: best_of(with_bias_as_weight(data, lambdas), lambdas), "the bias is decayed too"),
        (lambda data, lambdas: best_of(by_scikit_learn_with_columns(data, lambdas), lambdas), r"\(n, 1\) is \(n, n\)"),
        (lambda data, lambdas: losses_on_test(data, lambdas), "two things: the test losses"),
        (lambda data, lambdas: (losses_on_test(data, lambdas)[:, None], 1.0), r"shape \(4, 1\), expected \(4,\)"),
        (lambda data, lambdas: (losses_on_test(data, lambdas), 3), "that is an index"),
        (lambda data, lambdas: (losses_on_test(data, lambdas), losses_on_test(data, lambdas).min()), "the lowest loss"),
        (lambda data, lambdas: (losses_on_test(data, lambdas), min(lambdas)), "would always choose the smallest λ"),
        (lambda data, lambdas: (losses_on_test(data, lambdas), max(lambdas)), "the test loss is highest there"),
    ],
    "matrix_step": [
        (autograd_step(lambda W: 0 * W.sum()), "no decay"),
        (autograd_step(lambda W: (W**2).sum()), "twice the decay"),
        (autograd_step(lambda W: (W**2).sum() / 4), "half the decay"),
        (autograd_step(lambda W: W.norm() / 2), "the norm, not its square"),
        (autograd_step(lambda W: W.norm()), "penalizes λ ‖W‖_F"),
        (autograd_step(lambda W: torch.linalg.norm(W, 2) ** 2 / 2), "largest singular value"),
        (autograd_step(lambda W: 4 * half_square(W)), "once per example"),
        (autograd_step(half_square, lambda error: (error**2).mean() / 2), "mean is over all entries"),
        (autograd_step(half_square, lambda error: (error**2).sum() / 2), "the loss is summed"),
        (autograd_step(half_square, lambda error: (error**2).sum(dim=1).mean()), "the ½ of the loss is missing"),
        (autograd_step(lambda W: -half_square(W)), "the weights grow"),
        (autograd_step(half_square, sign=-1), "it climbs"),
        (lambda W, b, X, Y, lr, lambd: (hand_step(W, b, X, Y, lr, 0)[0] - lambd * W, b), "lacks the learning rate"),
        (autograd_step(half_square, decay_bias=True), "b became .* it is decayed"),
        (lambda W, b, X, Y, lr, lambd: (hand_step(W, b, X, Y, lr, lambd)[0], b), "b became .* it did not move"),
        (
            lambda W, b, X, Y, lr, lambd: (hand_step(W, b, X, Y, lr, lambd)[0], b - lr * (X @ W + b - Y).sum(dim=0)),
            "b became .* summed over the examples",
        ),
        (in_place, "changed W in place"),
        (lambda W, b, X, Y, lr, lambd: hand_step(W, b, X, Y, lr, lambd)[0], "two tensors: the new W, and the new b"),
    ],
}
