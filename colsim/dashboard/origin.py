"""The address that browsers show for the dashboard, where that is not the one it listens at."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote, urlsplit

from colsim.errors import UserError

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port, as a browser compares them, and the path of the first page."""

    scheme: str
    host: str
    port: int
    prefix: str = field(default="", compare=False)
    """Path that all pages lie under, such as '/colsim'; none: ''."""

    @classmethod
    def of(cls, text: str) -> Self | None:
        """Return the origin of an address; None if it has none."""
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port
        except ValueError:
            return None
        scheme = parts.scheme.lower()
        if scheme not in _PORTS or not host or parts.username is not None:
            return None
        return cls(scheme, host.lower(), _PORTS[scheme] if port is None else port)

    @classmethod
    def given(cls, text: str) -> Self:
        """Return the origin that a user states.

        Raises:
            UserError: it is no such address.
        """
        origin, parts = cls.of(text.strip()), None
        if origin is not None:
            parts = urlsplit(text.strip())
        if origin is None or parts is None or parts.query or parts.fragment:
            raise UserError(
                f"--origin: found {text!r}; allowed: the address that browsers show, such as "
                "https://colsim.example.org or https://example.org/colsim"
            )
        prefix = quote(parts.path.rstrip("/"), safe="/%~-._")
        if "//" in prefix or "/.." in prefix:
            raise UserError(f"--origin: found the path {parts.path!r}; allowed: a plain one")
        return cls(origin.scheme, origin.host, origin.port, prefix)

    def is_at(self, host: str) -> bool:
        """Return whether a Host header means this host and port; no port is the scheme's own."""
        try:
            name = (urlsplit(f"//{host}").hostname or "").lower()
        except ValueError:
            return False
        return name == self.host and port_of(host, _PORTS[self.scheme]) == self.port

    @property
    def address(self) -> str:
        """The address of the first page."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.prefix}/"


def port_of(host: str, usual: int) -> int:
    """Return the port of a Host header, the usual one if it names none, -1 if it is no host."""
    try:
        port = urlsplit(f"//{host}").port
    except ValueError:
        return -1
    return usual if port is None else port
