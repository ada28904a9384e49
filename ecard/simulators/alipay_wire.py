"""What goes over Alipay's wire: forms with signatures, and answers whose inner text is signed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from starlette.requests import Request
from starlette.responses import Response

from ecard.simulators.writing import is_signed, sign


@dataclass(frozen=True, slots=True)
class AlipayKeys:
    """merchant: ours; platform: theirs. seller_id: who gets the money."""

    app_id: str
    seller_id: str
    merchant: RSAPublicKey
    platform: RSAPrivateKey


class Problem(Exception):
    """An answer other than the one that was hoped for."""

    def __init__(self, code: str, sub_code: str, sub_msg: str) -> None:
        super().__init__(sub_code)
        message = {"40004": "Business Failed", "20000": "Service Currently Unavailable"}.get(code, "Invalid Arguments")
        self.content = {"code": code, "msg": message, "sub_code": sub_code, "sub_msg": sub_msg}


def signed_text(fields: Mapping[str, str], *without: str) -> bytes:
    """What is signed of a form: all that is not empty, by name."""
    return "&".join(f"{name}={fields[name]}" for name in sorted(fields) if fields[name] and name not in without).encode()


def authenticate(keys: AlipayKeys, fields: Mapping[str, str]) -> None:
    """Raises Problem for what our client did not sign."""
    if fields.get("app_id") != keys.app_id:
        raise Problem("40002", "isv.invalid-app-id", "无效的AppID参数")
    if not is_signed(keys.merchant, signed_text(fields, "sign"), fields.get("sign", "")):
        raise Problem("40002", "isv.invalid-signature", "验签出错")


def answer(keys: AlipayKeys, method: str, content: Mapping[str, Any]) -> Response:
    """The content in the node of its method, signed."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    node = json.dumps(f"{method.replace('.', '_')}_response")
    # The node's own text is what is signed, so it stands in the answer as it is.
    body = f'{{{node}:{text},"sign":"{sign(keys.platform, text.encode())}"}}'
    return Response(body.encode(), media_type="text/html;charset=utf-8")


async def read_form(request: Request) -> dict[str, str]:
    """The fields of the body and of the address."""
    body = (await request.body()).decode("utf-8", "replace")
    return dict(request.query_params) | dict(parse_qsl(body, keep_blank_values=True))


def read_content(fields: Mapping[str, str]) -> Any:
    """`biz_content`. Raises Problem."""
    try:
        content = json.loads(fields.get("biz_content", ""))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Problem("40002", "isv.invalid-parameter", "biz_content不是JSON对象")
    return content
