"""Tokens: how one is got, what is refused without one, and when it is used up."""

from __future__ import annotations

import httpx
import pytest

from kiosk.sandbox import Books, Rules
from kiosk.sandbox.vista.office import Vista
from tests.sandbox.vista.conftest import Desk, credentials


def token_url(desk: Desk) -> str:
    return f"{desk.sandbox.vista.auth_url}/connect/token"


async def test_a_token_is_good_for_twelve_hours(desk: Desk) -> None:
    granted = (await desk.http.post(token_url(desk), data=credentials(desk.sandbox))).json()
    assert (granted["token_type"], granted["expires_in"]) == ("Bearer", 43_200)
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    desk.clock.move(43_199)
    assert (await desk.http.get("/sites", headers=headers)).status_code == 200
    desk.clock.move(1)
    answer = await desk.http.get("/sites", headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"password": "guess"}, "invalid_grant"),
        ({"username": "guess"}, "invalid_grant"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"client_id": ""}, "invalid_client"),
    ],
)
async def test_what_is_wrong_with_a_form_is_a_400(desk: Desk, wrong: dict[str, str], error: str) -> None:
    answer = await desk.http.post(token_url(desk), data={**credentials(desk.sandbox), **wrong})
    assert (answer.status_code, answer.json()["error"]) == (400, error)


async def test_a_token_is_asked_for_with_a_form_and_nothing_else(desk: Desk) -> None:
    answer = await desk.http.post(token_url(desk), json=credentials(desk.sandbox))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x", "Basic x"])
async def test_nothing_is_answered_or_done_without_a_token(desk: Desk, header: str | None) -> None:
    vista = Vista(Books(), desk.clock, Rules())
    routes = [route for route in vista.routes if not route.path.endswith("/connect/token")]
    headers = {} if header is None else {"Authorization": header}
    async with httpx.AsyncClient(base_url=desk.sandbox.root_url, headers=headers, verify=False) as http:
        for route in routes:
            assert (await http.request(route.method, route.path)).status_code == 401, route.label
    assert len(routes) == 23
    assert desk.sandbox.books.entries == ()


async def test_tokens_can_be_taken_back(desk: Desk) -> None:
    desk.sandbox.vista.revoke_tokens()
    assert (await desk.http.get("/sites")).status_code == 401


async def test_a_region_code_changes_nothing(desk: Desk) -> None:
    plain = await desk.http.get("/sites")
    regional = await desk.http.get("/sites", headers={"Connect-Region-Code": "NZ"})
    assert (regional.status_code, regional.json()) == (200, plain.json())
