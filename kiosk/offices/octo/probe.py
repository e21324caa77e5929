"""Whether a supplier's key can serve a guest: what `kiosk doctor` tells."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.reply import Failed
from kiosk.offices.octo.client import OctoClient
from kiosk.ports import Clock


@dataclass(frozen=True, slots=True)
class Probe:
    """`says` is who the office holds the key for; `grants_redemption` is None where it did not say.

    `problem` is empty where a guest can be served.
    """

    supplier: str
    says: str = ""
    grants_redemption: bool | None = None
    env: str = ""
    latency_ms: float = 0.0
    problem: str = ""

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
        return Probe(client.name, latency_ms=latency_ms, problem=f"{reply.doubt} ({reply.detail})")
    return Probe(
        client.name,
        says=reply.supplier or reply.connection,
        grants_redemption=standing.grants_redemption,
        env=standing.env,
        latency_ms=latency_ms,
        problem=standing.status.warning,
    )
