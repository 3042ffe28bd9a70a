"""Differing measures in two sentences on one thing."""

from __future__ import annotations

import pytest

from analyzers.conflict import differ, measures_of


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        ("Access to the registry is reviewed every quarter.", "Registry access is reviewed once a year.", True),
        ("Access to the registry is reviewed every quarter.", "Registry access is reviewed every 90 days.", False),
        ("Inference logs are kept for 25 months.", "Inference logs are wiped after 30 days.", True),
        ("Inference logs are kept for 12 months.", "Inference logs are kept for one year.", False),
        ("Reviewers read 2 % of the outputs.", "Reviewers read 5 percent of the outputs.", True),
        ("Access to the registry is reviewed every quarter.", "Backups are restored once a year.", False),
        ("Access to the registry is reviewed every quarter.", "Access to the registry is reviewed by Ana.", False),
    ],
)
def test_differ(one: str, other: str, conflict: bool) -> None:
    assert differ(one, other) is conflict
    assert differ(other, one) is conflict


def test_a_period_inside_a_cadence_is_no_period() -> None:
    assert measures_of("reviewed every 30 days and kept for 24 months").periods == pytest.approx((24 * 30.4,))
