"""The checks of the exercises on weight decay in different optimizers."""

import torch

from helpers.checks.exercise import Answer, compare, exercise, read


@exercise
def adamw_step(answer: Answer) -> str:
    """Check ``adamw_step(w, m_hat, v_hat, lr, lambd)``: ``(1 − lr λ) w − lr m̂ / √v̂`` (Loshchilov and Hutter 2019)."""
    w, m_hat, v_hat = torch.tensor([2.0, -4.0]), torch.tensor([3.0, 1.0]), torch.tensor([4.0, 0.25])
    lr, lambd = 0.1, 2.0
    size = v_hat.sqrt()
    step = lr * m_hat / size
    known = {
        "that is ℓ2 in Adam: lambd * w was added to the gradient, so √v_hat divides it too": w
        - lr * (m_hat + lambd * w) / size,
        "the decay is divided by √v_hat, and so differs from weight to weight": w - lr * lambd * w / size - step,
        "the decay lacks the learning rate: 1 - lr * lambd": (1 - lambd) * w - step,
        "the weights grow: the decay needs a minus sign, 1 - lr * lambd": (1 + lr * lambd) * w - step,
        "twice the decay: the ½ in λ/2 ‖w‖² cancels the 2 of its derivative": (1 - 2 * lr * lambd) * w - step,
        "the step of Adam is decayed too: decay only the old w": (1 - lr * lambd) * (w - step),
        "no decay: lambd plays no part": w - step,
        "v_hat is an average of squares: its root is missing": (1 - lr * lambd) * w - lr * m_hat / v_hat,
        "that is SGD: v_hat plays no part": (1 - lr * lambd) * w - lr * m_hat,
        "the step of Adam lacks the learning rate": (1 - lr * lambd) * w - m_hat / size,
        "lr plays no part, neither in the decay nor in the step": (1 - lambd) * w - m_hat / size,
        "it climbs: descent subtracts the step": (1 - lr * lambd) * w + step,
    }
    got = read(answer(w=w, m_hat=m_hat, v_hat=v_hat, lr=lr, lambd=lambd), w.shape)
    compare("it returned", got, (1 - lr * lambd) * w - step, known)
    return "every weight loses the same share lr * lambd, whatever the size of its gradients"


@exercise
def momentum_settings(answer: Answer) -> str:
    """Check ``momentum_settings(lr, lambd, momentum)``: the (lr, λ) that make heavy ball as fast as plain SGD."""
    lr, lambd, momentum = 0.2, 0.3, 0.75
    rest = 1 - momentum
    of_lr = {
        rest: "lr is right",
        1: "lr is unchanged, but each gradient is used 1 / (1 - momentum) times",
        1 / rest: "lr is larger, but must be smaller",
        momentum: "lr needs 1 - momentum, not momentum",
    }
    of_lambd = {
        1: "λ is right",
        rest: "λ is smaller, but the smaller lr has already slowed the decay",
        1 / rest: "λ is larger, but the buffer accumulates the decay just as it accumulates gradients",
        momentum: "λ is multiplied by momentum, but the buffer accumulates the decay just as it accumulates gradients",
    }
    known = {f"{a}; {b}": (f * lr, g * lambd) for f, a in of_lr.items() for g, b in of_lambd.items()}
    known["they are swapped: lr first, then lambd"] = (lambd, rest * lr)
    got = read(answer(lr=lr, lambd=lambd, momentum=momentum), (2,))
    compare("it returned", got, torch.tensor([rest * lr, lambd]), known)
    return "decay passes through the buffer just as gradients do, so the minimum and its λ stay the same"
