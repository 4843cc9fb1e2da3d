"""How the start of the built program is judged."""

from __future__ import annotations

import pytest

from tools.package.start import Start, judge
from tools.trouble import Trouble


def _turns(*computed: float) -> list[tuple[Start, Start]]:
    return [(Start(9.0, each), Start(1.0, 1.0)) for each in computed]


def test_one_slow_turn_and_a_busy_machine_do_not_fail_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    judge("esd", _turns(1.0, 1.1, 5.0))
    assert "1.10 times as much" in capsys.readouterr().out


def test_a_start_that_computes_longer_fails() -> None:
    with pytest.raises(Trouble, match=r"1\.40 times as much"):
        judge("esd", _turns(1.0, 1.4, 1.5))
