"""What this room announces. The journal keeps each under the certificate's row."""

from dataclasses import dataclass

from govsim.core.events import Event


@dataclass(frozen=True)
class CertificateChanged(Event):
    """What all changes of a certificate say."""

    identifier: str
    type_key: str
    holder_code: str
    reason: str


@dataclass(frozen=True)
class CertificateSuspended(CertificateChanged):
    """The certificate cannot be used for now (暂扣)."""


@dataclass(frozen=True)
class CertificateResumed(CertificateChanged):
    """The suspension is over (解除暂扣)."""


@dataclass(frozen=True)
class CertificateRevoked(CertificateChanged):
    """The issuer withdrew the certificate (吊销)."""


@dataclass(frozen=True)
class CertificateCancelled(CertificateChanged):
    """The certificate was given up (注销)."""


@dataclass(frozen=True)
class CertificateSuperseded(CertificateChanged):
    """A newer version took its place (换发)."""

    replaced_by: str


@dataclass(frozen=True)
class CertificateSigned(Event):
    """A certificate that was only a row got its token, or a new one bound to the holder's key."""

    identifier: str
    kid: str
    bound: bool
