"""Microsoft Graph and its sign-in on 127.0.0.1, in the shape that Microsoft documents. For tests marked ``loopback``."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote

from tests.fakes.server import FakeServer, Request, Response

TENANT = "7f2e"
Row = dict[str, Any]


class Tenant(FakeServer):
    """
    ``members`` are ids by the id of their group. Lists come in pages of ``page_size``.

    ``instead`` holds answers by the number of the call to the API, counted from one; the calls go on afterwards.
    """

    def __init__(self) -> None:
        super().__init__()
        self.users: list[Row] = []
        self.groups: list[Row] = []
        self.members: dict[str, list[str]] = {}
        self.secret = "hush"
        self.page_size = 2
        self.expires_in = 3600
        self.instead: dict[int, Response] = {}
        self.calls: list[str] = []
        self.tokens = 0

    @property
    def target(self) -> str:
        return f"{self.url}/v1.0"

    def add_user(self, name: str, **more: Any) -> None:
        row = {"id": f"u-{name}", "displayName": name.title(), "mail": f"{name}@acme.test"}
        self.users.append({**row, **more})

    def add_group(self, name: str, *members: str, **more: Any) -> None:
        row = {"id": f"g-{name}", "displayName": name, "mailNickname": name, "securityEnabled": False}
        self.groups.append({**row, **more})
        self.members[f"g-{name}"] = list(members)

    def answer(self, request: Request) -> Response:
        if request.path == f"/{TENANT}/oauth2/v2.0/token":
            return self._token(request)
        self.calls.append(f"{unquote(request.path)}?{unquote(request.query)}".removeprefix("/v1.0/"))
        if len(self.calls) in self.instead:
            return self.instead[len(self.calls)]
        number = request.headers.get("authorization", "").removeprefix("Bearer token-")
        if not number.isdigit() or int(number) > self.tokens:
            return refuse(401, "InvalidAuthenticationToken", "Access token is empty.")
        return self._list(request)

    def _token(self, request: Request) -> Response:
        form = {key: values[0] for key, values in parse_qs(request.body.decode()).items()}
        if form.get("client_secret") != self.secret or form.get("grant_type") != "client_credentials":
            said = f"AADSTS7000215: Invalid client secret {form.get('client_secret')} provided."
            return Response.of({"error": "invalid_client", "error_description": said}, 401)
        self.tokens += 1
        token = {"token_type": "Bearer", "expires_in": self.expires_in, "access_token": f"token-{self.tokens}"}
        return Response.of({**token, "scope": form["scope"]})

    def _list(self, request: Request) -> Response:
        segments = [unquote(segment) for segment in request.path.removeprefix("/v1.0/").split("/")]
        if segments == ["organization", TENANT]:
            return Response.of({"id": TENANT, "displayName": "Acme Inc."})
        if segments in (["users"], ["groups"]):
            return self._page(request, self.users if segments == ["users"] else self.groups)
        if segments[0] == "groups" and segments[2] == "members" and segments[1] in self.members:
            rows = [self._member(id_) for id_ in self.members[segments[1]]]
            if segments[3:] == ["microsoft.graph.user"]:
                rows = [row for row in rows if row["@odata.type"] == "#microsoft.graph.user"]
            return self._page(request, rows)
        return refuse(404, "Request_ResourceNotFound", "Resource does not exist.")

    def _member(self, id_: str) -> Row:
        rows, type_ = (self.users, "user") if id_.startswith("u-") else (self.groups, "group")
        row = next((row for row in rows if row["id"] == id_), {"id": id_})
        return {"@odata.type": f"#microsoft.graph.{type_}", **row}

    def _page(self, request: Request, rows: list[Row]) -> Response:
        start = int(request.parameter("$skiptoken") or 0)
        end = start + self.page_size
        body: Row = {"@odata.context": f"{self.target}/$metadata", "value": rows[start:end]}
        if end < len(rows):
            body["@odata.nextLink"] = f"{self.url}{request.path}?$top={self.page_size}&$skiptoken={end}"
        return Response.of(body)


def refuse(status: int, code: str, message: str) -> Response:
    return Response.of({"error": {"code": code, "message": message}}, status)
