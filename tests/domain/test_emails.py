import pytest

from domain.emails import is_email


@pytest.mark.parametrize("text", ["a@b.cn", "family.doctors+x@clinic-9.sz.example", f"{'a' * 64}@example.org"])
def test_addresses(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "a@b", "@b.cn", "a@", "a b@c.cn", "a@b.cn\nBcc: c@d.cn", "a@b.cn ", "<a@b.cn>", "a@b..cn", "a@b.cn,c@d.cn"),
        *("医生@b.cn", "a@b@c.cn", f"{'a' * 65}@example.org", f"a@{'b.' * 130}cn"),
    ],
)
def test_what_is_none(text: str) -> None:
    assert not is_email(text)
