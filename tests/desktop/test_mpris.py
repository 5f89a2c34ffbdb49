"""MPRIS on the wire: the type of everything that leaves, and what each call asks of the window."""

from __future__ import annotations

import math
import os
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

pytest.importorskip("jeepney", reason="the session bus is spoken to on Linux alone")

from jeepney import DBusAddress, HeaderFields, MessageFlag, MessageType, new_method_call

from desktop_on_the_bus import INTROSPECTABLE, PEER, PROPERTIES, SONG, TRACK, Desk
from session_bus import PATIENCE, Bus
from vibe_desktop.desktop.mpris import BUS_NAME, NO_TRACK, OBJECT_PATH, PLAYER, ROOT, MprisNowPlaying
from vibe_desktop.desktop.now_playing import (
    Action,
    Command,
    Loop,
    NowPlaying,
    PlayingNow,
    SilentNowPlaying,
    Status,
    choose_now_playing,
)


def types(values: dict[str, tuple[str, Any]]) -> dict[str, str]:
    return {name: kind for name, (kind, _) in values.items()}


def test_the_type_of_every_property(desk: Desk) -> None:
    desk.show(SONG)
    root = desk.call(PROPERTIES, "GetAll", "s", ROOT)
    assert root.header.fields[HeaderFields.signature] == "a{sv}"
    assert root.body[0] == {
        "CanQuit": ("b", True),
        "CanRaise": ("b", True),
        "HasTrackList": ("b", False),
        "Identity": ("s", "Vibe Desktop"),
        "DesktopEntry": ("s", "vibe-desktop"),
        "SupportedUriSchemes": ("as", []),
        "SupportedMimeTypes": ("as", []),
    }
    assert desk.call(PROPERTIES, "GetAll", "s", PLAYER).body[0] == {
        "PlaybackStatus": ("s", "Paused"),
        "LoopStatus": ("s", "Playlist"),
        "Rate": ("d", 1.0),
        "Metadata": ("a{sv}", {
            "mpris:trackid": ("o", TRACK),
            "mpris:length": ("x", 200_500_000),
            "mpris:artUrl": ("s", "file:///covers/a%20b.png"),
            "xesam:title": ("s", "A title"),
            "xesam:artist": ("as", ["An artist"]),
            "xesam:album": ("s", "An album"),
        }),
        "Volume": ("d", 0.5),
        "Position": ("x", 10_000_000),
        "MinimumRate": ("d", 1.0),
        "MaximumRate": ("d", 1.0),
        "CanGoNext": ("b", True),
        "CanGoPrevious": ("b", True),
        "CanPlay": ("b", True),
        "CanPause": ("b", True),
        "CanSeek": ("b", True),
        "CanControl": ("b", True),
    }  # fmt: skip


def test_nothing_playing(desk: Desk) -> None:
    desk.show(PlayingNow())
    assert desk.property("Metadata") == ("a{sv}", {"mpris:trackid": ("o", NO_TRACK)})
    assert desk.property("PlaybackStatus") == ("s", "Stopped")
    assert desk.property("Position") == ("x", 0)
    for name in ("CanPlay", "CanPause", "CanSeek", "CanGoNext", "CanGoPrevious"):
        assert desk.property(name) == ("b", False)


def test_what_tags_may_hold(desk: Desk) -> None:
    desk.show(PlayingNow(track_id=-3, title="a\0b\ud800c", album="<b>é☀\U0001f3b5</b>", artist="x" * 5000))
    kind, shown = desk.property("Metadata")
    assert kind == "a{sv}"
    assert shown["xesam:title"] == ("s", "abc")
    assert shown["xesam:album"] == ("s", "<b>é☀\U0001f3b5</b>")
    assert shown["xesam:artist"] == ("as", ["x" * 1000])
    assert shown["mpris:trackid"] == ("o", "/vibe_desktop/track/_3")
    desk.show(PlayingNow(track_id=4))
    assert desk.property("Metadata")[1]["xesam:artist"] == ("as", [])


@pytest.mark.parametrize("length", [0.0, 59.9, 3600.0 * 24 * 30, math.inf, math.nan])
def test_lengths_and_places_are_always_of_64_bits(desk: Desk, length: float) -> None:
    desk.show(replace(SONG, length=length, position=length))
    kind, value = desk.property("Metadata")[1]["mpris:length"]
    assert kind == "x"
    assert 0 <= value < 2**63
    assert desk.property("Position") == ("x", value)


def test_the_place_moves_while_music_plays_and_nothing_is_sent_for_it(desk: Desk) -> None:
    desk.show(replace(SONG, status=Status.PLAYING, position=3.0))
    _, first = desk.property("Position")
    deadline = time.monotonic() + PATIENCE
    while desk.property("Position")[1] <= first:
        assert time.monotonic() < deadline
    assert first >= 3_000_000
    desk.caller.signal("PropertiesChanged")
    desk.caller.signal("PropertiesChanged")
    desk.music.update(replace(SONG, status=Status.PLAYING, position=50.0))
    assert desk.property("Position")[1] >= 50_000_000
    assert desk.caller.no_more("PropertiesChanged")
    desk.music.update(replace(SONG, status=Status.PLAYING, position=1000.0))
    assert desk.property("Position") == ("x", 200_500_000)


def test_changes_are_told_with_their_types(desk: Desk) -> None:
    desk.show(PlayingNow())
    told = [desk.caller.signal("PropertiesChanged"), desk.caller.signal("PropertiesChanged")]
    assert {each.body[0] for each in told} == {ROOT, PLAYER}
    desk.music.update(SONG)
    message = desk.caller.signal("PropertiesChanged")
    assert message.header.fields[HeaderFields.signature] == "sa{sv}as"
    assert message.header.fields[HeaderFields.path] == OBJECT_PATH
    interface, changed, invalidated = message.body
    assert (interface, invalidated) == (PLAYER, [])
    assert types(changed) == {
        "PlaybackStatus": "s", "LoopStatus": "s", "Metadata": "a{sv}", "Volume": "d", "CanGoNext": "b",
        "CanGoPrevious": "b", "CanPlay": "b", "CanPause": "b", "CanSeek": "b",
    }  # fmt: skip
    desk.music.update(replace(SONG, volume=1))
    assert desk.caller.signal("PropertiesChanged").body[1] == {"Volume": ("d", 1.0)}


def test_a_jump_is_told_in_microseconds(desk: Desk) -> None:
    desk.show(SONG)
    desk.music.seeked(61.25)
    message = desk.caller.signal("Seeked")
    assert message.header.fields[HeaderFields.signature] == "x"
    assert message.header.fields[HeaderFields.interface] == PLAYER
    assert message.body == (61_250_000,)
    assert desk.property("Position") == ("x", 61_250_000)


@pytest.mark.parametrize(
    ("interface", "method", "action"),
    [
        (ROOT, "Raise", Action.RAISE),
        (ROOT, "Quit", Action.QUIT),
        (PLAYER, "Play", Action.PLAY),
        (PLAYER, "Pause", Action.PAUSE),
        (PLAYER, "PlayPause", Action.PLAY_PAUSE),
        (PLAYER, "Stop", Action.STOP),
        (PLAYER, "Next", Action.NEXT),
        (PLAYER, "Previous", Action.PREVIOUS),
    ],
)
def test_plain_wishes(desk: Desk, interface: str, method: str, action: Action) -> None:
    desk.show(SONG)
    reply = desk.call(interface, method)
    assert reply.header.message_type is MessageType.method_return
    assert reply.body == ()
    assert desk.asked() == [Command(action)]


def test_what_cannot_be_done_is_not_asked_for(desk: Desk) -> None:
    desk.show(PlayingNow())
    for method in ("Play", "Pause", "PlayPause", "Next", "Previous"):
        desk.call(PLAYER, method)
    desk.call(PLAYER, "Seek", "x", 1)
    desk.call(PLAYER, "SetPosition", "ox", NO_TRACK, 0)
    assert desk.asked() == []


def test_going_somewhere_in_the_track(desk: Desk) -> None:
    desk.show(SONG)
    desk.call(PLAYER, "Seek", "x", -5_500_000)
    desk.call(PLAYER, "SetPosition", "ox", TRACK, 60_000_000)
    assert desk.asked() == [
        Command(Action.SEEK, seconds=-5.5),
        Command(Action.SET_POSITION, seconds=60.0, track_id=7),
    ]
    desk.call(PLAYER, "SetPosition", "ox", "/vibe_desktop/track/6", 60_000_000)
    desk.call(PLAYER, "SetPosition", "ox", NO_TRACK, 60_000_000)
    desk.call(PLAYER, "SetPosition", "ox", TRACK, -1)
    desk.call(PLAYER, "SetPosition", "ox", TRACK, 200_500_001)
    assert desk.asked() == []
    desk.music.update(replace(SONG, length=None))
    desk.call(PLAYER, "SetPosition", "ox", TRACK, 0)
    assert desk.asked() == []


def test_what_may_be_set(desk: Desk) -> None:
    desk.show(SONG)
    for name, kind, value in (
        ("Volume", "d", 0.25), ("Volume", "d", -1.0), ("Volume", "d", 9.0), ("Volume", "d", math.nan),
        ("LoopStatus", "s", "None"), ("LoopStatus", "s", "Track"), ("LoopStatus", "s", "Playlist"),
        ("Rate", "d", 2.0), ("Rate", "d", 0.0),
    ):  # fmt: skip
        assert desk.set(name, kind, value).header.message_type is MessageType.method_return
    assert desk.asked() == [
        *(Command(Action.SET_VOLUME, volume=volume) for volume in (0.25, 0.0, 1.0)),
        *(Command(Action.SET_LOOP, loop=loop) for loop in (Loop.OFF, Loop.ONE, Loop.ALL)),
        Command(Action.PAUSE),
    ]


def test_what_is_wrong_is_said_in_the_words_of_the_bus(desk: Desk) -> None:
    desk.show(SONG)
    assert desk.error(PLAYER, "OpenUri", "s", "file:///a.mp3") == "NotSupported"
    assert desk.error(PLAYER, "Explode") == "UnknownMethod"
    assert desk.error("org.example.Other", "Play") == "UnknownInterface"
    assert desk.error(PLAYER, "Play", path="/elsewhere") == "UnknownObject"
    assert desk.error(PLAYER, "Seek", "i", 5) == "InvalidArgs"
    assert desk.error(PLAYER, "Seek") == "InvalidArgs"
    assert desk.error(PLAYER, "Play", "s", "now") == "InvalidArgs"
    assert desk.error(PROPERTIES, "Get", "ss", PLAYER, "Weather") == "UnknownProperty"
    assert desk.error(PROPERTIES, "Get", "ss", "org.example.Other", "Volume") == "UnknownInterface"
    assert desk.error(PROPERTIES, "GetAll", "s", "org.example.Other") == "UnknownInterface"
    assert desk.error(PROPERTIES, "Set", "ssv", PLAYER, "Position", ("x", 5)) == "PropertyReadOnly"
    assert desk.error(PROPERTIES, "Set", "ssv", PLAYER, "Volume", ("i", 1)) == "InvalidArgs"
    assert desk.error(PROPERTIES, "Set", "ssv", PLAYER, "LoopStatus", ("s", "Twice")) == "InvalidArgs"
    assert desk.asked() == []


def test_calls_that_want_no_answer_or_name_no_interface(desk: Desk) -> None:
    desk.show(SONG)
    quiet = new_method_call(DBusAddress(OBJECT_PATH, BUS_NAME, PLAYER), "Next")
    quiet.header.flags = MessageFlag.no_reply_expected
    desk.caller.connection.send(quiet)
    unnamed = new_method_call(DBusAddress(OBJECT_PATH, BUS_NAME), "Pause")
    reply = desk.caller.connection.send_and_get_reply(unnamed, timeout=PATIENCE)
    assert reply.header.message_type is MessageType.method_return
    assert desk.asked() == [Command(Action.NEXT), Command(Action.PAUSE)]


def test_it_describes_itself_as_it_is(desk: Desk) -> None:
    desk.show(SONG)
    node = ET.fromstring(desk.call(INTROSPECTABLE, "Introspect").body[0])
    described = {each.attrib["name"]: each for each in node.iter("interface")}
    assert set(described) == {ROOT, PLAYER, PROPERTIES, INTROSPECTABLE, PEER}
    for interface in (ROOT, PLAYER):
        values = desk.call(PROPERTIES, "GetAll", "s", interface).body[0]
        said = {each.attrib["name"]: each.attrib["type"] for each in described[interface].iter("property")}
        assert said == types(values)
    arguments = {
        method.attrib["name"]: [(arg.attrib["type"], arg.attrib["direction"]) for arg in method.iter("arg")]
        for method in described[PLAYER].iter("method")
    }
    assert arguments["SetPosition"] == [("o", "in"), ("x", "in")]
    assert arguments["Seek"] == [("x", "in")]
    (seeked,) = described[PLAYER].iter("signal")
    assert [(arg.attrib["name"], arg.attrib["type"]) for arg in seeked] == [("Position", "x")]
    writable = {
        each.attrib["name"] for each in described[PLAYER].iter("property") if "write" in each.attrib["access"]
    }
    assert writable == {"LoopStatus", "Rate", "Volume"}


def test_the_way_to_it_can_be_found(desk: Desk) -> None:
    desk.show(SONG)
    path = "/"
    while path != OBJECT_PATH:
        (child,) = ET.fromstring(desk.call(INTROSPECTABLE, "Introspect", path=path).body[0])
        path = path.rstrip("/") + "/" + child.attrib["name"]
    assert desk.error(INTROSPECTABLE, "Introspect", path="/org/mprisoner") == "UnknownObject"


def test_it_answers_a_ping(desk: Desk) -> None:
    desk.show(SONG)
    assert desk.call(PEER, "Ping").body == ()
    reply = desk.call(PEER, "GetMachineId")
    if reply.header.message_type is MessageType.method_return:
        assert len(reply.body[0]) == 32


def test_a_second_one_stands_beside_the_first(desk: Desk) -> None:
    desk.show(SONG)
    beside = Desk(desk.caller, f"{BUS_NAME}.instance{os.getpid()}")
    beside.show(replace(SONG, title="Another"))
    assert beside.property("Metadata")[1]["xesam:title"] == ("s", "Another")
    assert desk.property("Metadata")[1]["xesam:title"] == ("s", "A title")
    beside.music.close(PATIENCE)


def test_closing_leaves_the_bus(desk: Desk) -> None:
    desk.show(SONG)
    desk.music.close(PATIENCE)
    desk.music.close(PATIENCE)
    desk.music.update(PlayingNow())
    desk.music.seeked(1.0)
    assert desk.error(PLAYER, "Play") == "ServiceUnknown"


def test_music_goes_on_when_the_bus_goes_away(desk: Desk, bus: Bus) -> None:
    desk.show(SONG)
    threads = [thread for thread in threading.enumerate() if thread.name == "mpris"]
    assert threads
    bus.end()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    desk.music.update(PlayingNow())
    desk.music.seeked(1.0)
    desk.music.close()


@pytest.mark.parametrize("address", ["unix:path=/nonexistent/bus", "unix:", "unix:path", "unix:tmpdir=/tmp"])
def test_a_bus_that_is_not_there_makes_no_noise(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    music = choose_now_playing(lambda _: None)
    assert isinstance(music, MprisNowPlaying)
    music.update(SONG)
    music.close(PATIENCE)


def test_the_choice(bus: Bus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: NowPlaying = choose_now_playing(lambda _: None)
    assert isinstance(chosen, MprisNowPlaying)
    chosen.close()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    assert isinstance(choose_now_playing(lambda _: None), SilentNowPlaying)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    silent = choose_now_playing(lambda _: None)
    assert isinstance(silent, SilentNowPlaying)
    silent.update(SONG)
    silent.seeked(1.0)
    silent.close()
    (tmp_path / "bus").symlink_to(bus.address.removeprefix("unix:path=").split(",", maxsplit=1)[0])
    assert isinstance(choose_now_playing(lambda _: None), MprisNowPlaying)
