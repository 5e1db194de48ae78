"""What is taken away: who may, what it is called, and that the report's style is the only thing that its page runs."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from interviewer.hosting.reviewing import Reviewing
from interviewer.screening.invite import Invite
from interviewer.screening.position import Position
from interviewer.screening.records import Deed
from interviewer.screening.roles import Role
from interviewer.web.house import House
from tests.factories import ABSENT
from tests.interviews import held, screened

Make = Callable[..., tuple[Invite, str]]
SignedIn = Callable[..., TestClient]


@pytest.fixture
def interview(house: House, position: Callable[..., Position], invite: Make) -> str:
    position()
    return held(house, invite("Grace Verysecret")[0], screened())


def exported(house: House) -> list[tuple[str, str, str]]:
    return [(one.who, one.subject, one.target) for _, one in house.office.entries(deeds=[Deed.EXPORTED])]


@pytest.mark.parametrize(("kind", "media"), [("csv", "text/csv; charset=utf-8"), ("json", "application/json")])
def test_a_file_has_a_plain_name_and_is_recorded(
    house: House, interview: str, signed_in: SignedIn, kind: str, media: str
) -> None:
    answer = signed_in(Role.REVIEWER, "ada").get(f"/positions/backend/export.{kind}")
    assert answer.status_code == 200 and answer.headers["content-type"] == media
    assert answer.headers["content-disposition"] == f'attachment; filename="backend-results.{kind}"'
    assert answer.headers["cache-control"] == "no-store"
    assert "erysecret" not in answer.text + str(answer.headers)
    assert exported(house) == [("ada", "backend", kind)]


@pytest.mark.parametrize("path", ["/positions/backend/export.csv", "/positions/backend/export.json"])
def test_who_only_looks_takes_nothing_away(house: House, interview: str, signed_in: SignedIn, path: str) -> None:
    viewer = signed_in(Role.VIEWER)
    assert viewer.get(path).status_code == 403
    assert "export." not in viewer.get("/positions/backend/results").text
    assert exported(house) == []


def test_nobody_who_is_not_signed_in_gets_a_file(client: TestClient, interview: str) -> None:
    for path in ("/positions/backend/export.csv", "/positions/backend/export.json", f"/interviews/{interview}/report"):
        answer = client.get(path)
        assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")


def test_the_csv_reads_back(house: House, interview: str, signed_in: SignedIn) -> None:
    Reviewing(house.program, house.hall, "ada").decide(interview, "advance", '=HYPERLINK("http://x")\n+1, "two"')
    text = signed_in(Role.ADMIN).get("/positions/backend/export.csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["candidate"] == "Grace Verysecret"
    assert row["decision_reason"] == '\'=HYPERLINK("http://x")\n+1, "two"'
    assert row["interview"] == interview


def test_the_report_runs_nothing_and_its_style_is_the_one_that_is_allowed(
    house: House, interview: str, signed_in: SignedIn
) -> None:
    answer = signed_in(Role.VIEWER, "vera").get(f"/interviews/{interview}/report")
    policy = answer.headers["content-security-policy"]
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert "<script" not in answer.text and " style=" not in answer.text
    assert "erysecret" not in answer.text and "Candidate " in answer.text
    assert exported(house) == [("vera", interview, "report")]


def test_the_report_tells_how_far_people_agree_with_the_judge(
    house: House, interview: str, signed_in: SignedIn
) -> None:
    client = signed_in(Role.VIEWER)
    assert "nothing was read blind yet" in client.get(f"/interviews/{interview}/report").text
    Reviewing(house.program, house.hall, "ada").read_blind(interview, "http.method", ABSENT)
    report = client.get(f"/interviews/{interview}/report").text
    assert "0 of 1 the same (0 %, 95 % interval 0 to 79 %)" in report
