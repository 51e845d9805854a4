"""Comings and goings over MQTT, where Home Assistant finds them by itself."""

from __future__ import annotations

import contextlib
import hashlib
import json
import ssl
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from facecam import __version__
from facecam.core.errors import ConfigError, reason_of
from facecam.core.paths import printable
from facecam.serving.events import Event

_PORT, _TLS_PORT = 1883, 8883
#: Where Home Assistant looks for devices.
_DISCOVERY: Final = "homeassistant/binary_sensor/facecam"
_TOPIC: Final = "facecam"
_STRANGER: Final = "somebody unknown"
_CONNECT_S: Final = 5.0
#: Of changes, kept for a broker that is away; who is here is told anew once it is back.
_MOST_QUEUED: Final = 1000


@dataclass(frozen=True, slots=True)
class Broker:
    """Where to publish.

    Attributes:
        host: name or address.
        port: None: the usual one.
        user: None: nobody is asked for.
        password: of the user.
        tls: encrypted, with the broker's certificate checked.
        topic: what all topics begin with.
    """

    host: str
    port: int | None = None
    user: str | None = None
    password: str | None = None
    tls: bool = False
    topic: str = _TOPIC

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return self.host, self.port or (_TLS_PORT if self.tls else _PORT)


class Publisher:
    """Publishes who is here; a connection that is lost comes back by itself, and what is retained is told anew.

    Topics: `TOPIC/status` (`online`, `offline`, retained), `TOPIC/event` (each change as JSON), and for everybody seen
    `TOPIC/person/ID/state` (`ON`, `OFF`, retained), announced to Home Assistant as a presence sensor of the station, a
    device by its database and topic. What a broker retains of somebody outlives this process: it is heard again at the
    start, and goes with the person.

    Args:
        broker: where to.
        people: tells the database of this station from others at the same broker.

    Raises:
        ConfigError: the broker does not answer, or refuses us.
    """

    def __init__(self, broker: Broker, people: str) -> None:
        self._topic = broker.topic.strip("/")
        self._device = f"facecam_{person_topic(f'{self._topic} {people}')}"
        #: Of older versions, which said besides that all stations are one device.
        self._older_device = f"facecam_{person_topic(people)}"
        #: At how many sources somebody is seen now.
        self._seen_at: dict[str, int] = {}
        #: The names that the broker keeps, by the topic of each.
        self._kept: dict[str, str] = {}
        self._answered, self._refusal = threading.Event(), ""
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.max_queued_messages_set(_MOST_QUEUED)
        self._client.will_set(f"{self._topic}/status", "offline", qos=1, retain=True)
        if broker.user is not None:
            self._client.username_pw_set(broker.user, broker.password)
        if broker.tls:
            self._client.tls_set_context(ssl.create_default_context())
        self._client.on_connect, self._client.on_message = self._connected, self._heard
        host, port = broker.address
        try:
            self._client.connect_timeout = _CONNECT_S
            self._client.connect(host, port)
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"no MQTT broker answers at {printable(host)}:{port}: {reason_of(error)}",
                hint="Check --mqtt, and that the broker runs.",
            ) from error
        self._client.loop_start()
        if not self._answered.wait(_CONNECT_S) or self._refusal:
            self._client.loop_stop()
            raise ConfigError(
                f"the MQTT broker at {printable(host)}:{port} "
                + (f"refuses us: {printable(self._refusal)}" if self._refusal else "does not answer"),
                hint="Check --mqtt, --mqtt-user, --mqtt-tls, and the password in FACECAM_MQTT_PASSWORD.",
            )

    def __call__(self, event: Event) -> None:
        """Publish a change."""
        name = event["name"] or _STRANGER
        ident = person_topic(name)
        is_new, self._kept[ident] = ident not in self._seen_at, name
        change = 1 if event["kind"] == "came" else -1
        self._seen_at[ident] = max(0, self._seen_at.get(ident, 0) + change)
        if self._client.is_connected():
            self._tell(ident, name, announced=not is_new)
        self._client.publish(f"{self._topic}/event", json.dumps(event, ensure_ascii=False), qos=1)

    def forget_others(self, known: Callable[[], Collection[str]]) -> None:
        """Have the broker forget everybody who is not enrolled any more; strangers stay.

        Args:
            known: the names of those who are; asked for only where the broker keeps any.
        """
        kept = self._kept.copy()
        gone = set(kept.values()).difference(known() if kept else (), (_STRANGER,))
        for ident, who in [(ident, name) for ident, name in kept.items() if name in gone]:
            for topic in (self._config_topic(who), self._state_topic(ident)):
                self._client.publish(topic, None, qos=1, retain=True)
            self._seen_at.pop(ident, None)
            self._kept.pop(ident, None)

    def close(self) -> None:
        """Say that nobody looks any more, and go."""
        done = self._client.publish(f"{self._topic}/status", "offline", qos=1, retain=True)
        if self._client.is_connected():
            with contextlib.suppress(RuntimeError, ValueError):  # It was lost in this moment.
                done.wait_for_publish(_CONNECT_S)
        self._client.disconnect()
        self._client.loop_stop()

    def _connected(self, client: Client, _: object, __: object, reason: object, ___: object) -> None:
        if getattr(reason, "is_failure", False):
            self._refusal = str(reason)
        else:
            client.publish(f"{self._topic}/status", "online", qos=1, retain=True)
            client.subscribe(f"{_DISCOVERY}/+/config")
            for ident in list(self._seen_at):  # The broker may have forgotten everything.
                if (name := self._kept.get(ident)) is not None:
                    self._tell(ident, name, qos=0)  # Beside what is queued, which may be all there may be.
        self._answered.set()

    def _heard(self, _: Client, __: object, message: MQTTMessage) -> None:
        """What is announced, here and in other processes; of those, stations with other people answer for theirs."""
        try:
            config = json.loads(message.payload)
            name, state = config["name"], config["state_topic"]
            device = config["device"]["identifiers"]
            if self._device not in device and self._older_device not in device:
                return
        except (ValueError, KeyError, TypeError):
            return  # Cleared, or not of this program.
        if not isinstance(name, str) or state != self._state_topic(person_topic(name)):
            return
        ident = person_topic(name)
        self._kept[ident] = name
        if self._device not in device or message.topic != self._config_topic(name):
            # As an older version announced it: gone first, or it stays with that device.
            self._client.publish(message.topic, None, qos=1, retain=True)
            self._tell(ident, name)

    def _tell(self, ident: str, name: str, *, announced: bool = False, qos: int = 1) -> None:
        """Whether somebody is here; before that, unless it was announced, that this is a sensor."""
        config = {
            "name": name,
            "unique_id": f"facecam_{self._object_of(name)}",
            "device_class": "occupancy",
            "state_topic": self._state_topic(ident),
            "availability_topic": f"{self._topic}/status",
            "device": {"identifiers": [self._device], "name": self._topic, "sw_version": __version__},
            "origin": {"name": "facecam", "sw_version": __version__},
        }
        if not announced:
            text = json.dumps(config, ensure_ascii=False)
            self._client.publish(self._config_topic(name), text, qos=qos, retain=True)
        state = "ON" if self._seen_at.get(ident) else "OFF"
        self._client.publish(self._state_topic(ident), state, qos=qos, retain=True)

    def _state_topic(self, ident: str) -> str:
        return f"{self._topic}/person/{ident}/state"

    def _config_topic(self, name: str) -> str:
        return f"{_DISCOVERY}/{self._object_of(name)}/config"

    def _object_of(self, name: str) -> str:
        """A sensor of its own for each place: stations that watch different ones have topics of their own."""
        return person_topic(name if self._topic == _TOPIC else f"{self._topic}/{name}")


def person_topic(name: str) -> str:
    """A name as part of a topic, which may hold neither `/` nor `+` nor `#`: a hash, alike for alike names."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]
