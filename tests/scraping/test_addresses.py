"""Which addresses may be asked, how they are written, which belong together."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.address import IPv4Address

from pipeline.scraping.addresses import forbidden, joined, same_site, written
from pipeline.scraping.resolving import REFUSED, CheckedResolver


@pytest.mark.parametrize(
    ("address", "refused", "refused_at_home"),
    [
        ("93.184.216.34", False, False),
        ("2606:2800:220:1::1", False, False),
        ("127.0.0.1", True, False),
        ("127.8.9.1", True, False),
        ("::1", True, False),
        ("10.1.2.3", True, False),
        ("172.16.0.1", True, False),
        ("192.168.1.1", True, False),
        ("fd00::1", True, False),
        ("100.64.1.1", True, True),
        ("169.254.169.254", True, True),
        ("fe80::1%eth0", True, True),
        ("0.0.0.0", True, True),
        ("::", True, True),
        ("224.0.0.1", True, True),
        ("ff02::1", True, True),
        ("255.255.255.255", True, False),
        ("::ffff:127.0.0.1", True, False),
        ("::ffff:169.254.169.254", True, True),
        ("64:ff9b::a9fe:a9fe", True, True),
        ("64:ff9b::5db8:d822", False, False),
        ("2002:7f00:1::", True, False),
        ("2002:a9fe:a9fe::", True, True),
    ],
)
def test_forbidden(address, refused, refused_at_home):
    assert (forbidden(address) is not None) is refused
    assert (forbidden(address, allow_private=True) is not None) is refused_at_home


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=4).map(lambda ip: ipaddress.ip_address(f"::ffff:{ip}"))))
def test_nothing_but_the_public_internet_is_let_through(ip):
    plain = ip if ip.version == 4 else ip.ipv4_mapped
    assert (forbidden(str(ip)) is None) <= (plain.is_global and not plain.is_multicast)
    if plain.is_link_local:
        assert forbidden(str(ip), allow_private=True)


class Answers:
    """A resolver that gives other addresses each time, as for DNS rebinding."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.nameResolver = self

    def resolveHostName(self, receiver, host, *how, **named):
        receiver.resolutionBegan(None)
        for address in self.answers.pop(0):
            receiver.addressResolved(IPv4Address("TCP", address, 80))
        receiver.resolutionComplete()


class Receiver:
    def __init__(self):
        self.found = []
        self.complete = False

    def resolutionBegan(self, resolution):
        pass

    def addressResolved(self, address):
        self.found.append(address.host)

    def resolutionComplete(self):
        self.complete = True


def test_the_resolver_hands_out_checked_addresses_only_each_time_anew():
    resolver = CheckedResolver(Answers(["93.184.216.34"], ["10.0.0.7"], ["169.254.1.1", "93.184.216.34"]), False)
    got = []
    for _ in range(3):
        receiver = Receiver()
        resolver.resolveHostName(receiver, "rebinding.example", 80)
        assert receiver.complete
        got.append((receiver.found, REFUSED.get("rebinding.example")))
    assert got[0] == (["93.184.216.34"], None)
    assert got[1][0] == []
    assert "private" in got[1][1]
    assert got[2] == (["93.184.216.34"], None)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://www.example.gov.cn", "http://www.example.gov.cn/"),
        (" HTTP://WWW.Example.gov.cn:80/a b#top ", "http://www.example.gov.cn/a%20b"),
        ("https://www.example.gov.cn:443/学校.html?名=值", "https://www.example.gov.cn/%E5%AD%A6%E6%A0%A1.html?%E5%90%8D=%E5%80%BC"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
        ("http://教育.中国/", "http://xn--wcvs22d.xn--fiqs8s/"),
        ("http://a.cn/%E5%AD%A6", "http://a.cn/%E5%AD%A6"),
        ("http://a.cn:99999/", None),
        ("http://a.cn:0/", None),
        ("http://user:password@a.cn/", None),
        ("http:///a", None),
        ("ftp://a.cn/a", None),
        ("file:///etc/passwd", None),
        ("a.html", None),
        ("", None),
        ("http://a.cn/" + "a" * 3000, None),
        ("http://[::1/", None),
    ],
)  # fmt: skip
def test_written(address, expected):
    assert written(address) == expected


@given(st.text(max_size=60))
def test_what_is_written_stays_as_it_is(text):
    for address in (text, f"http://{text}", f"http://a.cn/{text}"):
        once = written(address)
        assert once is None or written(once) == once


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("b.html", "http://a.cn/x/b.html"),
        ("./t2024/\n b.html", "http://a.cn/x/t2024/%20b.html"),
        ("?page=2", "http://a.cn/x/?page=2"),
        ("//b.cn/c", "http://b.cn/c"),
        ("javascript:go(2)", None),
        ("mailto:a@b.cn", None),
        ("#top", None),
        ("", None),
        ("data:text/html,x", None),
        ("http://[/", None),
    ],
)
def test_joined(link, expected):
    assert joined("http://a.cn/x/", link) == expected


def test_a_query_is_escaped_as_its_page_is_encoded():
    assert joined("http://a.cn/", "s?q=学", "gbk") == "http://a.cn/s?q=%D1%A7"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://www.qinghe.gov.cn/a", "https://jyj.qinghe.gov.cn/b", True),
        ("http://www.qinghe.gov.cn/a", "http://www.other.gov.cn/b", False),
        ("http://127.0.0.1:80/", "http://127.0.0.1:81/", True),
        ("http://127.0.0.1/", "http://127.0.0.2/", False),
        ("http://www.gov.cn/a", "http://www.qinghe.gov.cn/", False),
    ],
)
def test_same_site(one, other, same):
    assert same_site(one, other) is same
