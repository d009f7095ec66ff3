"""Right and wrong answers to the exercises on ℓ1; each wrong one with words of its diagnosis."""

import numpy as np
import torch
from torch.nn import functional as F

RIGHT = [
    ("soft_threshold", lambda w, t: w.sign() * (w.abs() - t).clamp(min=0)),
    ("soft_threshold", F.softshrink),
    ("soft_threshold", lambda w, t: w - w.clamp(-t, t)),
    ("soft_threshold", lambda w, t: F.relu(w - t) - F.relu(-w - t)),
    ("soft_threshold", lambda w, t: [x - t if x > t else x + t if x < -t else 0 for x in w.tolist()]),
    ("soft_threshold", lambda w, t: np.sign(w.numpy()) * np.maximum(np.abs(w.numpy()) - t, 0)),
    ("ridge_alpha", lambda lambd, n: n * lambd),
    ("ridge_alpha", lambda strength, count: torch.tensor([strength * count])),
]

WRONG = {
    "soft_threshold": [
        (lambda w, t: (w.abs() - t).clamp(min=0), "the sign is lost"),
        (lambda w, t: w.sign() * (w.abs() - t), "no clamp at 0"),
        (lambda w, t: F.hardshrink(w, t), "a hard threshold"),
        (lambda w, t: w - t, "every weight goes down by t"),
        (lambda w, t: F.relu(w - t * w.sign()), "negative weights are lost"),
        (lambda w, t: F.relu(w - t), "only positive weights are left"),
        (lambda w, t: w / (1 + t), "that is the step of ℓ2"),
        (lambda w, t: w + t * w.sign(), "away from 0"),
        (lambda w, t: w.clamp(-t, t), "that is the part to remove"),
        (lambda w, t: w, "nothing moved"),
        (lambda w, t: F.softshrink(w, 1.0), "for w = .*, t = 0 it returned"),
        (lambda w, t: w.sub_(w.clamp(-t, t)), "changed w in place"),
        (lambda w, t: w[:, None], r"returned shape \(4, 1\), expected \(4,\)"),
    ],
    "ridge_alpha": [
        (lambda lambd, n: lambd, "λ unchanged"),
        (lambda lambd, n: lambd / n, "divided by n"),
        (lambda lambd, n: 2 * n * lambd, "twice too much"),
        (lambda lambd, n: n * lambd / 2, "half of what it must be"),
        (lambda lambd, n: lambd / 2, "the ½ cancels, and"),
        (lambda lambd, n: n + lambd, r"it returned 20\.3, expected 6$"),
    ],
}
