from ipaddress import ip_address

import pytest

from integrations.http.addresses import Reach, reach_of
from integrations.http.faults import AddressRefused, ReadFault
from integrations.http.resolver import CheckedResolver


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("93.184.216.34", Reach.PUBLIC),
        ("2606:2800:220:1::1", Reach.PUBLIC),
        ("10.1.2.3", Reach.PRIVATE),
        ("172.16.0.1", Reach.PRIVATE),
        ("192.168.1.1", Reach.PRIVATE),
        ("100.64.0.1", Reach.PRIVATE),
        ("fd12::1", Reach.PRIVATE),
        ("127.0.0.1", Reach.LOOPBACK),
        ("127.9.9.9", Reach.LOOPBACK),
        ("::1", Reach.LOOPBACK),
        ("0.0.0.0", Reach.NEVER),
        ("::", Reach.NEVER),
        ("169.254.169.254", Reach.NEVER),
        ("fe80::1", Reach.NEVER),
        ("fd00:ec2::254", Reach.NEVER),
        ("fd20:ce::254", Reach.NEVER),
        ("100.100.100.200", Reach.NEVER),
        ("168.63.129.16", Reach.NEVER),
        ("192.0.0.192", Reach.NEVER),
        ("224.0.0.1", Reach.NEVER),
        ("255.255.255.255", Reach.NEVER),
        ("ff02::1", Reach.NEVER),
        ("::ffff:127.0.0.1", Reach.LOOPBACK),
        ("::ffff:169.254.169.254", Reach.NEVER),
        ("::ffff:93.184.216.34", Reach.PUBLIC),
        ("64:ff9b::a9fe:a9fe", Reach.NEVER),
        ("64:ff9b::7f00:1", Reach.LOOPBACK),
        ("2002:a9fe:a9fe::1", Reach.NEVER),
        ("2002:0a00:0001::1", Reach.PRIVATE),
        ("::7f00:1", Reach.LOOPBACK),
        ("2001:0:1::1", Reach.NEVER),
    ],
)
def test_knows_how_near_an_address_is(text, reach):
    assert reach_of(ip_address(text)) == reach


def resolver(limit, *addresses):
    return CheckedResolver(lambda hostname, port: limit, lambda hostname: list(addresses))


def test_gives_only_addresses_that_the_host_may_have():
    mixed = resolver(Reach.PUBLIC, "10.0.0.1", "93.184.216.34", "169.254.169.254")

    assert mixed.addresses_of("example.com", 443) == ["93.184.216.34"]


def test_a_metadata_address_is_refused_even_where_everything_is_allowed():
    with pytest.raises(AddressRefused) as caught:
        resolver(Reach.LOOPBACK, "169.254.169.254").addresses_of("example.com", 80)

    assert str(caught.value) == (
        "the host 'example.com' has the address 169.254.169.254, which is link-local, reserved or a metadata service"
    )


def test_a_private_address_of_a_host_that_nobody_named_says_how_to_allow_it():
    with pytest.raises(AddressRefused) as caught:
        resolver(Reach.PUBLIC, "10.0.0.1").addresses_of("example.com", 80)

    assert str(caught.value) == (
        "the host 'example.com' has the private address 10.0.0.1; to allow that, name it at 'backend.reading.allow'"
        " or 'integrations'"
    )


def test_a_host_without_address_says_so():
    def fail(hostname):
        raise OSError("Name or service not known")

    with pytest.raises(ReadFault) as caught:
        CheckedResolver(lambda hostname, port: Reach.PUBLIC, fail).addresses_of("example.invalid", 80)

    assert str(caught.value) == "the host 'example.invalid' has no known address (Name or service not known)"


def test_addresses_in_urls_are_not_looked_up():
    def fail(hostname):
        raise AssertionError(hostname)

    checked = CheckedResolver(lambda hostname, port: Reach.LOOPBACK, fail)

    assert checked.addresses_of("127.0.0.1", 80) == ["127.0.0.1"]
    assert checked.addresses_of("[::1]", 80) == ["::1"]
