"""How a simulator behaves: well, until it is told otherwise."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Seconds = Annotated[float, Field(ge=0, le=600)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class Behaviour(BaseModel):
    """Each is described in docs/how-to/simulate-providers.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slow: Seconds = Field(0, description="seconds that each answer takes")
    fail: Count = Field(0, description="how many of the next requests are answered busy, with nothing done")
    silent: Count = Field(0, description="how many of the next requests are carried out and never answered")
    notifications: Annotated[int, Field(ge=0, le=1_000)] = Field(1, description="how often each notification is sent")
    held: bool = Field(False, description="whether notifications wait for POST /release, which sends them in random order")
    wrong: Literal["amount", "signature"] | None = Field(None, description="what is wrong about notifications")
    refunds: Literal["at-once", "later", "failing"] = Field("at-once", description="when and how refunds end")
    refund_seconds: Seconds = Field(1, description="seconds after which refunds end that do not end at once")
    late: bool = Field(False, description="whether closed and expired orders can be paid")
    statements: Literal["always", "next-day"] = Field("always", description="whether today's statement is there as it stands")


class BadBehaviour(ValueError):
    """What was asked for is no behaviour; the message says why."""


def changed(behaviour: Behaviour, changes: Mapping[str, Any]) -> Behaviour:
    """The behaviour with these members; `reset` starts from good behaviour. Raises BadBehaviour."""
    rest = {name: value for name, value in changes.items() if name != "reset"}
    start = Behaviour() if changes.get("reset") else behaviour
    try:
        return Behaviour.model_validate({**start.model_dump(), **rest})
    except ValidationError as error:
        found = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_url=False)]
        raise BadBehaviour("; ".join(found)) from None


def read_options(options: tuple[str, ...]) -> dict[str, Any]:
    """`name=value` of the command line, as `changed` takes it; `null` is none."""
    pairs = (option.partition("=") for option in options)
    return {name: None if value == "null" else value for name, _, value in pairs}
