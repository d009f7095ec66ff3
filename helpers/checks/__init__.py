"""One check per exercise of the chapters, with a diagnosis for each well-known wrong answer.

``checks.decay_step(decay_step)`` calls the learner's function on small inputs and prints one line: `not answered yet`,
`correct` and why it matters, or `not yet` with the result, what was expected and, for a known mistake, what it is. A
check raises nothing, returns nothing, and restores the global random state.
"""

from helpers.checks.decay import decay_step, mse_settings, norm_left, param_groups
from helpers.checks.dropout import activation_variance, dropconnect, own_noise, p_for_variance
from helpers.checks.dropout_experiments import forgotten_train, input_dropout, more_epochs, swapped_ps
from helpers.checks.nets import is_dropping, make_net, predict, units_needed
from helpers.checks.optimizers import adamw_step, momentum_settings
from helpers.checks.own import paired_gain, small_cnn
from helpers.checks.penalties import ridge_alpha, soft_threshold
from helpers.checks.selection import one_standard_error, standardize
from helpers.checks.thinned import mc_predict, ridge_of_dropout

__all__ = [
    "activation_variance",
    "adamw_step",
    "decay_step",
    "dropconnect",
    "forgotten_train",
    "input_dropout",
    "is_dropping",
    "make_net",
    "mc_predict",
    "momentum_settings",
    "more_epochs",
    "mse_settings",
    "norm_left",
    "one_standard_error",
    "own_noise",
    "p_for_variance",
    "paired_gain",
    "param_groups",
    "predict",
    "ridge_alpha",
    "ridge_of_dropout",
    "small_cnn",
    "soft_threshold",
    "standardize",
    "swapped_ps",
    "units_needed",
]
