"""The feed, published to an MQTT broker for lamps and displays elsewhere. The only importer of paho.

Nothing is read from the broker: nobody can open or admit anything through it.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from kiosk.domain.errors import SignalError
from kiosk.domain.events import Event
from kiosk.domain.secret import Secret

log = logging.getLogger(__name__)

MOST_WAITING = 200
"""Events. While the broker is away the oldest go: a lamp wants the last verdict, not those of an hour ago."""

CONNECT_WITHIN_S = 5.0
RETRY_S = 5.0
CLOSED_WITHIN_S = 2.0


class Broker(NamedTuple):
    """Where to publish. `topic`: what every topic begins with; the event's name follows, and `state`."""

    host: str
    port: int
    topic: str
    tls: bool = True
    username: str = ""
    password: Secret = Secret("")


class MqttPublisher:
    """A `ports.Feed`. `line_of` gives an event's name and its JSON line, or None for what is not published.

    `<topic>/verdict` and so on get the lines, as they fall, not kept by the broker; `<topic>/state` is `online` or
    `offline`, kept, and set to `offline` by the broker when this machine is gone.
    """

    name = "mqtt"

    def __init__(
        self,
        broker: Broker,
        line_of: Callable[[Event], tuple[str, str] | None],
        on_trouble: Callable[[str], None] = lambda words: None,
    ) -> None:
        self.on_trouble = on_trouble
        self._broker, self._line_of = broker, line_of
        self._waiting: deque[Event] = deque(maxlen=MOST_WAITING)
        self._changed = threading.Condition()
        self._ending = False
        self._trouble = ""
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)

    @property
    def trouble(self) -> str:
        """What is wrong now; empty where nothing is."""
        return self._trouble

    def start(self) -> None:
        self._thread.start()

    def tell(self, event: Event) -> None:
        """Publish an event, soon. Never waits."""
        with self._changed:
            self._waiting.append(event)
            self._changed.notify()

    def close(self) -> None:
        """Publish what waits, say `offline`, and leave; not longer than `CLOSED_WITHIN_S`."""
        with self._changed:
            self._ending = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(CLOSED_WITHIN_S)

    # ── the thread ──────────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        while not self._ending:
            try:
                client = connected(self._broker)
            except SignalError as error:
                self._tell(str(error))
                self._rest()
                continue
            self._tell("")
            try:
                self._publish(client)
            except Exception as error:  # whatever the library makes of a line; the next one may pass
                log.exception("action=publish")
                self._tell(f"mqtt: {type(error).__name__}")
                self._rest()
            client.disconnect()
            client.loop_stop()

    def _rest(self) -> None:
        """Before the next try."""
        with self._changed:
            self._changed.wait_for(lambda: self._ending, RETRY_S)

    def _publish(self, client: Any) -> None:
        """Until it is time to end, or the connection is lost."""
        state = f"{self._broker.topic}/state"
        client.publish(state, "online", qos=1, retain=True)
        while client.is_connected():
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._ending, 1.0)
                events = [self._waiting.popleft() for _ in range(len(self._waiting))]
            for name, line in filter(None, map(self._line_of, events)):
                client.publish(f"{self._broker.topic}/{name}", line)
            if self._ending:
                client.publish(state, "offline", qos=1, retain=True).wait_for_publish(CLOSED_WITHIN_S / 2)
                return
        self._tell(f"mqtt: the broker {self._broker.host} has gone")

    def _tell(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            log.warning("action=mqtt trouble=%s", trouble or "none")
            self.on_trouble(trouble)


def connected(broker: Broker) -> Any:
    """A client that is connected, its network thread running. Raises SignalError in words for staff."""
    try:
        from paho.mqtt import client as mqtt
        from paho.mqtt.enums import CallbackAPIVersion
    except ImportError:
        raise SignalError("mqtt: the package paho-mqtt is not installed") from None
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    answered, said = threading.Event(), [""]

    def on_connect(_client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        said[0] = str(reason) if reason.is_failure else ""
        answered.set()

    client.on_connect = on_connect
    client.connect_timeout = CONNECT_WITHIN_S
    client.will_set(f"{broker.topic}/state", "offline", qos=1, retain=True)
    if broker.username:
        client.username_pw_set(broker.username, broker.password.reveal())
    try:
        if broker.tls:
            client.tls_set()
        client.connect(broker.host, broker.port)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise SignalError(f"mqtt: the broker {broker.host} is not reached ({why})") from None
    client.loop_start()
    if not answered.wait(CONNECT_WITHIN_S) or said[0]:
        client.disconnect()
        client.loop_stop()
        raise SignalError(f"mqtt: the broker {broker.host} lets us not in ({said[0] or 'no answer'})")
    return client
