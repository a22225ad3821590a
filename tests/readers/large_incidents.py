"""For each format of incidents, work, flags and deployments: a valid file of so many rows."""

from __future__ import annotations

STARTED = '"2026-10-01T09:00:00Z"'
ENDED = '"2026-10-01T09:30:00Z"'


def lines(head, row, rows):
    return (head + "".join(row.replace("@", str(number)) for number in range(rows))).encode()


def listed(before, row, after, rows):
    body = ",\n".join(row.replace("@", str(number)) for number in range(rows))
    return (before + body + after).encode()


def pagerduty(rows):
    row = (
        f'{{"id":"Q@","status":"resolved","urgency":"low","created_at":{STARTED},'
        f'"resolved_at":{ENDED}}}'
    )
    return listed('{"incidents":[', row, '],"more":false}', rows)


def incident_io(rows):
    row = (
        '{"id":"I@","incident_status":{"category":"closed"},"severity":{"name":"Minor"},'
        f'"incident_timestamp_values":[{{"incident_timestamp":{{"name":"Reported at"}},'
        f'"value":{{"value":{STARTED}}}}}]}}'
    )
    return listed('{"incidents":[', row, "]}", rows)


def github_issues(rows):
    row = (
        '{"number":@,"state":"open","html_url":"","comments_url":"","title":"t",'
        '"assignees":[{"login":"team"}],"milestone":{"due_on":"2026-12-01T00:00:00Z"}}'
    )
    return listed("[[", row, "]]", rows)


def gitlab_issues(rows):
    row = (
        '{"iid":@,"project_id":1,"state":"opened","web_url":"","title":"t",'
        '"assignees":[{"username":"team"}],"due_date":"2026-12-01"}'
    )
    return listed("[[", row, "]]", rows)


def jira_issues(rows):
    row = (
        '{"key":"P-@","fields":{"summary":"s","status":{"statusCategory":{"key":"new"}},'
        '"duedate":"2026-12-01","assignee":{"name":"team"}}}'
    )
    return listed('{"isLast":true,"issues":[', row, "]}", rows)


def github_deployments(rows):
    row = (
        f'{{"id":@,"sha":"4f2a9c1d","environment":"production","created_at":{STARTED},'
        f'"statuses":[{{"state":"success","created_at":{ENDED}}}]}}'
    )
    return listed("[", row, "]", rows)


LARGE = {
    "pagerduty": pagerduty,
    "incident-io": incident_io,
    "incidents": lambda rows: lines(
        "id,severity,started,resolved\n",
        "INC-@,SEV-3,2026-10-01T09:00Z,2026-10-01T09:30Z\n",
        rows,
    ),
    "actions": lambda rows: lines(
        "id,title,owner,due,state\n", "A-@,Title,team,2026-12-01,open\n", rows
    ),
    "github-issues": github_issues,
    "gitlab-issues": gitlab_issues,
    "jira-issues": jira_issues,
    "flagd": lambda rows: listed(
        '{"flags":{', '"f@":{"state":"ENABLED","variants":{"on":true}}', "}}", rows
    ),
    "flags": lambda rows: listed('{"flags":[', '{"key":"f@","enabled":true}', "]}", rows),
    "openfeature": lambda rows: listed(
        '{"openfeature":1,"flags":[',
        '{"key":"f@","users":9,"on":1,"reasons":{"SPLIT":9}}',
        "]}",
        rows,
    ),
    "deployments": lambda rows: lines(
        "id,environment,started,outcome\n", "d@,production,2026-10-01T09:00Z,success\n", rows
    ),
    "github-deployments": github_deployments,
    "spending": lambda rows: lines("item,unit,budget,actual\n", "Item @,EUR,100.00,80.25\n", rows),
    "alert-rules": lambda rows: lines(
        "groups:\n- name: g\n  rules:\n", "  - {alert: A@, expr: up}\n", rows
    ),
}
