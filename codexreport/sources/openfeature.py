"""Feature flags from any OpenFeature provider: declared keys, evaluated for made-up users.

OpenFeature evaluates a key for a user and lists nothing (its specification, "Flag Evaluation
API"), so the project names the keys, and what share of users has a flag is counted: it is
evaluated for as many made-up targeting keys, the same ones each time.

The body is JSON of our own form, which the reader `openfeature` understands.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from codexreport.errors import SourceError
from codexreport.files import sha256
from codexreport.measure import Origin
from codexreport.sources.access import environment_value
from codexreport.sources.base import Place, Snapshot, SourceSettings
from codexreport.text import one_line

if TYPE_CHECKING:
    from openfeature.client import OpenFeatureClient

SCHEMA = 1
_INSTALL = "Install it: pip install 'codexreport[openfeature]', and the provider's own package."

Plain = str | int | float | bool


class DeclaredFlag(BaseModel):
    """`[[sources.NAME.flags]]`: one flag that is evaluated, and what its provider cannot tell."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    key: Annotated[str, Field(min_length=1)]
    """Its name in the code."""
    owner: str = ""
    """Role or team that answers for it."""
    expires: date | None = None
    """The last day that it may exist."""
    backlog: str = ""
    """Where the work of taking it away is planned."""
    category: Literal["critical", "experimental", "safety", ""] = ""
    """What it is for."""
    strategy: Literal["all-at-once", "percentage", "progressive", "canary", ""] = ""
    """How it reaches its users."""


class OpenFeatureSettings(SourceSettings):
    """An `openfeature` source."""

    type: Literal["openfeature"]
    provider: Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")]
    """Where the provider's class is, as `package.module:Class`; it is imported and called."""
    arguments: dict[str, Plain] = Field(default={})
    """What the class is called with, by name; a secret as `env:NAME`."""
    context: dict[str, Plain] = Field(default={})
    """What every made-up user has, such as `{environment = "production"}`."""
    users: Annotated[int, Field(ge=1, le=100_000)] = 2000
    """For how many made-up users each flag is evaluated."""
    flags: Annotated[tuple[DeclaredFlag, ...], Field(min_length=1)]
    """The flags that are evaluated."""


def address(settings: OpenFeatureSettings) -> str:
    """What people call it."""
    return f"openfeature {settings.provider}"


def question(settings: OpenFeatureSettings) -> str:
    """What makes two pulls the same question."""
    plain = settings.model_dump(mode="json", exclude={"arguments", "type"})
    return f"{address(settings)} {json.dumps(plain, sort_keys=True)}"


def probe(settings: OpenFeatureSettings, environ: Mapping[str, str] = os.environ) -> str:
    """One sentence on whether the provider is ready.

    Raises:
        SourceError: It is not.
    """
    with _client(settings, "probe", environ):
        return f"{settings.provider} is ready."


def evaluate(
    settings: OpenFeatureSettings,
    source: str,
    place: Place,
    *,
    environ: Mapping[str, str] = os.environ,
) -> Snapshot:
    """Evaluate every declared flag for every made-up user.

    Args:
        settings: The provider, and the flags.
        source: The source's name in the project.
        place: The moment, and who is told of the progress.
        environ: Where secrets are.

    Raises:
        SourceError: The SDK or the provider is not installed, or the provider is not ready.
    """
    with _client(settings, source, environ) as client:
        flags = []
        for number, flag in enumerate(settings.flags):
            place.progress(f"{source}: {one_line(flag.key)}", number, len(settings.flags))
            flags.append(_evaluated(client, flag, settings))
    document = {
        "openfeature": SCHEMA,
        "provider": settings.provider,
        "evaluated_at": place.now.isoformat(),
        "flags": flags,
    }
    body = json.dumps(document, indent=1, sort_keys=True).encode() + b"\n"
    origin = Origin(
        source=source,
        uri=address(settings),
        query=f"{settings.users} users",
        retrieved=place.now,
        sha256=sha256(body),
        size=len(body),
    )
    return Snapshot(body=body, media_type="application/json", origins=(origin,))


def _evaluated(
    client: OpenFeatureClient, flag: DeclaredFlag, settings: OpenFeatureSettings
) -> dict[str, Any]:
    from openfeature.evaluation_context import EvaluationContext

    on, reasons, problem = 0, Counter[str](), ""
    for number in range(settings.users):
        user = EvaluationContext(f"codexreport-{number}", dict(settings.context))
        details = client.get_boolean_details(flag.key, False, user)
        if details.error_code:
            problem = one_line(f"{details.error_code}: {details.error_message or ''}")
            break
        on += details.value is True
        reasons[str(details.reason or "UNKNOWN")] += 1
    told = flag.model_dump(mode="json", exclude_defaults=True)
    return {
        **told,
        "users": sum(reasons.values()),
        "on": on,
        "reasons": dict(reasons),
        "error": problem,
    }


@contextmanager
def _client(
    settings: OpenFeatureSettings, source: str, environ: Mapping[str, str]
) -> Iterator[OpenFeatureClient]:
    """A client of the provider, under a name of its own; it is shut down afterwards."""
    try:
        from openfeature import api
    except ImportError as error:
        raise SourceError(
            f"Source {source}: openfeature-sdk is not installed.", advice=_INSTALL
        ) from error
    domain = f"codexreport {source}"
    try:
        api.set_provider_and_wait(_provider(settings, source, environ), domain)
        yield api.get_client(domain)
    except SourceError:
        raise
    except Exception as error:
        raise SourceError(
            f"Source {source}: {settings.provider} is not ready: {one_line(str(error))}.",
            advice="Check the provider's arguments, and whether its server can be reached.",
        ) from error
    finally:
        api.shutdown()


def _provider(settings: OpenFeatureSettings, source: str, environ: Mapping[str, str]) -> Any:
    module, _, name = settings.provider.partition(":")
    try:
        make = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise SourceError(
            f"Source {source}: there is no {settings.provider}: {one_line(str(error))}.",
            advice=_INSTALL,
        ) from error
    arguments = {
        key: environment_value(value, environ)
        if isinstance(value, str) and value.startswith("env:")
        else value
        for key, value in settings.arguments.items()
    }
    return make(**arguments)
