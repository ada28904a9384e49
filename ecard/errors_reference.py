"""Writes docs/reference/errors.md: `python -m ecard.errors_reference > docs/reference/errors.md`."""

from domain.enums import ErrorCode
from domain.refusals import Refusal
from ecard.errors import ALWAYS, STATUSES, TEXTS

HEAD = """# Errors and refusals

Made from `ecard/errors.py` and `domain/refusals.py` by `python -m ecard.errors_reference`; a test tells when it is out of date.

Programs look at codes, people at messages: English where `Accept-Language` asks for it, else Chinese. Every answer has the header
`X-Request-Id`; with it, whoever runs the platform finds the request in the log.

## `errors`

A request that was malformed, not allowed or went wrong. `extensions.code` is one of these; `extensions.requestId` is there for
faults of ours (INTERNAL_SERVER_ERROR, TIMEOUT), `extensions.retryAfter` (in seconds, like the header `Retry-After`) where waiting
helps.

The status is that of an answer without data. With `Accept: application/graphql-response+json` it is the first, with
`application/json` the second. An answer with data has 200 either way. BAD_REQUEST has 405, 406, 413 or 415 where HTTP has a status
for what is wrong.

| `extensions.code` | status | with `application/json` | message |
|---|---|---|---|
"""
REFUSALS = """
## `userErrors`

A change that was refused: nothing of it was done, the payload's other fields are null, and the status is 200. `field` is the path
in the input, `retryAt` when it is worth trying again; both may be null.

| `code` | message | 中文 |
|---|---|---|
"""
TAIL = """
## `/oauth/token`

Errors are those of RFC 6749, as JSON with `error` and `error_description`: `invalid_request`, `invalid_scope`, `invalid_grant` and
`unsupported_grant_type` with 400, `invalid_client` with 401, `temporarily_unavailable` with 503.

## WebSocket

What is wrong with one operation is its `error` message, with the codes of `errors`. What is wrong with the connection closes it:
4400 a message that is none, 4401 not signed in, 4403 the sign-in has ended, 4406 another protocol, 4408 no `connection_init` in
time, 4409 an id that is in use, 4429 a second `connection_init`, 1013 too many requests, 4500 a fault of ours.
"""


def reference() -> str:
    """The whole page."""
    errors = (f"| {code} | {STATUSES.get(code, 400)} | {_lenient(code)} | {text.en} |\n" for code, text in TEXTS.items())
    by_code = {kind.code: kind for kind in Refusal.__subclasses__()}
    refusals = (f"| {code} | {by_code[code]().message('en')} | {by_code[code].zh} |\n" for code in ErrorCode)
    return HEAD + "".join(errors) + REFUSALS + "".join(refusals) + TAIL


def _lenient(code: str) -> int:
    return STATUSES.get(code, 400) if code in ALWAYS else 200


if __name__ == "__main__":
    print(reference(), end="")
