"""How a device is registered: input, payload and mutation."""

import strawberry

from resolvers import devices
from schema.base import made
from schema.changes import change, payload
from schema.devices import Device
from schema.enums import NotificationChannel
from schema.notification_changes import WRITE


@strawberry.input(
    description="Where PUSH or WECHAT goes to. token: a browser's push subscription as JSON, or the openid of whoever follows the"
    " city's WeChat account."
)
class RegisterDeviceInput:
    channel: NotificationChannel
    token: str


@payload
class RegisterDevicePayload:
    """The device, new or as it was."""

    device: Device | None = made("Device", "The device.")


@strawberry.type
class DeviceChanges:
    register_device: RegisterDevicePayload | None = change(
        devices.register_device,
        RegisterDeviceInput,
        "Has messages sent to a browser or a WeChat account for as long as the session lasts. A resident has at most ten such"
        " devices; then the oldest gives way.",
        scopes=WRITE,
    )
