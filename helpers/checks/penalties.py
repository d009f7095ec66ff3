"""The checks of the exercises on ℓ1."""

import torch

from helpers.checks.exercise import Answer, compare, exercise, read


@exercise
def soft_threshold(answer: Answer) -> str:
    """Check ``soft_threshold(w, t)``: every weight moves towards 0 by t, and no further."""
    w, t = torch.tensor([3.0, -2.0, 0.5, -0.5]), 1.0
    size, kept = w.abs(), w.abs() > t
    known = {
        "the sign is lost: a negative weight stays negative": (size - t).clamp(min=0),
        "no clamp at 0: small weights are pushed through zero to the other side": w - t * w.sign(),
        "that is a hard threshold: the weights that stay must shrink by t as well": w * kept,
        "every weight goes down by t: negative ones must go up": w - t,
        "only positive weights are left: a negative one must move up, towards 0": (w - t).clamp(min=0),
        "clamped after the sign was restored, so negative weights are lost": (w.sign() * (size - t)).clamp(min=0),
        "that is the step of ℓ2: it divides, and never reaches zero": w / (1 + t),
        "the weights move away from 0: subtract t, do not add it": w + t * w.sign(),
        "that is the part to remove: subtract it from w": w.clamp(-t, t),
        "nothing moved: t plays no part": w,
    }
    compare("it returned", read(answer(w=w, t=t), w.shape), torch.where(kept, w - t * w.sign(), 0.0), known)
    w = torch.tensor([3.0, -0.1])
    compare("it returned", read(answer(w=w, t=0.0), w.shape), w)
    return "every weight smaller than t becomes exactly 0: this is how ℓ1 selects features"


@exercise
def ridge_alpha(answer: Answer) -> str:
    """Check ``ridge_alpha(lambd, n)``: scikit-learn's alpha for the penalty λ/2 ‖w‖² on half the mean squared error."""
    lambd, n = 0.3, 20
    known = {
        "λ unchanged: Ridge sums the squared errors, but our loss takes their mean": lambd,
        "divided by n: Ridge's sum is n times our mean, so its penalty must be n times ours too": lambd / n,
        "twice too much: the ½ of the loss and the ½ of the penalty cancel": 2 * n * lambd,
        "half of what it must be: the ½ of the loss and the ½ of the penalty cancel": n * lambd / 2,
        "the ½ cancels, and Ridge sums the squared errors, but our loss takes their mean": lambd / 2,
    }
    compare("it returned", read(answer(lambd=lambd, n=n)), n * lambd, known)
    return "so Ridge with a fixed alpha penalizes less and less as data are added; our λ keeps its meaning"
