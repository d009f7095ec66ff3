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
        "a hard threshold: the weights that stay have to give up t as well": w * kept,
        "every weight goes down by t: negative ones have to go up": w - t,
        "only positive weights are left: a negative one has to move up, towards 0": (w - t).clamp(min=0),
        "clamped after the sign came back, so negative weights are lost": (w.sign() * (size - t)).clamp(min=0),
        "that is the step of ℓ2: it divides, and reaches no zero": w / (1 + t),
        "away from 0: t is taken off, not added": w + t * w.sign(),
        "that is what was taken off: subtract it from w": w.clamp(-t, t),
        "nothing moved: t plays no part": w,
    }
    compare("it returned", read(answer(w=w, t=t), w.shape), torch.where(kept, w - t * w.sign(), 0.0), known)
    w = torch.tensor([3.0, -0.1])
    compare("it returned", read(answer(w=w, t=0.0), w.shape), w)
    return "whatever is smaller than t becomes exactly 0: that is all of ℓ1's feature selection"


@exercise
def ridge_alpha(answer: Answer) -> str:
    """Check ``ridge_alpha(lambd, n)``: scikit-learn's alpha for the penalty λ/2 ‖w‖² on the mean of n halves."""
    lambd, n = 0.3, 20
    known = {
        "λ as it is: but Ridge adds up its squares, where our loss takes the mean": lambd,
        "divided by n: Ridge's sum is n times our mean, so its penalty has to be, too": lambd / n,
        "twice too much: both halves go, that of the loss and that of the penalty": 2 * n * lambd,
        "half of it: both halves go, that of the loss and that of the penalty": n * lambd / 2,
        "the halves go, but Ridge adds up its squares, where our loss takes the mean": lambd / 2,
    }
    compare("it returned", read(answer(lambd=lambd, n=n)), n * lambd, known)
    return "so a Ridge with one alpha penalizes less and less as data come in; our λ keeps its place"
