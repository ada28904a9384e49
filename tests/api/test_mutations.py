"""What holds for every mutation: nothing runs of what is refused beforehand, and what payloads cost together."""

from tests.api.asking import Asker


async def test_field_outside_the_scopes_is_refused_before_anything_is_changed(asker: Asker) -> None:
    resident = await asker.world.resident()
    reader = asker.without(resident, "card:read")
    document = "mutation { a: suspendCard(input: {}) { userErrors { code } } b: suspendCard(input: {}) { card { image { url } } } }"
    answer = await asker.whole(reader, document)
    assert "data" not in answer
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    assert await asker.world.value("select status from card where resident_id = $1", resident.resident_id) == "ACTIVE"


async def test_cost_is_of_all_payloads_together_and_refused_before_anything_is_changed(asker: Asker) -> None:
    resident = await asker.world.resident()

    def document(pages: int, size: int, row: str) -> str:
        scans = " ".join(f"s{n}: scans(first: {size}) {{ nodes {{ id institution {{ {row} }} }} }}" for n in range(pages))
        return "mutation { " + " ".join(f"{name}: suspendCard(input: {{}}) {{ card {{ {scans} }} }}" for name in "ab") + " }"

    dear = await asker.whole(resident, document(46, 100, "departments { id }"))
    assert "data" not in dear
    assert [error["extensions"]["code"] for error in dear["errors"]] == ["QUERY_TOO_COMPLEX"]
    assert await asker.world.value("select status from card where resident_id = $1", resident.resident_id) == "ACTIVE"
    answer = await asker.whole(resident, document(3, 10, "id"))
    assert answer["data"]["b"]["card"]["s2"]["nodes"] == []
    assert answer["extensions"]["cost"] == {"requested": 2 * (2 + 3 * 20), "maximum": 20_000}


async def test_cost_is_told_to_who_has_not_signed_in_too(asker: Asker) -> None:
    document = "mutation($input: SignInInput!) { signIn(input: $input) { session { expiresAt } userErrors { code } } }"
    answer = await asker.whole(None, document, input={"phone": "13800000000", "verificationCode": "000000"})
    assert answer["data"]["signIn"]["userErrors"] == [{"code": "WRONG_VERIFICATION_CODE"}]
    assert answer["extensions"]["cost"]["requested"] == 0
