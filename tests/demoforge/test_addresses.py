"""Which addresses may be called: the list, this machine, and the many ways to write an address that means another."""

import contextlib
from urllib.parse import urlsplit

import httpx2
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from demoforge.addresses import (
    DBT_CLOUD,
    GITHUB,
    MODEL_SERVERS,
    AddressRefused,
    Callee,
    check_address,
    is_this_machine,
)
from scenarios.ai.calls.dialects import DIALECTS
from scenarios.ai.calls.servers import ADDRESSES

LIST = ["api.example.com", "*.azure.example", "models.example.com:8443", "*.port.example:9000", "10.1.2.3"]


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://api.example.com", "https://api.example.com"),
        ("https://api.example.com/", "https://api.example.com"),
        (" HTTPS://API.Example.COM:443/V1/ ", "https://api.example.com/V1"),
        ("https://mine.azure.example/openai/v1/", "https://mine.azure.example/openai/v1"),
        ("https://a.b.azure.example", "https://a.b.azure.example"),
        ("https://models.example.com:8443/v1", "https://models.example.com:8443/v1"),
        ("https://x.port.example:9000", "https://x.port.example:9000"),
        ("https://10.1.2.3/v1", "https://10.1.2.3/v1"),
        ("https://api.example.com/v1beta/open-ai_1.0/~x", "https://api.example.com/v1beta/open-ai_1.0/~x"),
    ],
)
def test_what_is_on_the_list_may_be_called(url: str, normal: str) -> None:
    assert check_address(url, allowed=LIST, local=False) == normal
    assert check_address(normal, allowed=LIST, local=False) == normal


NOT_LISTED = [
    "https://evil.example",
    "https://api.example.com.evil.example",
    "https://evilapi.example.com",
    "https://sub.api.example.com",
    "https://azure.example",
    "https://evilazure.example",
    "https://api.example.com:8443",
    "https://models.example.com",
    "https://models.example.com:443",
    "https://models.example.com:8444",
    "https://x.port.example",
    "https://10.1.2.4",
    "https://10.1.2.3:8000",
    "https://169.254.169.254/latest/meta-data",
    "https://127.0.0.1",
    "https://localhost",
    "https://[::1]",
    "https://0.0.0.0",
]


@pytest.mark.parametrize("url", NOT_LISTED)
def test_what_is_not_on_the_list_may_not(url: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        check_address(url, allowed=LIST, local=False)
    assert "may not be called" in refused.value.sentence
    assert "DEMOFORGE_MODEL_HOSTS" in refused.value.hint


@pytest.mark.parametrize("callee", [MODEL_SERVERS, GITHUB, DBT_CLOUD])
def test_a_refusal_speaks_of_whom_it_is_about_and_names_their_setting(callee: Callee) -> None:
    with pytest.raises(AddressRefused, match=f"^{callee.name} at evil.example may not") as refused:
        check_address("https://evil.example", allowed=LIST, local=False, callee=callee)
    assert callee.setting in refused.value.hint
    with pytest.raises(AddressRefused) as refused:
        check_address("evil", allowed=LIST, local=False, callee=callee)
    assert callee.example in refused.value.hint
    assert check_address(callee.example, allowed=[urlsplit(callee.example).hostname or ""], local=False)


@pytest.mark.parametrize(
    "url", ["http://api.example.com", "http://api.example.com:443", "http://10.1.2.3:443"]
)
def test_a_key_is_not_sent_unencrypted(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_address(url, allowed=LIST, local=True)


def test_the_scheme_has_its_own_sentence() -> None:
    with pytest.raises(AddressRefused) as refused:
        check_address("http://api.example.com", allowed=LIST, local=True)
    assert "https://" in refused.value.sentence


HOSTILE = [
    "",
    "api.example.com",
    "//api.example.com",
    "https:api.example.com",
    "https:/api.example.com",
    "https:///api.example.com",
    "https://",
    "https://:443",
    "ftp://api.example.com",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://user@api.example.com",
    "https://user:word@api.example.com",
    "https://api.example.com@evil.example",
    "https://evil.example@api.example.com",
    "https://evil.example#@api.example.com",
    "https://evil.example\\@api.example.com",
    "https://evil.example%2f@api.example.com",
    "https://api.example.com\\.evil.example",
    "https://api.example.com/?key=1",
    "https://api.example.com?x",
    "https://api.example.com/#part",
    "https://api.example.com/v1;x",
    "https://api.example.com/%2e%2e/",
    "https://api.example.com/../v1",
    "https://api.example.com/./v1",
    "https://api.example.com/v1/..",
    "https://api.example.com./v1",
    "https://api..example.com",
    "https://.api.example.com",
    "https://-api.example.com",
    "https://api.example.com:",
    "https://api.example.com:0443",
    "https://api.example.com:0",
    "https://api.example.com:99999",
    "https://api.example.com:+443",
    "https://api.example.com:４４３",
    "https://api.example.com:443:443",
    "https://api.exam\nple.com",
    "https://api.example.com\r\nHost: evil",
    "https://api.example.com\t",
    "https://api.example.com/v1\x00",
    "https://api.example.com /v1",
    "https://аpi.example.com",  # Cyrillic
    "https://api。example。com",
    "https://ａpi.example.com",
    "https://apı.example.com",
    "https://\u212a.azure.example",  # a Kelvin sign becomes a letter when made small
    "https://xn--80ak6aa92e.azure.example",
    "https://x.xn--p1ai.azure.example",
    "https://*.azure.example",
    "https://api.example.com,evil.example",
    "https://2130706433",
    "https://0x7f000001",
    "https://0x7f.0.0.1",
    "https://0177.0.0.1",
    "https://127.1",
    "https://127.0.0.01",
    "https://127.0.0.1.",
    "https://127.0.0.256",
    "https://[::ffff:127.0.0.1]",
    "https://[::ffff:7f00:1]",
    "https://[0:0:0:0:0:0:0:1]",
    "https://[::1%25lo]",
    "https://[fe80::1]",
    "https://[::]",
    "https://::1",
    "https://1.0x7f",
    "https://api.example.com/" + "x" * 600,
]


@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize("url", HOSTILE)
def test_what_can_be_read_in_two_ways_is_no_address(url: str, local: bool) -> None:
    if url.endswith("\t"):
        url += "x"  # at the end, blanks are cut off
    with pytest.raises(AddressRefused) as refused:
        check_address(url, allowed=[*LIST, "127.0.0.1", "localhost"], local=local)
    assert refused.value.sentence == "This is not an address that can be used."
    assert "https://" in refused.value.hint


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:11434/v1",
        "http://127.0.0.1:8000/v1",
        "http://127.8.9.1",
        "http://[::1]:1234/v1",
        "https://localhost/v1",
        "http://LOCALHOST:80",
    ],
)
def test_this_machine_in_local_mode_only(url: str) -> None:
    assert check_address(url, allowed=LIST, local=True) == url.lower().removesuffix(":80")
    with pytest.raises(AddressRefused):
        check_address(url, allowed=LIST, local=False)


@pytest.mark.parametrize(
    "url", ["http://localhost.evil.example", "http://127.0.0.1.nip.example", "http://10.1.2.4"]
)
def test_a_name_that_looks_like_this_machine_is_not_this_machine(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_address(url, allowed=LIST, local=True)


def test_an_administrator_may_list_a_number_or_this_machine() -> None:
    assert check_address("https://127.0.0.1:8443", allowed=["127.0.0.1:8443"], local=False)
    with pytest.raises(AddressRefused, match="https"):
        check_address("http://127.0.0.1:8443", allowed=["127.0.0.1:8443"], local=False)


def test_an_empty_or_broken_list_allows_nothing() -> None:
    for allowed in ([], [""], ["*"], ["*."], ["**.example.com"], ["api.example.com:"], [":443"]):
        with pytest.raises(AddressRefused):
            check_address("https://api.example.com", allowed=allowed, local=False)


def test_the_settings_count_when_nothing_else_is_said() -> None:
    assert settings.LOCAL_MODE
    assert check_address("http://127.0.0.1:11434/v1") == "http://127.0.0.1:11434/v1"
    with pytest.raises(AddressRefused):
        check_address("https://models.example.com")


def test_the_public_servers_that_the_adapters_know_are_on_the_list_that_ships() -> None:
    for address in filter(None, ADDRESSES.values()):
        assert check_address(address, local=False) == address
    for host in DIALECTS:
        assert check_address(f"https://{'mine' if host.startswith('.') else ''}{host}", local=False)


WORDS = r"https:// http:// api.example.com .azure.example evil.example 127.0.0.1 localhost [::1] 10.1.2.3 v1 : 443 80"
MARKS = r"/ \ @ # ? % %40 .. . - _ xn-- 0x7f 1 é * &"
PIECES = st.sampled_from([*WORDS.split(), *MARKS.split(), "\t", " ", "\u212a"])


@given(st.lists(PIECES, max_size=8).map("".join))
def test_whatever_passes_means_the_same_to_every_parser(url: str) -> None:
    try:
        normal = check_address(url, allowed=LIST, local=True)
    except AddressRefused:
        return
    ours, theirs = urlsplit(normal), httpx2.URL(normal)
    host = ours.hostname or ""
    assert host == theirs.host
    assert (ours.port or None) == theirs.port
    assert (ours.username, ours.password, ours.query, ours.fragment, theirs.userinfo) == (
        None,
        None,
        "",
        "",
        b"",
    )
    bracketed = f"[{host}]" if ":" in host else host
    on_list = host in ("api.example.com", "10.1.2.3") or host.endswith((".azure.example", ".port.example"))
    assert is_this_machine(bracketed) or on_list
    assert normal.startswith("https://") or is_this_machine(bracketed)
    assert check_address(normal, allowed=LIST, local=True) == normal


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    for url in (text, f"https://{text}", f"https://api.example.com{text}"):
        with contextlib.suppress(AddressRefused):
            assert check_address(url, allowed=LIST, local=True)
