"""One check per exercise of the chapters, with a diagnosis for each well-known wrong answer.

``checks.decay_step(decay_step)`` calls the learner's function on small inputs and prints one line: `not answered yet`,
`correct` and why it matters, or `not yet` with the result, what was expected and, for a known mistake, what it is. A
check raises nothing, returns nothing, and restores the global random state.
"""

from helpers.checks.averages import draws_needed, geometric_mean, p_of_alpha
from helpers.checks.decay import decay_step, mse_settings, norm_left, param_groups
from helpers.checks.dropout import dropout, keep_variance
from helpers.checks.nets import make_net, predict
from helpers.checks.optimizers import adamw_lambd, decay_groups, max_norm, sgdw_settings
from helpers.checks.own import fold_errors, in_units, seeds_needed, small_cnn
from helpers.checks.own_experiments import luck_of_the_map, many_lambdas
from helpers.checks.penalties import ridge_alpha, soft_threshold
from helpers.checks.selection import one_standard_error, standardize
from helpers.checks.thinned import mc_predict
from helpers.checks.thinned_experiments import average_of_masks, longer_training
from helpers.checks.together import checked_labels, interaction

__all__ = [
    "adamw_lambd",
    "average_of_masks",
    "checked_labels",
    "decay_groups",
    "decay_step",
    "draws_needed",
    "dropout",
    "fold_errors",
    "geometric_mean",
    "in_units",
    "interaction",
    "keep_variance",
    "longer_training",
    "luck_of_the_map",
    "make_net",
    "many_lambdas",
    "max_norm",
    "mc_predict",
    "mse_settings",
    "norm_left",
    "one_standard_error",
    "p_of_alpha",
    "param_groups",
    "predict",
    "ridge_alpha",
    "seeds_needed",
    "sgdw_settings",
    "small_cnn",
    "soft_threshold",
    "standardize",
]
