"""The connection to a directory: everything below a name, read to the end or not at all."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import urlsplit

from catalog.providers.org.ldap.config import PAGE_SIZE, LdapConfig, Search
from catalog.providers.org.ldap.entry import Entry, Vendor, find_vendor
from common.errors import CallboardError, ServiceUnavailableError
from integrations.http.addresses import Reach
from integrations.http.faults import ReadFault
from integrations.http.resolver import CheckedResolver

CONNECT_SECONDS = 10
ANSWER_SECONDS = 60
MAX_ENTRIES = 500_000
MAX_PAGES = 50_000
MAX_SAID = 300
SUCCESS = 0
SCOPES = {"base": "BASE", "one": "LEVEL", "sub": "SUBTREE"}
ALIASES = ("NEVER", "SEARCH", "FINDING_BASE", "ALWAYS")
PAGES = "1.2.840.113556.1.4.319"
NEEDS_LDAP3 = "catalog.providers.ldapOrg: needs ldap3: install it with pip install 'callboard[ldap]'"


class RefusedError(CallboardError):
    """The directory answered that it will not."""


class Directory:
    """
    A bound connection. Use it in a ``with``.

    Referrals to other servers are not followed, since these would get the password. Where a search goes on elsewhere,
    ``references`` say so.
    """

    def __init__(self, config: LdapConfig) -> None:
        self._config = config
        self._ldap3 = _ldap3()
        self.references: list[str] = []
        self._connection: Any = None
        self._root: Entry | None = None

    def __enter__(self) -> Self:
        try:
            with self._as_our_errors(f"Unable to connect to {self._config.target}"):
                _check_address(self._config.target)
                self._connection = self._build_connection()
                self._bind()
            self._root = self._read_root()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def vendor(self) -> Vendor:
        """The vendor's attributes, where the configuration names no others."""
        found = find_vendor(self._root)
        return Vendor(
            self._config.dn_attribute or found.dn_attribute, self._config.uuid_attribute or found.uuid_attribute
        )

    def search(self, dn: str, search: Search) -> Iterator[Entry]:
        """All entries that match. Raises CallboardError if they cannot all be had: a missing one would be deleted."""
        count = 0
        with self._as_our_errors(f"LDAP search below '{dn}' at {self._config.target} failed"):
            for page in self._pages(dn, search):
                count += len(page)
                if count > MAX_ENTRIES:
                    raise CallboardError(f"there are more than {MAX_ENTRIES} entries; narrow it with a filter")
                yield from page

    def _build_connection(self) -> Any:
        config, ldap3 = self._config, self._ldap3
        tls = ldap3.Tls(
            validate=ssl.CERT_REQUIRED if config.is_verified else ssl.CERT_NONE,
            local_certificate_file=str(config.certificate) if config.certificate else None,
            local_private_key_file=str(config.key) if config.key else None,
        )
        server = ldap3.Server(config.target, tls=tls, get_info=ldap3.NONE, connect_timeout=CONNECT_SECONDS)
        return ldap3.Connection(
            server,
            user=config.bind_dn or None,
            password=config.bind_secret or None,
            raise_exceptions=False,
            read_only=True,
            auto_referrals=False,
            check_names=False,
            receive_timeout=ANSWER_SECONDS,
        )

    def _bind(self) -> None:
        connection, dn = self._connection, self._config.bind_dn
        connection.open()
        if dn and not connection.bind():
            raise RefusedError(f"bind as '{dn}' failed: {_reason(connection.result)}")

    def _close(self) -> None:
        if self._connection is None:
            return
        self._connection.strategy.close()
        # ldap3 forgets the socket of a connection that could not be made.
        if self._connection.socket is not None:
            self._connection.socket.close()

    def _read_root(self) -> Entry | None:
        """What the directory says of itself. Some say nothing to anybody."""
        try:
            found = list(self.search("", Search(scope="base", page_size=0)))
        except RefusedError:
            return None
        return found[0] if len(found) == 1 else None

    def _pages(self, dn: str, search: Search) -> Iterator[list[Entry]]:
        size = self._default_page_size() if search.page_size is None else search.page_size
        cookie: bytes | None = None
        for _ in range(MAX_PAGES):
            self._connection.search(
                dn,
                search.filter,
                search_scope=SCOPES[search.scope],
                dereference_aliases=ALIASES[search.aliases],
                attributes=list(search.attributes),
                size_limit=search.size_limit,
                time_limit=search.time_limit,
                paged_size=size or None,
                paged_criticality=True,
                paged_cookie=cookie,
            )
            result = self._connection.result
            # A referral too: what lies on the other server would be missing.
            if result["result"] != SUCCESS:
                raise RefusedError(_reason(result))
            answers = self._connection.response or ()
            self.references += [uri for answer in answers for uri in answer.get("uri", ())]
            yield [_entry(answer) for answer in answers if answer["type"] == "searchResEntry"]
            cookie = result.get("controls", {}).get(PAGES, {}).get("value", {}).get("cookie")
            if not cookie:
                return
        raise CallboardError(f"it sent more than {MAX_PAGES} pages")

    def _default_page_size(self) -> int:
        return PAGE_SIZE if self._root and PAGES in self._root.texts("supportedControl") else 0

    @contextmanager
    def _as_our_errors(self, what: str) -> Iterator[None]:
        faults = self._ldap3.core.exceptions
        try:
            yield
        except CallboardError as error:
            raise type(error)(f"{what}: {error.message}") from error
        except (faults.LDAPCommunicationError, ReadFault) as error:
            raise ServiceUnavailableError(f"{what}: {error}") from error
        except (faults.LDAPExceptionError, OSError) as error:
            raise CallboardError(f"{what}: {error}") from error


def _check_address(target: str) -> None:
    """Raises AddressRefused for what is never asked, such as the metadata services of clouds."""
    url = urlsplit(target)
    port = url.port or (636 if url.scheme == "ldaps" else 389)
    CheckedResolver(lambda hostname, port: Reach.LOOPBACK).addresses_of(url.hostname or "", port)


def _reason(result: Mapping[str, Any]) -> str:
    said = " ".join((result.get("message") or "").split())[:MAX_SAID]
    return f"{result['result']} {result['description']}" + (f": {said}" if said else "")


def _entry(answer: Mapping[str, Any]) -> Entry:
    raw = answer["raw_attributes"]
    return Entry(answer["dn"], {name.lower(): tuple(values or ()) for name, values in raw.items()})


def _ldap3() -> Any:
    try:
        with warnings.catch_warnings():
            # It uses names of pyasn1 that have new ones.
            warnings.simplefilter("ignore", DeprecationWarning)
            import ldap3
    except ImportError as error:
        raise CallboardError(NEEDS_LDAP3) from error
    return ldap3
