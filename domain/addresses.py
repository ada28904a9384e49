"""Network addresses, as limits count them."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address


@lru_cache(4096)
def network(address: str) -> str:
    """What of an address stands for one client: all of an IPv4 address, the first half of an IPv6 address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> 64 << 64))
