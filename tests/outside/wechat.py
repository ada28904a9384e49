"""WeChat on loopback."""

from dataclasses import dataclass, field

from tests.outside.standin import StandIn

SECRET = "the app's secret"
SENT = {"errcode": 0, "errmsg": "ok", "msgid": 1}


@dataclass
class Account(StandIn):
    """WeChat: gives tokens, and answers messages with the codes that a test puts into `codes`, else well."""

    given: int = 0
    codes: list[int] = field(default_factory=list)

    def answer_to(self, line: str) -> None:
        if "stable_token" in line:
            self.given += 1
            self.answers(200, {"access_token": f"token-{self.given}", "expires_in": 7200})
        else:
            code = self.codes.pop(0) if self.codes else 0
            self.answers(200, SENT if code == 0 else {"errcode": code, "errmsg": f"what {SECRET} was"})
