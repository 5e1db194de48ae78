"""A database of the first release becomes one of now, and loses nothing on the way; never the other way round.

`fixtures/first_release.sql` was written by the code of the first release: a practice interview that is over, a
rehearsed screening that is over, and a practice interview that was left.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from interviewer.core.errors import StoreTooNew
from interviewer.core.events import Resumed
from interviewer.core.hiring import summarise
from interviewer.core.replay import replay
from interviewer.store import Store, office_tables, tables
from interviewer.store.migrations import STEPS, migrate
from interviewer.store.office import Office
from tests.test_office import account, invite, position

FIRST = Path(__file__).parent / "fixtures" / "first_release.sql"
OVER, SCREENED, LEFT = "nh88-rks9", "u393-sjuk", "q3uv-x4v5"
HEADS = {
    OVER: (31, "69b95da6a5f31c3d107afa7514c85d195b5565085f4f95851cdfbf252bf75510"),
    SCREENED: (22, "ad0480b92dfbe3491c6a1c573e4ed91e13feaecde9c2e5d5e795307ca5f618ee"),
    LEFT: (6, "88bcf72064d5f845627ff8e46ed5af603dc4fc8045ef8ee3d5dcc3bdbd2fa7f3"),
}
"""Rows and head of each interview, as the first release printed them."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of the first release."""
    made = tmp_path / "interviews.db"
    with closing(sqlite3.connect(made)) as connection:
        connection.executescript(FIRST.read_text(encoding="utf-8"))
        connection.execute("PRAGMA journal_mode=WAL")
    return made


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    made = Store(path)
    yield made
    made.close()


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything in the tables of the first release."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in ("scenario", "interview", "event")
        }


def steps(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM migration ORDER BY name")]


def test_it_is_of_the_first_release(path: Path) -> None:
    assert steps(path) == ["0001_first_release"]
    assert {name: len([one for one in rows(path)["event"] if one[0] == name]) for name in HEADS} == {
        name: length for name, (length, _) in HEADS.items()
    }


def test_every_interview_is_as_it_was_byte_for_byte(path: Path, store: Store) -> None:
    before = rows(path)
    assert {one.id for one in store.list()} == set(HEADS)
    for name, (length, head) in HEADS.items():
        found = store.verify(name, head)
        assert found.ok and (found.length, found.head, found.matched) == (length, head, length)
    store.close()
    assert rows(path) == before
    assert steps(path) == [name for name, _ in STEPS]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_what_was_found_then_is_still_found(store: Store) -> None:
    screened = store.open(SCREENED)
    assert summarise(replay(screened.scenario, screened.events)).recommendation == "strong pass"
    assert store.latest_unfinished() == LEFT


def test_an_interview_that_was_left_goes_on(store: Store) -> None:
    left = store.open(LEFT)
    left.log.append(Resumed(at=left.events[-1].at))
    assert store.verify(LEFT, HEADS[LEFT][1]).matched == 6
    assert store.open(LEFT).length == 7


def test_the_office_opens_beside_it(store: Store) -> None:
    office = Office(store.database)
    assert (office.accounts(), office.positions(), office.requests(), office.entries()) == ((), (), (), ())
    office.add_account(account())
    office.add_position(position(), store.open(SCREENED).scenario)
    office.add_invites([invite(interviews=(SCREENED,))])
    assert office.invite_of(SCREENED) == invite(interviews=(SCREENED,))
    for name in HEADS:
        store.delete(name)
    assert office.scenario(office.position("backend").scenario_sha256).id == "tiny"


def test_the_first_release_refuses_a_database_of_now(path: Path, store: Store) -> None:
    store.list()
    store.close()
    before = path.read_bytes()
    old = Store(path, steps=STEPS[:1])
    with pytest.raises(StoreTooNew) as told:
        old.list()
    assert str(path) in told.value.message and STEPS[-1][0] in told.value.message
    assert "pip install --upgrade quoted-interviewer" in told.value.remedy
    assert path.read_bytes() == before


ALL = [one for room in (tables, office_tables) for one in vars(room).values()
       if isinstance(one, type) and issubclass(one, SQLModel) and one.__module__ == room.__name__]  # fmt: skip


@pytest.mark.parametrize("row", ALL, ids=[one.__name__ for one in ALL])
def test_the_steps_make_the_tables_that_the_code_uses(row: type[SQLModel]) -> None:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        migrate(connection)
        found = sa.inspect(connection)
        table = sa.inspect(row).local_table
        made = {one["name"]: (str(one["type"]), one["nullable"]) for one in found.get_columns(table.name)}
        assert made == {one.name: (one.type.compile(engine.dialect), one.nullable) for one in table.columns}
        assert found.get_pk_constraint(table.name)["constrained_columns"] == [one.name for one in table.primary_key]
        keys = {(key["constrained_columns"][0], key["referred_table"]) for key in found.get_foreign_keys(table.name)}
        assert keys == {(key.parent.name, key.column.table.name) for key in table.foreign_keys}
        indexed = {tuple(one["column_names"]) for one in found.get_indexes(table.name)}
        assert indexed == {tuple(column.name for column in one.columns) for one in table.indexes}
        unique = {tuple(one["column_names"]) for one in found.get_unique_constraints(table.name)}
        assert unique == {(one.name,) for one in table.columns if one.unique and not one.index}
    engine.dispose()


def test_all_tables_are_known() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        migrate(connection)
        made = set(sa.inspect(connection).get_table_names())
    engine.dispose()
    assert made == {sa.inspect(row).local_table.name for row in ALL} | {"migration"}
