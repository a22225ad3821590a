"""The supply chain report: what the cells of `notebooks/supply_chain.ipynb` show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import ClassVar

from codexreport.display.base import Block
from codexreport.display.blocks import Action, ActionList, Details, Group, Paragraph
from codexreport.display.numbers import day, moment
from codexreport.display.status import StateBadge
from codexreport.display.tables import Column, Table
from codexreport.evidence.keep import phase_folder
from codexreport.measure import State
from codexreport.pipeline.ages import kept_ledger
from codexreport.pipeline.check import Checked
from codexreport.pipeline.unread import SCANS
from codexreport.pipeline.work import Delay, OpenVulnerability, open_vulnerabilities
from codexreport.project.workspace import PHASE
from codexreport.readiness.gate import Waiver
from codexreport.supply_chain.ages import age
from codexreport.supply_chain.ledger import Entry, Ledger
from codexreport.supply_chain.ledger_text import FILE_NAME
from codexreport.supply_chain.severity import Severity
from codexreport.supply_chain.vex import Vex, VexStatement
from codexreport.supply_chain.vulnerabilities import Scan, Standing
from codexreport.views.decision import DecisionReport
from codexreport.views.sections import nothing, of_kind
from codexreport.views.update_logs import logs_table
from codexreport.window import zone
from codexreport.wording import count

_RECENT = timedelta(days=90)
_DELAYS = {
    Delay.OVERDUE: State.FAIL,
    Delay.IN_TIME: State.WARNING,
    Delay.NO_LIMIT: State.NOT_APPLICABLE,
}


def supply_chain(
    *,
    project: str = "",
    decision: str = "vulnerability-sla",
    release: str = "",
    now: str = "",
    offline: bool = False,
) -> SupplyChain:
    """Measure a project and decide whether its vulnerabilities are seen to in time.

    The arguments, and what is raised, are those of `DecisionReport.make`.
    """
    return SupplyChain.make(
        project=project, decision=decision, release=release, now=now, offline=offline
    )


@dataclass(frozen=True, kw_only=True)
class SupplyChain(DecisionReport):
    """Whether vulnerabilities are closed in time, and updates made often enough."""

    kind: ClassVar[str] = "supply_chain"
    title: ClassVar[str] = "Supply chain"

    @property
    def label(self) -> str:
        """The day: it is about no release."""
        return self.now.astimezone(zone(self.project.timezone)).date().isoformat()

    @cached_property
    def _open(self) -> tuple[OpenVulnerability, ...]:
        there = self.now.astimezone(zone(self.project.timezone))
        return open_vulnerabilities(self.workspace, self._days, there)

    @cached_property
    def _ledger(self) -> Ledger:
        return kept_ledger(phase_folder(self.workspace.recorded, PHASE) / FILE_NAME)[0]

    @property
    def _days(self) -> dict[Severity, int]:
        return self.project.vulnerabilities.sla_days

    def overdue(self) -> Block:
        """What is open for too long, and who acts."""
        late = [one for one in self._open if one.delay is Delay.OVERDUE]
        return ActionList(
            [Action(what=_todo(one), owner=self.project.owner, due=one.due) for one in late],
            empty="Nothing is overdue of what the age ledger knows."
            if self._ledger.scans
            else "Nothing is known: codexreport check --ledger begins the ledger of ages.",
        )

    def ages(self) -> Block:
        """By severity: how many are open, how old the oldest is, against the days it may be."""
        if not self._ledger.scans:
            return nothing("Ages", "trivy, checked with --ledger")
        columns = ["Severity", "State", "Open", "Overdue", "Oldest", "May be open"]
        return Table(
            caption="How long vulnerabilities have been open, against how long they may be",
            columns=[Column(name, figures=name in columns[2:]) for name in columns],
            rows=[self._by_severity(one) for one in Severity if self._matters(one)],
            stacked=True,
        )

    def _matters(self, severity: Severity) -> bool:
        """Whether it has a limit, or one of it is open."""
        return severity in self._days or any(one.entry.severity is severity for one in self._open)

    def _by_severity(self, severity: Severity) -> list[str | Block]:
        some = [one for one in self._open if one.entry.severity is severity]
        late = sum(one.delay is Delay.OVERDUE for one in some)
        days = self._days.get(severity)
        judged = next(
            (
                one.state
                for one in self.measures()
                if one.name == f"supply_chain.overdue.{severity}"
            ),
            State.NOT_APPLICABLE,
        )
        oldest = max((one.age for one in some), default=None)
        return [
            severity.value.capitalize(),
            StateBadge(judged),
            str(len(some)),
            str(late) if days else "–",
            "–" if oldest is None else count(oldest.days, "days"),
            count(days, "days") if days else "no limit",
        ]

    def vulnerabilities(self) -> Group:
        """Every open one, the most urgent first, and those that were closed of late."""
        shown: Block
        if not self._ledger.scans:
            shown = self._of_scans()
        elif not self._open:
            shown = Paragraph("The age ledger names no open vulnerability.")
        else:
            columns = ["Vulnerability", "State", "Severity", "Package", "Age", "Until", "Seen by"]
            shown = Table(
                caption="Open vulnerabilities, the most urgent first",
                columns=[Column(name) for name in columns],
                rows=[_open_row(one) for one in self._open],
                stacked=True,
            )
        closed = [one for one in self._ledger.entries if self._closed_lately(one)]
        folded = [Details("Closed in the last 90 days", [self._closed(closed)])] if closed else []
        return Group([shown, *folded])

    def _of_scans(self) -> Block:
        """What scans find, where no ledger says since when it is there."""
        rows: list[list[str | Block]] = [
            [
                ", ".join(one.ids),
                one.severity.value,
                one.package,
                ", ".join(one.versions) or "not said",
                ", ".join(one.fixed) or "no version is named",
                scan.tool,
            ]
            for several in of_kind(self.measured.files, Scan).values()
            for _, scan in several
            for one in scan.standing(Standing.OPEN)
        ]
        if not rows:
            return Paragraph("No scan and no ledger names an open vulnerability.")
        columns = ["Vulnerability", "Severity", "Package", "Installed", "Fixed in", "Found by"]
        return Table(
            caption="Open vulnerabilities as scans find them; since when, is not known",
            columns=[Column(name) for name in columns],
            rows=rows,
            stacked=True,
        )

    def _closed_lately(self, one: Entry) -> bool:
        return one.closed_at is not None and self.now - one.closed_at <= _RECENT

    def _closed(self, entries: list[Entry]) -> Table:
        columns = ["Vulnerability", "Severity", "Package", "Was open", "Why it is closed"]
        return Table(
            caption="Closed in the last 90 days",
            columns=[Column(name) for name in columns],
            rows=[
                [
                    one.ids[0],
                    one.severity.value,
                    one.package,
                    count(max(age(one, self.now).days, 0), "days"),
                    one.closed_why,
                ]
                for one in entries
            ],
            stacked=True,
        )

    def statements(self) -> Block:
        """What is said not to apply, and what is accepted for now."""
        found = [
            statement
            for several in of_kind(self.measured.files, Vex).values()
            for _, vex in several
            for statement in vex.statements
        ]
        gates = {one.gate.name for one in self.decision.gates}
        waivers = [one for one in self.project.waivers if one.gate in gates]
        if not found and not waivers:
            return Paragraph("No statement says that one does not apply, and nothing is waived.")
        return Group([*([_vex_table(found)] if found else []), *self._waivers(waivers)])

    def _waivers(self, waivers: list[Waiver]) -> list[Block]:
        columns = ["Of", "Counts", "Until", "Owner", "Accepted by", "Why"]
        rows = [
            [
                one.criterion,
                one.flaw(self.now) or "yes",
                moment(one.expires, self.project.timezone) if one.expires else "no day is set",
                one.owner,
                one.approver,
                one.reason,
            ]
            for one in waivers
        ]
        if not rows:
            return []
        shown = [Column(name) for name in columns]
        return [Table(caption="What is accepted for now", columns=shown, rows=rows, stacked=True)]

    def scans(self) -> Block:
        """Which scanners looked, when, and what they left out."""
        rows = [row for one in self.measured.files if (row := self._scan(one))]
        if not rows:
            return nothing("Scans", "trivy")
        columns = ["Scan", "State", "By", "Ran", "Found", "Why"]
        return Table(
            caption="The scans that this is about",
            columns=[Column(name) for name in columns],
            rows=rows,
            stacked=True,
        )

    def _scan(self, one: Checked) -> list[str | Block]:
        """The row of a scan, also of one that could not be read; empty where it is none."""
        badge = StateBadge(one.state)
        if isinstance(one.facts, Scan):
            at = one.facts.observed
            ran = moment(at, self.project.timezone) if at else "not said"
            return [one.name, badge, one.facts.tool, ran, one.summary, one.reason or "–"]
        if one.facts is None and one.format in SCANS:
            return [one.name, badge, one.format, "not known", "–", one.reason]
        return []

    def updates(self) -> Block:
        """Whether the two logs of updates are written in often enough."""
        return logs_table(self.project, self.now)


def _todo(one: OpenVulnerability) -> str:
    entry = one.entry
    return (
        f"Update {entry.package}, or say why {entry.ids[0]} does not apply. It is of severity "
        f"{entry.severity.value}, and open for {count(one.age.days, 'days')}."
    )


def _open_row(one: OpenVulnerability) -> list[str | Block]:
    entry = one.entry
    return [
        ", ".join(entry.ids),
        StateBadge(_DELAYS[one.delay]),
        entry.severity.value,
        entry.package,
        count(one.age.days, "days"),
        day(one.due) if one.due else "no limit",
        ", ".join(f"{scanner.tool} of {scanner.target}" for scanner in entry.seen_by),
    ]


def _vex_table(statements: list[VexStatement]) -> Table:
    columns = ["Vulnerability", "Says", "Of", "Why", "Made"]
    return Table(
        caption="What statements say of vulnerabilities",
        columns=[Column(name) for name in columns],
        rows=[
            [
                ", ".join(one.ids),
                one.status.value.replace("_", " "),
                ", ".join(name for product in one.products for name in product.names),
                one.reason or "no reason, so that it closes nothing",
                day(one.made) if one.made else "not said",
            ]
            for one in statements
        ],
        stacked=True,
    )
