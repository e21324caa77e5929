"""Whether a supplier's key can serve a guest: what `kiosk doctor` tells."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.offices.octo.client import OctoClient
from kiosk.ports import Clock


@dataclass(frozen=True, slots=True)
class Probe:
    """`says` is who the office holds the key for; `grants_redemption` is None where it did not say.

    `problem` is empty where a guest can be served. Where there was no usable answer, `doubt` is what that amounts to,
    and `detail` what happened.
    """

    supplier: str
    says: str = ""
    grants_redemption: bool | None = None
    env: str = ""
    latency_ms: float = 0.0
    problem: str = ""
    doubt: Doubt | None = None
    detail: str = ""

    @property
    def is_ready(self) -> bool:
        return not self.problem


async def probe(client: OctoClient, clock: Clock, within_s: float) -> Probe:
    """Ask one supplier's office who we are."""
    began = clock.monotonic()
    reply = await client.whoami(within_s)
    latency_ms = (clock.monotonic() - began) * 1000
    standing = client.standing
    if isinstance(reply, Failed):
        what = f"{reply.doubt} ({reply.detail})"
        return Probe(client.name, latency_ms=latency_ms, problem=what, doubt=reply.doubt, detail=reply.detail)
    return Probe(
        client.name,
        says=reply.supplier or reply.connection,
        grants_redemption=standing.grants_redemption,
        env=standing.env,
        latency_ms=latency_ms,
        problem=standing.status.warning,
    )
