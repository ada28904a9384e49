"""The terminal's own verification and reading, against what the platform makes."""

import io
import os
from datetime import UTC, datetime

import pytest
from PIL import Image

from domain.codes import new_claims, sign
from domain.enums import CodePurpose, ImageFormat
from domain.keys import KeySet, SigningKey
from ecard.tour.consumer import TourError
from ecard.tour.offline import verify
from ecard.tour.reader import read_picture
from workers.qr import card_image

KEY, OTHER = SigningKey.new(os.urandom), SigningKey.new(os.urandom)
NOW = datetime(2026, 11, 24, 12, 0, 0, 500_000, tzinfo=UTC)


def jwks(*keys: SigningKey) -> list[dict[str, str]]:
    found: list[dict[str, str]] = KeySet(keys).public_jwks()["keys"]
    return found


@pytest.mark.parametrize("purpose", CodePurpose)
def test_code_is_verified_with_the_public_key_alone(purpose: CodePurpose) -> None:
    text = sign(new_claims(b"\x01" * 16, purpose, NOW, os.urandom), KEY)
    claims = verify(text, jwks(OTHER, KEY))
    assert claims == {
        "purpose": purpose,
        "card": "01" * 16,
        "issued": int(NOW.timestamp()),
        "expires": int(NOW.timestamp()) + 60,
        "key": KEY.id,
    }


def test_unknown_key_and_wrong_signature() -> None:
    text = sign(new_claims(b"\x01" * 16, CodePurpose.PAY, NOW, os.urandom), KEY)
    with pytest.raises(TourError, match=f"no key {KEY.id}"):
        verify(text, jwks(OTHER))
    forged = SigningKey(KEY.id, OTHER.private)
    with pytest.raises(TourError, match="signature"):
        verify(text, jwks(forged))


def test_reader() -> None:
    assert read_picture(card_image("A" * 64 + ":1", ImageFormat.PNG)) == "A" * 64 + ":1"


def test_reader_finds_no_code() -> None:
    blank = io.BytesIO()
    Image.new("L", (200, 200), 255).save(blank, "PNG")
    with pytest.raises(TourError, match="finds no QR"):
        read_picture(blank.getvalue())
