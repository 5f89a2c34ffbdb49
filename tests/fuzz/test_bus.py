"""Calls from the session bus with anything in them: each is answered, and none does what is not offered."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("jeepney", reason="the session bus is spoken to on Linux alone")

from jeepney import DBusAddress, HeaderFields, new_method_call

from vibe_desktop.desktop.mpris import OBJECT_PATH, PLAYER, MprisNowPlaying
from vibe_desktop.desktop.now_playing import Command

METHODS = ["Play", "Seek", "SetPosition", "OpenUri", "Get", "Set", "GetAll", "Introspect", "Ping"]


@settings(max_examples=100)
@given(
    method=st.sampled_from(METHODS)
    | st.text("aZ_", min_size=1, max_size=3),
    interface=st.sampled_from([None, PLAYER, "org.freedesktop.DBus.Properties", "x.y"]),
    body=st.sampled_from([
        ("", ()), ("s", ("x",)), ("x", (2**63 - 1,)), ("x", (-(2**63),)), ("ox", ("/", 5)),
        ("ox", ("/x", -1)),
        ("ss", (PLAYER, "Volume")), ("ss", ("", "")),
        ("ssv", (PLAYER, "Volume", ("d", float("nan")))),
        ("ssv", (PLAYER, "Volume", ("s", "loud"))),
        ("ssv", (PLAYER, "LoopStatus", ("s", "\u202e"))),
        ("ssv", (PLAYER, "Rate", ("d", float("-inf")))),
        ("ssv", (PLAYER, "Position", ("x", 1))),
    ]),
)  # fmt: skip
def test_whatever_the_bus_brings_is_answered(
    method: str, interface: str | None, body: tuple[str, tuple[object, ...]]
) -> None:
    asked: list[Command] = []
    music = MprisNowPlaying(asked.append)
    address = DBusAddress(OBJECT_PATH, bus_name="a.b", interface=interface)
    call = new_method_call(address, method, body[0] or None, body[1])
    call.header.serial = 1
    call.header.fields[HeaderFields.sender] = ":1.1"

    answer = music._object.answer(call)

    assert answer is not None
    assert answer.serialise(1)
    assert all(0.0 <= command.volume <= 1.0 for command in asked)
