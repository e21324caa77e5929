"""Figures of the gate for Prometheus, on the loopback address only. The only importer of prometheus_client.

A viewer like any other: it counts what the feed tells, and knows neither codes nor guests.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from kiosk import __version__
from kiosk.domain.errors import SignalError
from kiosk.domain.events import Decided, Event, ListStatus, SourceLost, Status
from kiosk.domain.verdict import Admit, outcome_word, reason_of

ADDRESS = "127.0.0.1"
"""Never another: whoever reads these knows how busy the house is."""

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Where the times are cut: a guest waits gladly for a quarter of a second, and not for two."""


class Metrics:
    """A `ports.Feed`, served from `start` to `close`."""

    def __init__(self, port: int, now: Callable[[], datetime]) -> None:
        """Imports the library, which takes a moment. Raises SignalError where it is not installed."""
        try:
            import prometheus_client as client
        except ImportError:
            raise SignalError("metrics: the package prometheus-client is not installed") from None
        self._client, self._port, self._now = client, port, now
        self._server: Any = None
        self._thread: Any = None
        self.registry = client.CollectorRegistry()
        client.ProcessCollector(namespace="kiosk", registry=self.registry)
        mine: dict[str, Any] = {"namespace": "kiosk", "registry": self.registry}
        client.Info("build", "The version that runs.", **mine).info({"version": __version__})
        self._scans = client.Counter("scans", "Tickets read, repeats included.", ["lane", "source"], **mine)
        self._verdicts = client.Counter("verdicts", "Without repeats.", ["outcome", "grade", "reason"], **mine)
        self._guests = client.Counter("guests", "Let in.", ["lane"], **mine)
        self._scan_s = client.Histogram("scan_seconds", "From scan to verdict.", buckets=SECONDS, **mine)
        self._office_s = client.Histogram(
            "office_seconds", "Waited for offices, of one scan.", ["supplier"], buckets=SECONDS, **mine
        )
        self._lost = client.Counter("source_losses", "Scanners that went away.", ["source"], **mine)
        self._owed = client.Gauge("owed", "Redemptions whose outcome is not known.", **mine)
        self._oldest_s = client.Gauge("owed_oldest_seconds", "Age of the oldest of them.", **mine)
        self._parked = client.Gauge("parked", "Attempts that wait for a supervisor.", **mine)
        self._office_up = client.Gauge("office_up", "1 while it answers.", ["supplier"], **mine)
        self._source_up = client.Gauge("source_up", "1 while it can be read.", ["source"], **mine)
        self._shown = client.Gauge("tickets_shown", "To a camera, in the last hour.", ["source"], **mine)
        self._first = client.Gauge("tickets_read_at_first", "Of those, within a second.", ["source"], **mine)
        self._journal_ok = client.Gauge("journal_ok", "1 while the record can be written.", **mine)
        self._clock = client.Gauge("clock_trusted", "1 synced, 0.5 holdover, 0 untrusted.", **mine)
        self._listed = client.Gauge("list_bookings", "On the list for bad times.", ["supplier", "day"], **mine)
        self._list_age_s = client.Gauge("list_age_seconds", "Of that list.", ["supplier", "day"], **mine)
        self._heard = client.Gauge("last_status_timestamp_seconds", "When the engine last told how it is.", **mine)

    def start(self) -> None:
        """Raises SignalError where the port cannot be had."""
        try:
            self._server, self._thread = self._client.start_http_server(self._port, ADDRESS, self.registry)
        except OSError as error:
            raise SignalError(f"metrics: port {self._port} cannot be used ({error.strerror})") from None

    @property
    def port(self) -> int:
        """Where it is served, once started."""
        return int(self._server.server_port)

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join(1.0)

    def tell(self, event: Event) -> None:
        match event:
            case Decided():
                self._decided(event)
            case Status():
                self._stands(event)
            case SourceLost(source=source):
                self._lost.labels(source).inc()
            case _:
                pass

    def _decided(self, decided: Decided) -> None:
        if decided.source == "search":
            return
        self._scans.labels(decided.lane, decided.source).inc()
        if decided.repeat or decided.looked:
            return
        verdict = decided.verdict
        grade = verdict.grade.value if isinstance(verdict, Admit) else ""
        self._verdicts.labels(outcome_word(verdict), grade, reason_of(verdict) or "").inc()
        if isinstance(verdict, Admit):
            self._guests.labels(decided.lane).inc(sum(booking.pax for booking in verdict.bookings))
        self._scan_s.observe(decided.elapsed_ms / 1000)
        if decided.office_ms:
            self._office_s.labels(decided.supplier or "").observe(decided.office_ms / 1000)

    def _stands(self, status: Status) -> None:
        self._heard.set(status.at.timestamp())
        self._owed.set(status.owed)
        self._parked.set(status.parked)
        self._journal_ok.set(status.journal_ok)
        self._clock.set({"synced": 1.0, "holdover": 0.5}.get(status.clock, 0.0))
        oldest = status.oldest_owed_at
        self._oldest_s.set_function(lambda: 0.0 if oldest is None else (self._now() - oldest).total_seconds())
        for office in status.offices:
            self._office_up.labels(office.name).set(bool(office.up))
        for source in status.sources:
            self._source_up.labels(source.name).set(source.up)
            if source.kind == "camera":
                self._shown.labels(source.name).set(source.shown)
                self._first.labels(source.name).set(source.first_reads)
        self._lists(status.lists)

    def _lists(self, lists: tuple[ListStatus, ...]) -> None:
        """Those of days that are over go: a label for each day would add up."""
        self._listed.clear()
        self._list_age_s.clear()
        for one in lists:
            self._listed.labels(one.supplier, one.day).set(one.bookings)
            if (as_of := one.as_of) is not None:
                self._list_age_s.labels(one.supplier, one.day).set_function(self._age_of(as_of))

    def _age_of(self, at: datetime) -> Callable[[], float]:
        return lambda: (self._now() - at).total_seconds()
