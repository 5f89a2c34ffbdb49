"""An object on the bus: its methods and properties in a table, from which calls are answered.

The table says the D-Bus type of everything, so what leaves has exactly that
type, whatever size a Python number happens to have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias
from xml.sax.saxutils import quoteattr

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageFlag,
    MessageType,
    new_error,
    new_method_return,
    new_signal,
)

Arguments: TypeAlias = tuple[tuple[str, str], ...]
"""names and D-Bus types"""

_ERROR = "org.freedesktop.DBus.Error."
_PROPERTIES = "org.freedesktop.DBus.Properties"
_MACHINE_ID = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


class BusError(Exception):
    """A call that is answered with an error: its short name among the bus's own, and a sentence."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = _ERROR + name


@dataclass(frozen=True, slots=True)
class Method:
    """What may be called; it returns a tuple of what `gives` says, or nothing."""

    call: Callable[..., tuple[Any, ...] | None]
    takes: Arguments = ()
    gives: Arguments = ()


@dataclass(frozen=True, slots=True)
class Property:
    """A value of one D-Bus type, read when asked, perhaps written; its changes are told or not."""

    type: str
    read: Callable[[], Any]
    write: Callable[[Any], None] | None = None
    told: bool = True


@dataclass(frozen=True, slots=True)
class Interface:
    """A named set of methods, properties and signals."""

    name: str
    methods: Mapping[str, Method] = field(default_factory=dict)
    properties: Mapping[str, Property] = field(default_factory=dict)
    signals: Mapping[str, Arguments] = field(default_factory=dict)


class BusObject:
    """Answers the calls for one object; the interfaces every object has come by themselves."""

    def __init__(self, path: str, interfaces: Sequence[Interface]) -> None:
        self._path = path
        self._own = {interface.name: interface for interface in interfaces}
        self._all = self._own | {interface.name: interface for interface in self._standard()}
        self._told: dict[str, dict[str, Any]] = {name: {} for name in self._own}

    def answer(self, message: Message) -> Message | None:
        """Return the answer to a call; None when there is none to give."""
        if message.header.message_type is not MessageType.method_call:
            return None
        try:
            types, body = self._call(message)
            reply = new_method_return(message, types or None, body)
        except BusError as error:
            reply = new_error(message, error.name, "s", (str(error),))
        return None if message.header.flags & MessageFlag.no_reply_expected else reply

    def changes(self) -> list[Message]:
        """Return a signal for every interface whose properties differ from what was told last."""
        signals = []
        for name in self._own:
            values = self._values(name, told_only=True)
            told = self._told[name]
            changed = {key: value for key, value in values.items() if told.get(key) != value}
            if changed:
                self._told[name] = values
                emitter = DBusAddress(self._path, interface=_PROPERTIES)
                signals.append(new_signal(emitter, "PropertiesChanged", "sa{sv}as", (name, changed, [])))
        return signals

    def signal(self, interface: str, name: str, *body: Any) -> Message:
        """Return one of an interface's signals."""
        types = "".join(kind for _, kind in self._own[interface].signals[name])
        return new_signal(DBusAddress(self._path, interface=interface), name, types, body)

    def _call(self, message: Message) -> tuple[str, tuple[Any, ...]]:
        fields = message.header.fields
        path, wanted, name = (
            fields[HeaderFields.path],
            fields.get(HeaderFields.interface),
            fields[HeaderFields.member],
        )
        if name == "Introspect" and path != self._path:
            return "s", (self._signpost(path),)
        if path != self._path:
            raise BusError("UnknownObject", f"There is nothing at {path}.")
        method = self._method(wanted, name)
        if fields.get(HeaderFields.signature, "") != "".join(kind for _, kind in method.takes):
            raise BusError("InvalidArgs", f"{name} takes other arguments.")
        return "".join(kind for _, kind in method.gives), method.call(*message.body) or ()

    def _method(self, wanted: str | None, name: str) -> Method:
        if wanted is not None and wanted not in self._all:
            raise BusError("UnknownInterface", f"There is no interface {wanted} here.")
        for interface in self._all.values():
            if wanted in (None, interface.name) and name in interface.methods:
                return interface.methods[name]
        raise BusError("UnknownMethod", f"There is no method {name} here.")

    def _property(self, interface: str, name: str) -> Property:
        if interface not in self._own:
            raise BusError("UnknownInterface", f"There is no interface {interface} here.")
        if name not in self._own[interface].properties:
            raise BusError("UnknownProperty", f"There is no property {name} here.")
        return self._own[interface].properties[name]

    def _values(self, interface: str, *, told_only: bool = False) -> dict[str, tuple[str, Any]]:
        properties = self._own[interface].properties
        return {
            name: (each.type, each.read()) for name, each in properties.items() if each.told or not told_only
        }

    def _get(self, interface: str, name: str) -> tuple[Any]:
        wanted = self._property(interface, name)
        return ((wanted.type, wanted.read()),)

    def _get_all(self, interface: str) -> tuple[Any]:
        if interface not in self._own:
            raise BusError("UnknownInterface", f"There is no interface {interface} here.")
        return (self._values(interface),)

    def _set(self, interface: str, name: str, variant: tuple[str, Any]) -> None:
        wanted = self._property(interface, name)
        if not wanted.write:
            raise BusError("PropertyReadOnly", f"{name} can only be read.")
        kind, value = variant
        if kind != wanted.type:
            raise BusError("InvalidArgs", f"{name} is of type {wanted.type}.")
        wanted.write(value)

    def _standard(self) -> list[Interface]:
        value = ("value", "v")
        key = (("interface_name", "s"), ("property_name", "s"))
        properties = {
            "Get": Method(self._get, key, (value,)),
            "GetAll": Method(self._get_all, key[:1], (("properties", "a{sv}"),)),
            "Set": Method(self._set, (*key, value)),
        }
        changed = (key[0], ("changed_properties", "a{sv}"), ("invalidated_properties", "as"))
        xml = {"Introspect": Method(lambda: (self._introspection(),), gives=(("xml_data", "s"),))}
        peer = {
            "Ping": Method(lambda: None),
            "GetMachineId": Method(_machine_id, gives=(("machine_uuid", "s"),)),
        }
        return [
            Interface(_PROPERTIES, properties, signals={"PropertiesChanged": changed}),
            Interface("org.freedesktop.DBus.Introspectable", xml),
            Interface("org.freedesktop.DBus.Peer", peer),
        ]

    def _introspection(self) -> str:
        return f"<node>{''.join(map(_interface_xml, self._all.values()))}</node>"

    def _signpost(self, path: str) -> str:
        """Return the way from a place above the object towards it."""
        above = path.rstrip("/") + "/"
        if not self._path.startswith(above):
            raise BusError("UnknownObject", f"There is nothing at {path}.")
        return f"<node><node name={quoteattr(self._path.removeprefix(above).split('/')[0])}/></node>"


def _machine_id() -> tuple[str]:
    for place in _MACHINE_ID:
        if place.is_file():
            return (place.read_text(encoding="ascii").strip(),)
    raise BusError("FileNotFound", "This machine has no identifier.")


def _interface_xml(interface: Interface) -> str:
    methods = (
        _element("method", name, _arguments_xml(each.takes, "in") + _arguments_xml(each.gives, "out"))
        for name, each in interface.methods.items()
    )
    signals = (_element("signal", name, _arguments_xml(takes)) for name, takes in interface.signals.items())
    properties = (_property_xml(name, each) for name, each in interface.properties.items())
    return _element("interface", interface.name, "".join((*methods, *signals, *properties)))


def _arguments_xml(arguments: Arguments, direction: str = "") -> str:
    way = {"direction": direction} if direction else {}
    return "".join(_element("arg", name, type=kind, **way) for name, kind in arguments)


def _property_xml(name: str, each: Property) -> str:
    quiet = _element("annotation", "org.freedesktop.DBus.Property.EmitsChangedSignal", value="false")
    access = "readwrite" if each.write else "read"
    return _element("property", name, "" if each.told else quiet, type=each.type, access=access)


def _element(tag: str, name: str, inside: str = "", **attributes: str) -> str:
    written = "".join(f" {key}={quoteattr(value)}" for key, value in {"name": name, **attributes}.items())
    return f"<{tag}{written}>{inside}</{tag}>"
