"""Chapter three: the network is down at the hospital; and the resident's session, stolen, ended, closed."""

import secrets

from ecard.tour import display
from ecard.tour.apply import verification_code
from ecard.tour.consumer import expect
from ecard.tour.offline import verify
from ecard.tour.parties import Parties


def offline(parties: Parties) -> None:
    """The hospital verifies with the public keys alone, and tells the platform later."""
    display.chapter("The network is down at the hospital")
    display.request(next(parties.hospital.steps), "Hospital", "GET /.well-known/jwks.json, while there is a network", "", {})
    keys = parties.hospital.http.get("/.well-known/jwks.json").json()
    display.answer(keys)
    text = parties.present("IDENTIFY")["text"]
    claims = verify(text, keys["keys"])
    display.answer(claims)
    expect(claims["purpose"] == "IDENTIFY", "the terminal verifies the signature by itself, with the public key")
    now = parties.hospital.send("ServerTime", {})["serverTime"]
    scan = {**parties.scan(text)["input"], "clientReference": secrets.token_hex(8), "scannedAt": now}
    upload = {"input": {"scans": [scan]}}
    results = parties.hospital.change("UploadOfflineScans", upload, "when the network is back")["results"]
    expect([result["outcome"] for result in results] == ["ACCEPTED"] and results[0]["visit"], "the scan opened a visit")
    again = parties.hospital.change("UploadOfflineScans", upload, "again, since the answer may have been lost")["results"]
    expect(again == results, "the same scan is reported once")
    parties.hospital.refused("VerifyCode", parties.scan(text), "ALREADY_USED", "with the code that was used offline")


def end(parties: Parties) -> None:
    """The refresh token rotates; the old one, used again, ends the session. Then signing in and out."""
    display.chapter("The session")
    first = parties.session["refreshToken"]
    renewed = parties.resident.oauth("with the refresh token", {"grant_type": "refresh_token", "refresh_token": first})
    expect(renewed.status_code == 200 and renewed.json()["refresh_token"] != first, "new tokens, and another refresh token")
    parties.resident.token = renewed.json()["access_token"]
    sessions = parties.resident.send("Sessions", {})["me"]["sessions"]
    expect([one["current"] for one in sessions].count(True) == 1, "the resident sees where they are signed in")
    theft = {"grant_type": "refresh_token", "refresh_token": first}
    stolen = parties.resident.oauth("with the old refresh token, as a thief would", theft)
    expect(stolen.status_code == 400 and stolen.json()["error"] == "invalid_grant", "it is refused")
    parties.resident.is_shut_out("Sessions", "in the session that was stolen from, which has ended as a whole")
    _in_and_out(parties)


def _in_and_out(parties: Parties) -> None:
    parties.resident.token = None
    code = verification_code(parties, parties.resident, parties.applicant)
    given = {"phone": parties.applicant["phone"], "verificationCode": code, "device": "tour"}
    session = parties.resident.change("SignIn", {"input": given})["session"]
    parties.resident.token = session["accessToken"]
    signed_out = parties.resident.change("SignOut", {"input": {}})
    expect(len(signed_out["endedSessionIds"]) == 1, "this session ended, and no other")
    parties.resident.is_shut_out("Sessions", "after signing out")
    refresh = {"grant_type": "refresh_token", "refresh_token": session["refreshToken"]}
    expect(parties.resident.oauth("after signing out", refresh).status_code == 400, "its refresh token is refused too")
