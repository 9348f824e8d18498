"""A SAML log-in service made by hand: it answers our question with a signed assertion."""

import base64
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils

ENTITY_ID = "https://idp.example.com/metadata"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
_ASSERTION = (
    '<saml:Assertion xmlns:saml="{namespace}" ID="{id}" Version="2.0" IssueInstant="{now}">'
    "<saml:Issuer>{issuer}</saml:Issuer><saml:Subject>"
    '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{name_id}</saml:NameID>'
    '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
    '<saml:SubjectConfirmationData NotOnOrAfter="{later}" Recipient="{acs}" InResponseTo="{question}"/>'
    "</saml:SubjectConfirmation></saml:Subject>"
    '<saml:Conditions NotBefore="{now}" NotOnOrAfter="{later}"><saml:AudienceRestriction>'
    "<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
    '<saml:AuthnStatement AuthnInstant="{now}" SessionIndex="_1"><saml:AuthnContext>'
    "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>"
    "</saml:AuthnContext></saml:AuthnStatement>"
    "<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
)


@dataclass(frozen=True)
class KeyPair:
    """A key and its certificate, both PEM."""

    key: str
    certificate: str


def key_pair() -> KeyPair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.com")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return KeyPair(
        key.private_bytes(pem, form, serialization.NoEncryption()).decode(),
        certificate.public_bytes(pem).decode(),
    )


@dataclass(frozen=True)
class Answer:
    """What the service says about somebody."""

    name_id: str = "ada-0001"
    attributes: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What we have asked: an AuthnRequest."""

    id: str
    issuer: str
    acs: str


def question_in(address: str) -> Question:
    """The question in the address to which the browser is sent."""
    packed = parse_qs(urlsplit(address).query)["SAMLRequest"][0]
    asked = etree.fromstring(zlib.decompress(base64.b64decode(packed), -15))
    return Question(
        asked.get("ID"), asked.findtext(f"{{{ASSERTION}}}Issuer"), asked.get("AssertionConsumerServiceURL")
    )


def response_to(question: Question, answer: Answer, pair: KeyPair | None) -> str:
    """A SAMLResponse for the form; `pair` None: nothing is signed."""
    now = datetime.now(UTC)
    stamp, later = (moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (now, now + timedelta(minutes=5)))
    attributes = "".join(
        f'<saml:Attribute Name="{name}">{"".join(f"<saml:AttributeValue>{one}</saml:AttributeValue>" for one in many)}'
        "</saml:Attribute>"
        for name, many in answer.attributes.items()
    )
    assertion = _ASSERTION.format(
        namespace=ASSERTION, id=f"_{uuid4().hex}", now=stamp, later=later, issuer=ENTITY_ID, name_id=answer.name_id,
        acs=question.acs, question=question.id, audience=question.issuer, attributes=attributes,
    )  # fmt: skip
    if pair:
        signed = OneLogin_Saml2_Utils.add_sign(
            assertion, pair.key, pair.certificate,
            sign_algorithm=OneLogin_Saml2_Constants.RSA_SHA256, digest_algorithm=OneLogin_Saml2_Constants.SHA256,
        )  # fmt: skip
        assertion = signed.decode() if isinstance(signed, bytes) else signed
    whole = f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="{ASSERTION}"
        ID="_{uuid4().hex}" Version="2.0" IssueInstant="{stamp}" Destination="{question.acs}"
        InResponseTo="{question.id}"><saml:Issuer>{ENTITY_ID}</saml:Issuer><samlp:Status><samlp:StatusCode
        Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{assertion}</samlp:Response>"""
    return base64.b64encode(whole.encode()).decode()
