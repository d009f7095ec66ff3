"""One check per exercise of the chapters, with a diagnosis for each well-known wrong answer.

``checks.decay_step(decay_step)`` calls the learner's function on small inputs and prints one line: `not answered yet`,
`correct` and why it matters, or `not yet` with the result, what was expected and, for a known mistake, what it is. A
check raises nothing, returns nothing, and restores the global random state.
"""

from helpers.checks.decay import decay_step, mse_settings, norm_left, param_groups
from helpers.checks.dropout import dropout, keep_variance
from helpers.checks.nets import make_net, predict
from helpers.checks.optimizers import adamw_step, momentum_settings
from helpers.checks.own import paired_gain, small_cnn
from helpers.checks.penalties import coordinate_descent, l1_steps, logistic_c, momentum_lasso
from helpers.checks.penalty_experiments import adaptive_lasso, rotated_inputs
from helpers.checks.selection import early_stop, examples_needed, group_folds, p_for_more_data
from helpers.checks.selection_experiments import halved_lambda, validated_lambda
from helpers.checks.thinned import mc_predict, ridge_of_dropout

__all__ = [
    "adamw_step",
    "adaptive_lasso",
    "coordinate_descent",
    "decay_step",
    "dropout",
    "early_stop",
    "examples_needed",
    "group_folds",
    "halved_lambda",
    "keep_variance",
    "l1_steps",
    "logistic_c",
    "make_net",
    "mc_predict",
    "momentum_lasso",
    "momentum_settings",
    "mse_settings",
    "norm_left",
    "p_for_more_data",
    "paired_gain",
    "param_groups",
    "predict",
    "ridge_of_dropout",
    "rotated_inputs",
    "small_cnn",
    "validated_lambda",
]
