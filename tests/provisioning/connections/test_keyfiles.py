"""Private keys and key files are brought into one form, and refused with a sentence that does not show them."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from provisioning.connections.keyfiles import (
    KEYFILE_FIELDS,
    KeyRefused,
    account_of,
    project_of,
    tidy_keyfile,
    tidy_private_key,
)
from tests.provisioning.connections.keys import keyfile, old_pem, pem, public_pem


@pytest.mark.parametrize(
    "bend",
    [
        lambda text: text,
        lambda text: text.replace("\n", ""),  # a one-line field takes them out
        lambda text: text.replace("\n", " "),
        lambda text: text.replace("\n", "\\n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: f"\n  {text}\n\n",
    ],
)
def test_a_key_comes_out_the_same_however_it_was_pasted(bend: object) -> None:
    assert tidy_private_key(bend(pem())) == pem()  # type: ignore[operator]


def test_an_encrypted_key_needs_the_passphrase_that_opens_it() -> None:
    locked = pem(passphrase="open sesame")
    assert tidy_private_key(locked.replace("\n", ""), "open sesame") == locked
    for passphrase, said in (("", "type its passphrase"), ("wrong", "does not open")):
        with pytest.raises(KeyRefused, match=said):
            tidy_private_key(locked, passphrase)
    with pytest.raises(KeyRefused, match="is not encrypted"):
        tidy_private_key(pem(), "open sesame")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hunter2", "no private key"),
        (public_pem(), "the public key"),
        (old_pem(), "openssl pkcs8 -topk8"),
        (pem()[:400] + pem()[460:], "damaged"),
        (pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)), "2048 bits"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "no RSA key"),
        ("-----BEGIN PRIVATE KEY-----" + "A" * 30_000 + "-----END PRIVATE KEY-----", "no private key"),
    ],
)
def test_what_snowflake_would_refuse_is_refused(text: str, said: str) -> None:
    with pytest.raises(KeyRefused) as refused:
        tidy_private_key(text)
    assert said in str(refused.value)
    assert text not in str(refused.value)


def test_a_key_file_keeps_what_dbt_cloud_needs_in_one_line() -> None:
    tidy = tidy_keyfile(keyfile())
    assert "\n" not in tidy
    data = json.loads(tidy)
    assert set(data) == {"type", "project_id", *KEYFILE_FIELDS}
    assert data["private_key"] == pem()
    assert (project_of(tidy), account_of(tidy)) == ("acme-demos", "dbt@acme-demos.iam.gserviceaccount.com")
    assert tidy_keyfile(tidy) == tidy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no key file"),
        ("[]", "no key file"),
        ("[" * 15_000, "no key file"),
        ('{"type": "authorized_user"}', "service_account"),
        (keyfile(client_email=""), "client_email is missing"),
        (keyfile(private_key=7), "private_key is missing"),
        (keyfile(private_key="hunter2"), "no private key"),
    ],
)
def test_a_wrong_key_file_is_refused(text: str, said: str) -> None:
    with pytest.raises(KeyRefused) as refused:
        tidy_keyfile(text)
    assert said in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_no_key_file_names_no_project() -> None:
    assert [project_of(text) for text in ("", "{}", '{"project_id": 7}', "nothing")] == [""] * 4
