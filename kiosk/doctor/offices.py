"""The ticket offices: is there a key, is it accepted, may it redeem, and how long does an answer take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from kiosk.config import Octo, Supplier, Vista
from kiosk.domain.cinema import Gone, Refused, Site
from kiosk.domain.errors import ConfigError
from kiosk.domain.readiness import Finding, Part, Standing
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.offices.octo.office import OctoOffice, SupplierKey
from kiosk.offices.octo.probe import Probe
from kiosk.offices.vista.office import Login, VistaOffice
from kiosk.ports import Clock

WITHIN_S = 10.0
"""Longer than a guest would wait: a slow office is told as slow, not as silent."""

_ADVICE = {
    Doubt.OFFLINE: "look at the network and at the address",
    Doubt.NO_ANSWER: "look at the network; ask the office whether it has trouble",
    Doubt.OFFICE_ERROR: "ask the office whether it has trouble",
    Doubt.NOT_AUTHORISED: "put the right key in its place, or ask the office for one",
    Doubt.RATE_LIMITED: "wait a minute and try again",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the offices said. `ahead`: an office's clock minus ours, None where none has answered."""

    findings: tuple[Finding, ...]
    ahead: timedelta | None = None


async def octo(configured: Octo, clock: Clock) -> Asked:
    """Ask every supplier's office who we are. Nothing is looked up, nothing redeemed."""
    held = [_key(supplier) for supplier in configured.suppliers]
    office = OctoOffice(
        configured.base_url, [key for key, _ in held if key is not None], clock=clock, env=configured.env
    )
    try:
        probed = [_probed(probe, configured) for probe in await office.probe(WITHIN_S)]
        ahead = office.office_ahead if office.knows_time else None
    finally:
        await office.aclose()
    return Asked((*(finding for _, finding in held), *probed), ahead)


async def vista(configured: Vista, clock: Clock) -> Asked:
    """Log in and ask which cinemas there are. The token is not kept: this may run as another user."""
    try:
        username, password = configured.login()
    except ConfigError as error:
        names = ", ".join(getattr(configured, problem.where.split()[-1]) for problem in error.problems)
        what = f"not set in the environment: {names}"
        return Asked((_credential("cinema", Standing.FAILED, what, "set them as the engine's environment has them"),))
    office = VistaOffice(
        configured.base_url,
        configured.auth_url,
        Login(configured.client_id, username, password),
        clock=clock,
        currency=configured.currency,
        region_code=configured.region_code,
    )
    began = clock.monotonic()
    try:
        reply = await office.sites(within_s=WITHIN_S)
    finally:
        await office.aclose()
    there = _credential("cinema", Standing.OK, "user name and password are there")
    return Asked(
        (
            there,
            _cinema(reply, configured.site_id, (clock.monotonic() - began) * 1000),
        )
    )


def _cinema(reply: tuple[Site, ...] | Refused | Gone | Failed, site_id: str, took_ms: float) -> Finding:
    match reply:
        case Failed(doubt=doubt):
            return _failed("cinema", _words(doubt), _ADVICE.get(doubt, ""))
        case Refused() | Gone():
            return _failed("cinema", "the office says no to the list of cinemas", "ask it what this user may do")
        case sites:
            site = next((site for site in sites if site.id == site_id), None)
            if site is None:
                known = ", ".join(f"{site.id} {site.name}" for site in sites[:5]) or "none"
                return _failed("cinema", f"there is no cinema {site_id}; there is {known}", "mend vista.site_id")
            return _office("cinema", Standing.OK, f"{site.name or site.id} answers in {took_ms:.0f} ms")


def _probed(probe: Probe, configured: Octo) -> Finding:
    if probe.doubt is not None:
        detail = f" ({probe.detail})" if probe.detail else ""
        return _failed(probe.supplier, _words(probe.doubt) + detail, _ADVICE.get(probe.doubt, ""))
    if probe.problem:
        return _failed(probe.supplier, probe.problem, "ask the office to let this key redeem")
    holder = f"{probe.says}, " if probe.says not in ("", probe.supplier) else ""
    env = "TEST" if probe.env == "test" else "live"
    what = f"{holder}{env}, answers in {probe.latency_ms:.0f} ms"
    slow = probe.latency_ms > configured.timeout_s * 1000
    if slow:
        return _office(probe.supplier, Standing.NOTE, what, "slower than octo.timeout_s: guests would not get in")
    if probe.env == "test":
        return _office(probe.supplier, Standing.NOTE, what, "no ticket of a guest is known there")
    if probe.grants_redemption is None:
        return _office(probe.supplier, Standing.NOTE, f"{what}; it does not say whether this key may redeem")
    return _office(probe.supplier, Standing.OK, f"{what}, may redeem")


def _key(supplier: Supplier) -> tuple[SupplierKey | None, Finding]:
    """A supplier's key, and what there is to say of the place where it is kept."""
    path = supplier.api_key_file
    place = str(path) if path is not None else f"the variable {supplier.api_key_env}"
    try:
        key = SupplierKey(supplier.name, supplier.api_key())
    except ConfigError as error:
        what = error.problems[0].what
        return None, _credential(supplier.name, Standing.FAILED, what, f"put the office's key into {place}")
    if path is not None and path.stat().st_mode & 0o004:
        what = f"everybody on this machine can read {place}"
        return key, _credential(supplier.name, Standing.NOTE, what, f"chmod 640 {place}")
    return key, _credential(supplier.name, Standing.OK, f"in {place}")


def _words(doubt: Doubt) -> str:
    return {
        Doubt.OFFLINE: "it cannot be reached",
        Doubt.NO_ANSWER: "no answer",
        Doubt.OFFICE_ERROR: "it answers with an error",
        Doubt.NOT_AUTHORISED: "it does not accept the key",
        Doubt.RATE_LIMITED: "it asks to wait",
    }.get(doubt, str(doubt))


def _failed(name: str, what: str, advice: str) -> Finding:
    return _office(name, Standing.FAILED, what, advice)


def _credential(name: str, standing: Standing, what: str, advice: str = "") -> Finding:
    return Finding(Part.CREDENTIAL, name, standing, what, advice)


def _office(name: str, standing: Standing, what: str, advice: str = "") -> Finding:
    return Finding(Part.OFFICE, name, standing, what, advice)
