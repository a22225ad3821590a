"""The named ways in which a step of a protocol fails, each with what to do then."""

from __future__ import annotations

from collections.abc import Sequence

from codexreport.errors import EvidenceError


class MissingArtifacts(EvidenceError):  # noqa: N818, the protocol's own name
    """A file that a step needs or should have made is not there."""

    exit_code = 3

    def __init__(self, names: Sequence[str], *, needed_for: str) -> None:
        """Name what is missing.

        Args:
            names: Files, or patterns that no file matches.
            needed_for: The step.
        """
        super().__init__(
            f"Missing for {needed_for}: {', '.join(names)}.",
            advice="Request updates from their owners, then validate the scope again.",
        )


class ArtifactsNotThere(MissingArtifacts):
    """The same, where it is known that they are not: the step fails, and is not merely open."""

    exit_code = 1


class EnvironmentMismatch(EvidenceError):  # noqa: N818, the protocol's own name
    """An environment is not what the step expects."""

    exit_code = 1

    def __init__(self, differences: Sequence[str], *, environment: str) -> None:
        """Name what differs.

        Args:
            differences: One sentence part each, such as "redis 6.2, expected 7.0".
            environment: Which one.
        """
        super().__init__(
            f"The environment {environment} differs: {'; '.join(differences)}.",
            advice="Restore parity with the baseline, then run the validation again.",
        )


class TestFailure(EvidenceError):  # noqa: N818, the protocol's own name
    """A suite, or a command in its place, did not pass."""

    exit_code = 1
    __test__ = False  # pytest takes every class of such a name for tests

    def __init__(self, step: str, *, outcome: str) -> None:
        """Say which step ended how.

        Args:
            step: Such as integration-tests.
            outcome: Such as "ended with exit code 1".
        """
        super().__init__(
            f"{step} {outcome}.",
            advice="Log a defect, assign an owner, fix it, and run again before sign-off.",
        )
