"""What the folded solutions say of other settings of their experiments is so."""

import pytest

from helpers import checks
from helpers.checks.exploration import measure


def found(check, seeds, **setting):
    return measure(check.experiment(list(seeds), **setting))


@pytest.mark.parametrize("first", [1001, 1, 3001])
class TestAtOtherSeedsToo:
    def test_the_adaptive_lasso_gains_with_little_noise_only(self, first):
        little, much = (found(checks.adaptive_lasso, range(first, first + 40), noise=noise) for noise in (1.0, 3.0))
        assert little.mean < -4 * little.error
        assert much.mean > -2 * much.error

    def test_a_rotation_takes_the_lead_of_the_lasso(self, first):
        rotated, as_given = (
            found(checks.rotated_inputs, range(first, first + 50), rotated=rotated) for rotated in (True, False)
        )
        assert rotated.mean > 4 * rotated.error
        assert as_given.mean < -8 * as_given.error
        assert abs(as_given.mean) > rotated.mean

    def test_a_hundred_validation_examples_beat_the_oracle_and_ten_do_not(self, first):
        many, few = (found(checks.validated_lambda, range(first, first + 200), num_val=m) for m in (100, 10))
        assert many.mean < -4 * many.error
        assert few.mean > 4 * few.error

    def test_a_smaller_lambda_helps_after_two_folds_and_hardly_after_five(self, first):
        two, five = (found(checks.halved_lambda, range(first, first + 200), num_folds=k) for k in (2, 5))
        assert two.mean < -4 * two.error
        assert abs(five.mean) < abs(two.mean) / 4
