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
from helpers.checks.penalties import ridge_alpha, soft_threshold
from helpers.checks.project import fit_cars, fit_digits
from helpers.checks.selection import one_standard_error, standardize
from helpers.checks.thinned import mc_predict, ridge_of_dropout

__all__ = [
    "adam_norm",
    "adamw_step",
    "centred_bias",
    "data_or_penalty",
    "dropout",
    "fit_cars",
    "fit_digits",
    "keep_variance",
    "lambda_of_half_life",
    "losses_over_lambda",
    "make_net",
    "map_weights",
    "matrix_step",
    "mc_predict",
    "momentum_settings",
    "noise_variance",
    "one_standard_error",
    "paired_gain",
    "param_groups",
    "predict",
    "prior_std",
    "ridge_alpha",
    "ridge_of_dropout",
    "small_cnn",
    "soft_threshold",
    "standardize",
    "sum_settings",
    "ten_times_the_data",
]
