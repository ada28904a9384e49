"""The cache is bounded in number and in weight, and forgets what was used longest ago."""

from plans.cache import Cache


def cache(limit: int = 3, weight: int = 100) -> Cache[str, str]:
    return Cache(limit, weight, len)


def held(of: Cache[str, str], names: str) -> str:
    """Which of them it holds, without using them."""
    return "".join(name for name in names if name in of._entries)


def test_forgets_what_was_used_longest_ago() -> None:
    kept = cache()
    for name in "abc":
        kept.put(name, name)
    assert kept.get("a") == "a"
    kept.put("d", "d")
    assert held(kept, "abcd") == "acd"
    kept.put("a", "A")
    kept.put("e", "e")
    assert held(kept, "abcde") == "ade"


def test_is_bounded_in_weight() -> None:
    kept = cache(limit=100, weight=10)
    for name in "abc":
        kept.put(name, "1234")
    assert (held(kept, "abc"), kept.weight) == ("bc", 8)
    kept.put("b", "123456")
    assert (held(kept, "abc"), kept.weight) == ("bc", 10)
    kept.put("d", "1")
    assert (held(kept, "abcd"), kept.weight) == ("bd", 7)


def test_keeps_one_that_is_too_heavy_until_the_next() -> None:
    kept = cache(weight=3)
    kept.put("a", "12345")
    assert (kept.get("a"), len(kept), kept.weight) == ("12345", 1, 5)
    kept.put("b", "1")
    assert (held(kept, "ab"), kept.weight) == ("b", 1)


def test_counts_hits_and_misses() -> None:
    kept = cache()
    kept.put("a", "a")
    kept.get("a")
    kept.get("b")
    assert (kept.hits, kept.misses) == (1, 1)
