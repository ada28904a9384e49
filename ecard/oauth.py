"""OAuth 2.0 beside GraphQL: tokens (RFC 6749), their revocation (RFC 7009), and the public keys (RFC 7517)."""

import base64
import binascii
import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl, unquote_plus

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from db.clients import Client
from db.errors import is_disconnect, is_timeout
from db.pool import Pool
from domain.viewer import ANONYMOUS
from ecard.bodies import read_body
from ecard.change import Asking, Changes
from resolvers.clients import authenticate, grant
from resolvers.sessions import refresh, revoke
from resolvers.tools import Tools
from resolvers.transaction import Transaction

LONGEST_BODY = 16_384  # bytes
MOST_FIELDS = 20
FORM = "application/x-www-form-urlencoded"
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
# A key is published before it signs; five minutes later everyone has it.
PUBLIC_KEYS = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}

Answer = Callable[[Transaction, Request, Mapping[str, str]], Awaitable[Response]]


class OAuthError(Exception):
    """An error of the protocol. `code`: as RFC 6749 names it."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.description = description
        self.status = status


def routes(pool: Pool, tools: Tools, clock: Callable[[], datetime]) -> list[Route]:
    """The routes of OAuth."""
    changes = Changes(pool, tools, clock, os.urandom)
    keys = orjson.dumps(tools.keys.public_jwks())
    tag = f'"{sha256(keys).hexdigest()[:32]}"'

    def endpoint(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def respond(request: Request) -> Response:
            try:
                form = await _form(request)
                address = request.client.host if request.client else ""
                async with changes.own(Asking(ANONYMOUS, "", address)) as tx:
                    answered = await answer(tx, request, form)
                return answered
            except OAuthError as error:
                return _error(error)
            except Exception as error:
                if not is_disconnect(error) and not is_timeout(error):
                    raise
                return _error(OAuthError("temporarily_unavailable", "Try again soon.", 503))

        return respond

    async def jwks(request: Request) -> Response:
        headers = {**PUBLIC_KEYS, "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(keys, media_type="application/json", headers=headers)

    return [
        Route("/oauth/token", endpoint(_token), methods=["POST"]),
        Route("/oauth/revoke", endpoint(_revoke), methods=["POST"]),
        Route("/.well-known/jwks.json", jwks, methods=["GET"]),
    ]


async def _token(tx: Transaction, request: Request, form: Mapping[str, str]) -> Response:
    match form.get("grant_type"):
        case "client_credentials":
            return await _of_client(tx, request, form)
        case "refresh_token":
            return await _of_session(tx, form)
        case None:
            raise OAuthError("invalid_request", "grant_type is missing.")
        case _:
            raise OAuthError("unsupported_grant_type", "grant_type is client_credentials or refresh_token.")


async def _of_client(tx: Transaction, request: Request, form: Mapping[str, str]) -> Response:
    client = await _client(tx, request)
    scope = form.get("scope", "").split()
    granted = grant(tx, client, scope or None)
    if granted is None:
        raise OAuthError("invalid_scope", "The client has not all of these scopes.")
    return _tokens(granted.access_token, granted.scopes, granted.expires_at - tx.now)


async def _of_session(tx: Transaction, form: Mapping[str, str]) -> Response:
    """Returned, not raised: a token that was used again ends its session, and that must be committed."""
    if "refresh_token" not in form:
        raise OAuthError("invalid_request", "refresh_token is missing.")
    tokens = await refresh(tx, form["refresh_token"])
    if tokens is None:
        return _error(OAuthError("invalid_grant", "The refresh token is wrong, was used, or its session has ended."))
    return _tokens(tokens.access_token, tokens.viewer.scopes, tokens.expires_at - tx.now, tokens.refresh_token)


async def _revoke(tx: Transaction, request: Request, form: Mapping[str, str]) -> Response:
    """Who holds a token may revoke it. A client that says who it is must say it rightly."""
    if "authorization" in request.headers:
        await _client(tx, request)
    if "token" not in form:
        raise OAuthError("invalid_request", "token is missing.")
    await revoke(tx, form["token"])
    return Response(status_code=200, headers=NO_STORE)


async def _client(tx: Transaction, request: Request) -> Client:
    """Whose credentials stand in the Authorization header, as HTTP Basic. Raises invalid_client."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    found = None
    if scheme.lower() == "basic":
        try:
            id, _, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
            found = await authenticate(tx, unquote_plus(id), unquote_plus(secret))
        except (binascii.Error, UnicodeError):
            found = None
    if found is None:
        raise OAuthError("invalid_client", "The client's credentials are missing or wrong.", 401)
    return found


async def _form(request: Request) -> Mapping[str, str]:
    """The fields of the body, each given once. Raises invalid_request."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise OAuthError("invalid_request", f"The body is {FORM}.")
    body = await read_body(request, LONGEST_BODY)
    if body is None:
        raise OAuthError("invalid_request", "The body is too long.", 413)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise OAuthError("invalid_request", "The body is no form.") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise OAuthError("invalid_request", "A field is given twice.")
    # A field without a value counts as left out.
    return {name: value for name, value in fields.items() if value}


def _tokens(access: str, scopes: frozenset[str], life: timedelta, refresh_token: str | None = None) -> Response:
    body: dict[str, object] = {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": int(life.total_seconds()),
        "scope": " ".join(sorted(scopes)),
    }
    if refresh_token is not None:
        body["refresh_token"] = refresh_token
    return Response(orjson.dumps(body), media_type="application/json", headers=NO_STORE)


def _error(error: OAuthError) -> Response:
    body = orjson.dumps({"error": error.code, "error_description": error.description})
    headers = {**NO_STORE, "WWW-Authenticate": 'Basic realm="ecard", charset="UTF-8"'} if error.status == 401 else NO_STORE
    return Response(body, error.status, headers, "application/json")
