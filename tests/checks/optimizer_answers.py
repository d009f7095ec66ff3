"""Right and wrong answers to the exercises on optimizers; each wrong one with words of its diagnosis."""

import math

import torch


def adamw_by_torch(w, m_hat, v_hat, lr, lambd):
    """Let AdamW take its thousandth step, with averages that come out as those given."""
    w = w.clone().requires_grad_()
    optimizer = torch.optim.AdamW([w], lr=lr, weight_decay=lambd, eps=0, betas=(0.9, 0.999))
    w.grad = m_hat  # so that the new average is the old one
    m, v = (hat * (1 - beta**1000) for hat, beta in ((m_hat, 0.9), (v_hat, 0.999)))
    v = (v - 0.001 * m_hat**2) / 0.999
    m = (m - 0.1 * m_hat) / 0.9
    optimizer.state[w] = {"step": torch.tensor(999.0), "exp_avg": m, "exp_avg_sq": v}
    optimizer.step()
    return w


def entry_by_entry(w, m_hat, v_hat, lr, lambd):
    return [x - lr * lambd * x - lr * m / math.sqrt(v) for x, m, v in zip(w, m_hat, v_hat, strict=True)]


RIGHT = [
    ("adamw_step", lambda w, m, v, lr, lambd: (1 - lr * lambd) * w - lr * m / v**0.5),
    ("adamw_step", lambda w, m, v, lr, lambd: (w - lr * (m / (v.sqrt() + 1e-8) + lambd * w)).numpy()),
    ("adamw_step", adamw_by_torch),
    ("adamw_step", entry_by_entry),
    ("momentum_settings", lambda lr, lambd, momentum: (lr * (1 - momentum), lambd)),
    ("momentum_settings", lambda lr, lambd, momentum: torch.tensor([lr - lr * momentum, lambd])),
]

WRONG = {
    "adamw_step": [
        (lambda w, m, v, lr, lambd: w - lr * (m + lambd * w) / v**0.5, "that is ℓ2 in Adam"),
        (lambda w, m, v, lr, lambd: (1 - lambd) * w - lr * m / v**0.5, "the decay lacks the learning rate"),
        (lambda w, m, v, lr, lambd: (1 + lr * lambd) * w - lr * m / v**0.5, "the weights grow"),
        (lambda w, m, v, lr, lambd: (1 - 2 * lr * lambd) * w - lr * m / v**0.5, "twice the decay"),
        (lambda w, m, v, lr, lambd: (1 - lr * lambd) * (w - lr * m / v**0.5), "decay only the old w"),
        (lambda w, m, v, lr, lambd: w - lr * m / v**0.5, "no decay"),
        (lambda w, m, v, lr, lambd: (1 - lr * lambd) * w - lr * m / v, "its root is missing"),
        (lambda w, m, v, lr, lambd: (1 - lr * lambd) * w - lr * m, "that is SGD"),
        (lambda w, m, v, lr, lambd: (1 - lr * lambd) * w - m / v**0.5, "the step of Adam lacks the learning rate"),
        (lambda w, m, v, lr, lambd: (1 - lambd) * w - m / v**0.5, "lr plays no part"),
        (lambda w, m, v, lr, lambd: (1 - lr * lambd) * w + lr * m / v**0.5, "it climbs"),
        (lambda w, m, v, lr, lambd: w.mul_(1 - lr * lambd).sub_(lr * m / v**0.5), "it changed w in place"),
        (lambda w, m, v, lr, lambd: w.sum(), r"returned shape \(\), expected \(2,\)"),
    ],
    "momentum_settings": [
        (lambda lr, lambd, momentum: (lr, lambd), "lr is unchanged, .*; λ is right"),
        (lambda lr, lambd, momentum: (lr, lambd * (1 - momentum)), "lr is unchanged, .*; λ is smaller"),
        (lambda lr, lambd, momentum: (lr * (1 - momentum), lambd * (1 - momentum)), "lr is right; λ is smaller"),
        (lambda lr, lambd, momentum: (lr * (1 - momentum), lambd / (1 - momentum)), "lr is right; λ is larger"),
        (lambda lr, lambd, momentum: (lr / (1 - momentum), lambd), "must be smaller; λ is right"),
        (lambda lr, lambd, momentum: (lr * momentum, lambd), "1 - momentum, not momentum; λ is right"),
        (lambda lr, lambd, momentum: (lambd, lr * (1 - momentum)), "swapped"),
        (lambda lr, lambd, momentum: lr * (1 - momentum), r"returned shape \(\), expected \(2,\)"),
    ],
}
