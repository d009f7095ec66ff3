"""One check per exercise of the chapters, with a diagnosis for each well-known wrong answer.

``checks.prior_std(prior_std)`` calls the learner's function on small inputs and prints one line: `not answered yet`,
`correct` and why it matters, or `not yet` with the result, what was expected and, for a known mistake, what it is. A
check raises nothing, returns nothing, and restores the global random state.
"""

from helpers.checks.decay import lambda_of_half_life, losses_over_lambda, matrix_step, noise_variance
from helpers.checks.decay_concise import map_weights, param_groups, prior_std, sum_settings
from helpers.checks.decay_experiments import adam_norm, centred_bias, data_or_penalty, ten_times_the_data
from helpers.checks.dropout import dropout, keep_variance
from helpers.checks.nets import make_net, predict
from helpers.checks.optimizers import adamw_step, momentum_settings
from helpers.checks.own import paired_gain, small_cnn
from helpers.checks.penalties import coordinate_descent, l1_steps, logistic_c, momentum_lasso
from helpers.checks.penalty_experiments import adaptive_lasso, rotated_inputs
from helpers.checks.project import fit_cars, fit_digits
from helpers.checks.selection import early_stop, examples_needed, group_folds, p_for_more_data
from helpers.checks.selection_experiments import halved_lambda, validated_lambda
from helpers.checks.thinned import mc_predict, ridge_of_dropout

__all__ = [
    "adam_norm",
    "adamw_step",
    "adaptive_lasso",
    "centred_bias",
    "coordinate_descent",
    "data_or_penalty",
    "dropout",
    "early_stop",
    "examples_needed",
    "fit_cars",
    "fit_digits",
    "group_folds",
    "halved_lambda",
    "keep_variance",
    "l1_steps",
    "lambda_of_half_life",
    "logistic_c",
    "losses_over_lambda",
    "make_net",
    "map_weights",
    "matrix_step",
    "mc_predict",
    "momentum_lasso",
    "momentum_settings",
    "noise_variance",
    "p_for_more_data",
    "paired_gain",
    "param_groups",
    "predict",
    "prior_std",
    "ridge_of_dropout",
    "rotated_inputs",
    "small_cnn",
    "sum_settings",
    "ten_times_the_data",
    "validated_lambda",
]
