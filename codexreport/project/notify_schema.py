"""What `codexreport.toml` says of notifications: who is told of a decision, and how."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from typing import Annotated

from pydantic import AfterValidator, Field

from codexreport.addresses import EnvReference, http_url
from codexreport.project.table import Table


def _mailbox(text: str) -> str:
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, MessageError) as error:
        raise ValueError("is no address; write for example releases@shop.example") from error
    if not address.domain or not text.isascii() or not text.isprintable():
        raise ValueError("is no address; write for example releases@shop.example")
    return text


Mailbox = Annotated[str, Field(max_length=254), AfterValidator(_mailbox)]


class NotifyTable(Table):
    """`[notify]`: who is told of a decision."""

    webhook: EnvReference | None = None
    """Place of the address that takes Slack's messages, as `env:NAME`: it is a secret itself."""
    email_from: Mailbox | None = None
    """Whom an email is from; no email is written without."""
    email_to: tuple[Mailbox, ...] = ()
    """Whom it is to; no email is written to nobody."""
    link: Annotated[str, AfterValidator(lambda text: text and http_url(text))] = ""
    """Where the whole decision can be read, such as the address of the published reports."""
