"""What people were told: listed, read, and told as they want it."""

from typing import Any

from ecard.tour import display
from ecard.tour.birth import Child
from ecard.tour.consumer import expect
from ecard.tour.parties import Parties

USUAL = {"language": "zh-CN", "channels": ["IN_APP", "SMS", "WECHAT", "PUSH"], "quietFrom": "22:00", "quietTo": "08:00"}
WANTED = {"language": "en", "channels": ["IN_APP", "PUSH"], "quietFrom": "21:00", "quietTo": "07:30"}
NEWEST = {"first": 50}


def read_messages(parties: Parties, child: Child) -> None:
    """The mother's list has what concerns her child, who has no phone; she reads it, and chooses how to be told."""
    display.chapter("Messages")

    def about_the_child(data: dict[str, Any]) -> dict[str, Any] | None:
        unread = [one for one in data["me"]["notifications"]["nodes"] if one["readAt"] is None and one["subject"]]
        kinds = {(one["resident"]["id"], one["subject"]["__typename"]): one for one in unread}
        return kinds.get((child.resident["id"], "Report"))

    message = parties.mother.wait_for("Notifications", NEWEST, about_the_child, "the message of her child's report")
    expect(message["title"], "who has no phone is told through who cares for them")
    home = parties.mother.send("Home", {"residentId": child.resident["id"]})["me"]["notifications"]
    expect(home["totalCount"] > 0, "the home screen counts what is unread")
    left = parties.mother.change("MarkNotificationsRead", {"ids": [message["id"]]})["unreadCount"]
    expect(left < home["totalCount"], "one is read")
    expect(parties.mother.change("MarkNotificationsRead", {}, "of all")["unreadCount"] == 0, "and all of them")
    chosen = parties.mother.change("UpdateNotificationPreferences", {"input": WANTED})["preferences"]
    expect(_sorted(chosen) == _sorted(WANTED), "she is told in English, without SMS, and not at night")
    half = {"input": {"quietFrom": "21:00", "quietTo": None}}
    parties.mother.refused("UpdateNotificationPreferences", half, "INVALID_INPUT", "of a night without an end")
    usual = parties.mother.change("UpdateNotificationPreferences", {"input": USUAL}, "as it was")["preferences"]
    expect(_sorted(usual) == _sorted(USUAL), "and as before again")


def _sorted(preferences: dict[str, Any]) -> dict[str, Any]:
    return {**preferences, "channels": sorted(preferences["channels"])}
