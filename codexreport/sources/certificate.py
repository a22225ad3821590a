"""Until when a server's TLS certificate is valid, by a handshake of our own.

An HTTP library closes its connection before anybody could ask it for the certificate, where the
server wants that. So it is looked at apart.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

from codexreport.text import one_line

_HTTPS = 443


def look_at(url: str, timeout: float, environ: Mapping[str, str]) -> tuple[datetime | None, str]:
    """When the certificate ends to be valid, or why that is not known.

    Args:
        url: Of which the host and the port count.
        timeout: Seconds for the connection and for each step of the handshake.
        environ: Where `REQUESTS_CA_BUNDLE` names further authorities.

    Returns:
        The moment, aware, and an empty sentence; or None, and why.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return None, "There is no certificate: the address is not https."
    try:
        context = _context(environ)
        address = (parts.hostname, parts.port or _HTTPS)
        with (
            socket.create_connection(address, timeout) as plain,
            context.wrap_socket(plain, server_hostname=parts.hostname) as secure,
        ):
            told = secure.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return None, f"The certificate is not accepted: {one_line(error.verify_message)}."
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", "") or str(error)
        return None, f"The certificate could not be looked at: {one_line(said).lower()}."
    ends = told.get("notAfter")
    if not isinstance(ends, str):
        return None, "The certificate does not say when it ends."
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), timezone.utc), ""


def _context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """Trusts whom requests trusts."""
    from requests.utils import DEFAULT_CA_BUNDLE_PATH

    named = environ.get("REQUESTS_CA_BUNDLE") or environ.get("CURL_CA_BUNDLE")
    bundle = Path(named or DEFAULT_CA_BUNDLE_PATH)
    if bundle.is_dir():
        return ssl.create_default_context(capath=bundle)
    return ssl.create_default_context(cafile=bundle)
