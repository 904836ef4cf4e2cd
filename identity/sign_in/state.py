"""What travels through the identity provider and back, in the parameter ``state``: a query string in hexadecimal."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Self
from urllib.parse import parse_qsl, urlencode

from common.errors import NotAllowedError

MAX_LENGTH = 16 * 1024


@dataclass(frozen=True, slots=True)
class SignInState:
    """Anybody may have made it up: it counts only if its nonce is the one of the browser's cookie."""

    nonce: str
    env: str
    origin: str = ""
    redirectUrl: str = ""
    flow: str = ""
    scope: str = ""

    def encode(self) -> str:
        return urlencode({name: value for name, value in asdict(self).items() if value}).encode().hex()

    @classmethod
    def decode(cls, text: str) -> Self:
        """Raises NotAllowedError."""
        known = cls.__dataclass_fields__
        try:
            pairs = parse_qsl(bytes.fromhex(text[:MAX_LENGTH]).decode(), max_num_fields=20)
        except ValueError:
            raise NotAllowedError("OAuth state is invalid") from None
        values = {name: value for name, value in pairs if name in known}
        for name in ("env", "nonce"):
            if not values.get(name):
                raise NotAllowedError(f"OAuth state is invalid, missing {name}")
        return cls(**values)
