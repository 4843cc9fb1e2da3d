"""The demo's portal: beside the window, on the same store, gone when the demo is."""

from __future__ import annotations

from pathlib import Path

import httpx2 as httpx
import pytest

from esd_desktop.demo.place import Place
from esd_desktop.demo.portal import PortalProcess
from esd_desktop.demo.prepare import CUSTOMER_THAT_ORDERS
from esd_desktop.services.add_account import AccountForm, add_account
from esd_desktop.services.context import Services


async def test_it_says_where_it_is_and_who_may_sign_in(
    services: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    form = AccountForm("Bluebird", reference=CUSTOMER_THAT_ORDERS, email="office@bluebird.example")
    await add_account(services, form)
    with PortalProcess(Place(tmp_path)) as portal:
        assert portal.address == "office@bluebird.example"
        answer = httpx.get(f"{portal.url}/sign-in")
        assert answer.status_code == 200
        told = capsys.readouterr().out
        assert portal.url in told
        assert "Sign in there as office@bluebird.example" in told
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{portal.url}/sign-in")
