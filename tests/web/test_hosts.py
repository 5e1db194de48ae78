"""Names under which the pages answer, and those under which they do not."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from interviewer.web.hosts import host_name


@pytest.mark.parametrize("host", ["testserver", "TestServer:443", "localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_it_answers_under_its_names(client: TestClient, host: str) -> None:
    assert client.get("/sign-in", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "testserver.evil.example",
        "testserver@evil.example",
        "testserver/x",
        "",
        "a b",
        "[::1",
        "x:y",
        "testserver#",
    ],
)
def test_it_answers_under_no_other(client: TestClient, host: str) -> None:
    answer = client.get("/sign-in", headers={"host": host})
    assert answer.status_code == 400 and "not served here" in answer.text
    assert "evil" not in answer.text


def test_forwarded_names_are_not_believed(client: TestClient) -> None:
    answer = client.get("/sign-in", headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})
    assert answer.status_code == 200 and "evil" not in answer.text + str(answer.headers)


def test_a_host_is_read_strictly() -> None:
    assert host_name("example.org:8443") == "example.org"
    assert [host_name(one) for one in ("a:b", "a/b", "a?b", "u@a", "//a", "a:99999")] == [""] * 6
