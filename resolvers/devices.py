"""Where messages go to, beside phone and list."""

import re
from collections.abc import Sequence

from db import devices, residents
from db.devices import NewDevice
from domain.enums import NotificationChannel
from domain.ids import Key
from domain.refusals import Forbidden, InvalidInput
from domain.web_push import read_subscription
from resolvers.audit import record
from resolvers.people import signed_in_resident
from resolvers.transaction import Made, Transaction

MOST = 10  # devices of a resident
_OPENID = re.compile(r"[A-Za-z0-9_-]{6,128}")


async def register_device(tx: Transaction, *, channel: NotificationChannel, token: str) -> Made:
    """Has messages on this channel sent there while the session lasts. The same token again is the same device, in this session
    from now on. Raises InvalidInput, and Forbidden for who has no session."""
    resident_id = signed_in_resident(tx.viewer)
    if tx.viewer.session_id is None:
        raise Forbidden
    known = _read_token(channel, token, tx.tools.push_hosts)
    # Two at once may not leave more than there may be.
    await residents.lock(tx.connection, resident_id)
    id = tx.new_id()
    digest = tx.tools.lookup.digest("device", channel, known)
    sealed = tx.tools.sealer.seal(known, "device", "token_sealed", id)
    row = NewDevice(resident_id, id, tx.viewer.session_id, channel, digest, sealed, tx.now)
    registered = await devices.register(tx.connection, row, MOST)
    await record(tx, "device.registered", resident_id, registered)
    return Made({"device": Key(registered, resident_id)})


def _read_token(channel: NotificationChannel, token: str, push_hosts: Sequence[str]) -> str:
    """The token as it is kept: what else a subscription says is left out. Raises InvalidInput."""
    if channel is NotificationChannel.PUSH:
        try:
            return read_subscription(token, push_hosts).text()
        except ValueError:
            raise InvalidInput("token") from None
    if channel is not NotificationChannel.WECHAT:
        raise InvalidInput("channel")
    if _OPENID.fullmatch(token) is None:
        raise InvalidInput("token")
    return token
