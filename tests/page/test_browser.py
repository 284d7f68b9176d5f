"""Every file of ui/browser is a test here: it fails with what it says itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import Outcome, specs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@pytest.mark.parametrize("spec", specs())
def test_in_a_real_browser(spec: str, browser_suite: Mapping[str, Outcome]) -> None:
    found = browser_suite[spec]
    assert not found.failures, "\n\n".join(found.failures)
    assert found.passed


def test_no_file_was_left_out_and_the_tests_are_counted(
    browser_suite: Mapping[str, Outcome], ran: Callable[[str], None]
) -> None:
    assert browser_suite.keys() == set(specs())
    ran(f"{sum(found.passed for found in browser_suite.values())} tests of the page in it")
