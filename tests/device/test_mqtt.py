"""The feed at a real broker: Debian's mosquitto, where it is installed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from kiosk.device.mqtt import Broker, MqttPublisher, connected
from kiosk.domain.errors import SignalError
from kiosk.domain.events import Event, SourceLost, Stopping
from kiosk.domain.secret import Secret

AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
WITHIN_S = 30.0
MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin")
needs_broker = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def broker_process(folder: Path, port: int, password: str = "") -> Iterator[None]:
    config = folder / "mosquitto.conf"
    lines = [f"listener {port} 127.0.0.1", f"allow_anonymous {'false' if password else 'true'}", "user root"]
    if password:
        secrets = folder / "passwords"
        tool = shutil.which("mosquitto_passwd", path="/usr/bin:/usr/local/bin")
        assert tool is not None
        subprocess.run([tool, "-c", "-b", str(secrets), "gate", password], check=True, capture_output=True)
        lines.append(f"password_file {secrets}")
    config.write_text("\n".join(lines) + "\n")
    assert MOSQUITTO is not None
    with subprocess.Popen([MOSQUITTO, "-c", str(config)], stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if b"running" in line:
                break
        draining = threading.Thread(target=process.stderr.read, daemon=True)
        draining.start()
        try:
            yield
        finally:
            process.terminate()
            draining.join(WITHIN_S)


class Subscriber:
    """Somebody elsewhere."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, str, bool]] = []
        self._changed = threading.Condition()
        self._subscribed = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._on_message
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._client.subscribe("kiosk/#", qos=1)
        assert self._subscribed.wait(WITHIN_S)

    def _on_message(self, client: Any, data: Any, message: Any) -> None:
        with self._changed:
            self.heard.append((message.topic, message.payload.decode(), bool(message.retain)))
            self._changed.notify_all()

    def until(self, topic: str, payload: str) -> None:
        with self._changed:
            came = self._changed.wait_for(lambda: any(one[:2] == (topic, payload) for one in self.heard), WITHIN_S)
            assert came, self.heard

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def line_of(event: Event) -> tuple[str, str] | None:
    return ("source_lost", f"{event.source} is lost") if isinstance(event, SourceLost) else None


@needs_broker
def test_the_feed_reaches_who_listens_and_nothing_else_does(tmp_path: Path) -> None:
    port = free_port()
    with broker_process(tmp_path, port):
        subscriber = Subscriber(port)
        publisher = MqttPublisher(Broker("127.0.0.1", port, "kiosk/gate-a", tls=False), line_of)
        publisher.start()
        publisher.tell(Stopping(AT))
        publisher.tell(SourceLost(AT, "camera", "unplugged"))
        subscriber.until("kiosk/gate-a/source_lost", "camera is lost")
        subscriber.until("kiosk/gate-a/state", "online")
        publisher.close()
        subscriber.until("kiosk/gate-a/state", "offline")
        assert {topic for topic, _, _ in subscriber.heard} == {"kiosk/gate-a/source_lost", "kiosk/gate-a/state"}
        subscriber.close()
        late = Subscriber(port)
        late.until("kiosk/gate-a/state", "offline")
        assert late.heard == [("kiosk/gate-a/state", "offline", True)]
        late.close()


@needs_broker
def test_a_broker_that_comes_later_gets_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.device.mqtt.RETRY_S", 0.05)
    port, told, lost = free_port(), list[str](), threading.Event()

    def on_trouble(words: str) -> None:
        told.append(words)
        lost.set()

    publisher = MqttPublisher(Broker("127.0.0.1", port, "kiosk/gate-a", tls=False), line_of, on_trouble)
    publisher.start()
    assert lost.wait(WITHIN_S)
    for number in range(10_000):
        publisher.tell(SourceLost(AT, f"camera {number}", ""))
    with broker_process(tmp_path, port):
        subscriber = Subscriber(port)
        publisher.tell(SourceLost(AT, "the last", ""))
        subscriber.until("kiosk/gate-a/source_lost", "the last is lost")
        publisher.close()
        subscriber.close()
    assert told[0] == "mqtt: the broker 127.0.0.1 is not reached (Connection refused)"
    assert told[1] == ""


@needs_broker
def test_a_password_is_asked_for_and_never_shown(tmp_path: Path) -> None:
    port = free_port()
    with broker_process(tmp_path, port, "opensesame"):
        right = Broker("127.0.0.1", port, "kiosk", tls=False, username="gate", password=Secret("opensesame"))
        connected(right).loop_stop()
        with pytest.raises(SignalError) as caught:
            connected(right._replace(password=Secret("notthisone")))
        assert "notthisone" not in str(caught.value)
        assert "lets us not in" in str(caught.value)


def test_a_broker_that_hangs_holds_nobody_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        publisher = MqttPublisher(Broker("127.0.0.1", port, "kiosk", tls=False), line_of)
        publisher.start()
        for number in range(10_000):
            publisher.tell(SourceLost(AT, f"camera {number}", ""))
        publisher.close()
