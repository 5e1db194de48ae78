"""What the interviewer does next: every rule of the policy, with its number."""

from __future__ import annotations

import pytest

from interviewer.core.events import CloseReason, Command, EndReason, Mode, Move, MoveKind
from interviewer.core.findings import Intent, Reading, UnscoredReason
from interviewer.core.policy import Task, decide, due
from interviewer.core.scenario import AskWhen
from tests.factories import (
    ABSENT,
    CONTRADICTED,
    CORE,
    COVERED,
    MINIMUM,
    PARTIAL,
    STRONG,
    UNCLEAR,
    Log,
    criteria,
    criterion,
    follow_up,
    hint,
    point,
    question,
    scenario,
)

ANSWER = Reading(intent=Intent.ANSWER)
STUCK = Reading(intent=Intent.STUCK)


def next_move(log: Log, intent: Intent | Reading = ANSWER) -> Move:
    return decide(log.state, intent if isinstance(intent, Reading) else Reading(intent=intent))


def asked(**more: object) -> Log:
    return Log(**more).move(MoveKind.GREET, "Hello.").ask("http")


def with_points(*points: object, **more: object) -> Log:
    one = question("q", *points, **more)  # type: ignore[arg-type]
    return Log(scenario(one)).move(MoveKind.GREET, "Hello.").ask("q")


def test_it_greets_then_asks_the_first_main_question() -> None:
    log = Log()
    assert decide(log.state).kind is MoveKind.GREET
    log.move(MoveKind.GREET, "Hello.")
    move = decide(log.state)
    assert (move.kind, move.question) == (MoveKind.ASK, "http")


def test_missing_minimum_points_are_probed_first_and_in_file_order() -> None:
    move = next_move(asked().answer("hm"))
    assert (move.kind, move.point, move.in_doubt) == (MoveKind.PROBE, "request", False)
    assert move.because == ("http.request",)


def test_an_unclear_minimum_point_is_probed_in_doubt_which_is_no_aid() -> None:
    log = asked().answer("x", {"request": UNCLEAR, "response": COVERED})
    move = next_move(log)
    assert (move.point, move.in_doubt) == ("request", True)


def test_a_denied_point_is_not_probed() -> None:
    move = next_move(asked().answer("nothing is sent", {"request": CONTRADICTED}))
    assert move.point == "response"


def test_a_partial_minimum_point_is_there_and_a_partial_core_point_is_probed() -> None:
    log = asked().answer("x", {"request": PARTIAL, "response": COVERED, "method": PARTIAL})
    assert next_move(log).point == "method"


def test_one_probe_a_point_and_four_minimum_probes_at_most() -> None:
    log = with_points(*(point(f"m{number}", MINIMUM) for number in range(6)))
    probed = []
    log.answer("x")
    while (move := next_move(log)).kind is MoveKind.PROBE:
        probed.append(move.point)
        log.probe(move.point or "").answer("y")
    assert probed == ["m0", "m1", "m2", "m3"]
    assert (move.kind, move.close) == (MoveKind.CLOSE, CloseReason.PROBED)


def test_two_core_probes_at_most_and_none_once_half_of_the_credit_is_there() -> None:
    points = [point("m", MINIMUM), *(point(f"c{number}") for number in range(6))]
    log = with_points(*points).answer("x", {"m": COVERED})
    assert next_move(log).point == "c0"
    log.probe("c0").answer("y").probe("c1").answer("z")
    assert next_move(log).close is CloseReason.PROBED
    flagged = with_points(*points, red_flags=()).answer(
        "x", {"m": COVERED, "c3": COVERED, "c4": COVERED, "c5": COVERED}
    )
    assert next_move(flagged).close is CloseReason.SATISFIED


def test_strong_points_are_never_probed() -> None:
    log = with_points(point("m", MINIMUM), point("s", STRONG)).answer("x", {"m": COVERED})
    assert next_move(log).close is CloseReason.SATISFIED


def test_an_alternative_is_not_probed_once_the_other_is_there() -> None:
    points = (point("m", MINIMUM), point("a", CORE, group="g"), point("b", CORE, group="g"), point("c"), point("d"))
    log = with_points(*points).answer("x", {"m": COVERED, "b": COVERED})
    assert next_move(log).point == "c"


def test_it_does_not_close_while_a_minimum_point_is_unclear() -> None:
    points = (point("m", MINIMUM), point("a", MINIMUM, group="g"), point("b", MINIMUM, group="g"), point("c"))
    log = with_points(*points).answer("x", {"m": COVERED, "a": COVERED, "b": UNCLEAR, "c": COVERED})
    assert next_move(log).close is not CloseReason.SATISFIED


def test_practice_helps_whoever_is_stuck_and_screen_waits_to_be_asked() -> None:
    move = next_move(asked().answer("no idea"), STUCK)
    assert (move.kind, move.hint) == (MoveKind.HINT, 0)
    assert next_move(asked(mode=Mode.SCREEN).answer("no idea"), STUCK).kind is MoveKind.ENCOURAGE


def test_two_stuck_turns_without_new_credit_close_the_question() -> None:
    log = asked().answer("no idea")
    move = next_move(log, STUCK)
    log.move(move.kind, "a hint", **move.model_dump(exclude={"kind", "reason"}))
    log.answer("still nothing")
    assert next_move(log, STUCK).close is CloseReason.STUCK


def test_a_stuck_turn_that_brings_something_is_an_answer() -> None:
    log = asked().answer("no idea, it asks the server I guess", {"request": COVERED})
    assert next_move(log, STUCK).kind is MoveKind.PROBE


def test_a_declined_probe_is_not_sent_again_and_the_next_one_follows_in_screen() -> None:
    log = asked(mode=Mode.SCREEN).answer("x").probe("request").answer("no idea")
    move = next_move(log, STUCK)
    assert (move.kind, move.point) == (MoveKind.PROBE, "response")


def test_a_hint_is_the_next_rung_for_what_is_missing_the_last_probed_first() -> None:
    ladder = (hint("a"), hint("b"), hint("b"), hint("a"))
    points = (point("a", MINIMUM), point("b", MINIMUM))
    log = with_points(*points, hints=ladder).answer("x")
    assert next_move(log, Intent.HINT_REQUEST).hint == 0
    log.probe("a").answer("y", {"a": COVERED}).probe("b").answer("hint please")
    move = next_move(log, Intent.HINT_REQUEST)
    assert (move.hint, move.point) == (1, "b")


def test_three_hints_at_most_then_it_says_so_and_then_goes_on() -> None:
    ladder = tuple(hint("a") for _ in range(4))
    log = with_points(point("a", MINIMUM), hints=ladder)
    for number in range(3):
        log.reply("/hint", command=Command.HINT)
        assert next_move(log, Intent.HINT_REQUEST).hint == number
        log.move(MoveKind.HINT, "Think.", question="q", point="a", hint=number)
    log.reply("/hint", command=Command.HINT)
    assert next_move(log, Intent.HINT_REQUEST).kind is MoveKind.NO_HINT
    log.move(MoveKind.NO_HINT, "No more.", question="q").reply("/hint", command=Command.HINT)
    assert next_move(log, Intent.HINT_REQUEST).kind is MoveKind.PROBE


def test_no_hint_concerns_what_is_there_already() -> None:
    log = with_points(point("a", MINIMUM), point("b"), hints=(hint("a"),)).answer("x", {"a": COVERED})
    assert next_move(log, Intent.HINT_REQUEST).kind is MoveKind.NO_HINT


def test_eight_turns_of_answering_at_most() -> None:
    log = with_points(*(point(f"c{number}") for number in range(9)), point("m", MINIMUM))
    for _ in range(7):
        log.answer("well...")
        assert next_move(log).close is not CloseReason.LIMIT
        log.move(MoveKind.WAIT, "Go on.", question="q")
    log.answer("more")
    assert next_move(log).close is CloseReason.LIMIT


@pytest.mark.parametrize(
    ("intent", "kind"),
    [(Intent.CLARIFY, MoveKind.CLARIFY), (Intent.REPEAT, MoveKind.REPEAT), (Intent.OFF_TOPIC, MoveKind.REDIRECT)],
)
def test_four_turns_of_straying_at_most(intent: Intent, kind: MoveKind) -> None:
    log = asked()
    for _ in range(4):
        log.answer("?")
        assert next_move(log, intent).kind is kind
        log.move(kind, "Of course.", question="http")
    log.answer("?")
    assert next_move(log, intent).kind is MoveKind.ENCOURAGE
    log.move(MoveKind.ENCOURAGE, "Let me hear your attempt.", question="http").answer("?")
    assert next_move(log, intent).close is CloseReason.LIMIT


def test_another_language_is_asked_to_be_english_and_closes_nothing_low() -> None:
    log = asked().unscored("la requête part", UnscoredReason.OTHER_LANGUAGE)
    assert next_move(log).kind is MoveKind.ENGLISH_PLEASE


def test_commands_act_at_once_and_words_are_confirmed_once() -> None:
    assert next_move(asked().reply("/skip", command=Command.SKIP), Intent.SKIP).close is CloseReason.SKIPPED
    assert next_move(asked().reply("/end", command=Command.END), Intent.END).end is EndReason.CANDIDATE
    log = asked().answer("skip this")
    assert next_move(log, Intent.SKIP).kind is MoveKind.CONFIRM_SKIP
    log.move(MoveKind.CONFIRM_SKIP, "Skip it?", question="http").answer("yes")
    assert next_move(log, Intent.SKIP).close is CloseReason.SKIPPED
    stop = asked().answer("stop")
    assert next_move(stop, Intent.END).kind is MoveKind.CONFIRM_END
    stop.move(MoveKind.CONFIRM_END, "Stop?", question="http").answer("yes")
    assert next_move(stop, Intent.END).end is EndReason.CANDIDATE


def test_no_to_skipping_carries_on_and_an_answer_is_an_answer() -> None:
    log = asked().answer("skip").move(MoveKind.CONFIRM_SKIP, "Skip it?", question="http")
    assert next_move(log.answer("no, let me try")).kind is MoveKind.CARRY_ON
    log = asked().answer("skip").move(MoveKind.CONFIRM_SKIP, "Skip it?", question="http")
    log.answer("a request goes out", {"request": COVERED})
    assert next_move(log).point == "response"


def test_an_unfinished_turn_gets_room_twice_then_a_probe() -> None:
    log = asked()
    for _ in range(2):
        assert next_move(log.answer("first, and")).kind is MoveKind.WAIT
        log.move(MoveKind.WAIT, "Go on.", question="http")
    assert next_move(log.answer("and")).kind is MoveKind.PROBE


def everything() -> dict[str, object]:
    return dict.fromkeys(("request", "response", "method", "status", "headers", "tls"), COVERED)


def test_a_follow_up_is_judged_over_what_was_said_before_it_is_asked() -> None:
    log = asked().answer("all of it", everything()).close()  # type: ignore[arg-type]
    assert due(log.state) == (Task.JUDGE, "caching")


def test_a_follow_up_that_was_answered_is_not_asked() -> None:
    log = asked().answer("all of it", everything()).close()  # type: ignore[arg-type]
    log.judged(log.marks({"cache-header": COVERED, "etag": PARTIAL}, "caching", 1), "caching")
    move = decide(log.state)
    assert (move.kind, move.question) == (MoveKind.HEARD_ALREADY, "caching")


def test_a_follow_up_that_was_half_answered_is_asked_and_owns_up_to_it() -> None:
    log = asked().answer("all of it", everything()).close()  # type: ignore[arg-type]
    log.judged(log.marks({"cache-header": COVERED}, "caching", 1), "caching")
    move = decide(log.state)
    assert (move.kind, move.because) == (MoveKind.ASK, ("caching.cache-header",))


def test_a_doubt_does_not_make_a_follow_up_heard() -> None:
    log = asked().answer("all of it", everything()).close()  # type: ignore[arg-type]
    log.judged(log.marks({"cache-header": COVERED, "etag": UNCLEAR}, "caching", 1), "caching")
    assert decide(log.state).kind is MoveKind.ASK


@pytest.mark.parametrize(
    ("condition", "marks", "called"),
    [
        (AskWhen(has=("m",)), {"m": COVERED}, True),
        (AskWhen(has=("m",)), {"m": ABSENT}, False),
        (AskWhen(lacks=("m",)), {"m": ABSENT}, True),
        (AskWhen(lacks=("m",)), {"m": PARTIAL}, False),
        ("always", {"m": ABSENT}, True),
    ],
)
def test_a_follow_up_is_asked_when_its_condition_holds(
    condition: object, marks: dict[str, object], called: bool
) -> None:
    log = with_points(point("m", MINIMUM), follow_ups=(follow_up("f", point("x", MINIMUM), ask_when=condition),))
    log.answer("hm", marks).close()  # type: ignore[arg-type]
    if called:
        assert due(log.state) == (Task.JUDGE, "f")
    else:
        assert decide(log.state).kind is MoveKind.REVIEW


def test_the_review_comes_in_practice_after_the_follow_ups_and_never_in_screen() -> None:
    log = asked().answer("x").close()
    assert due(log.state) == (Task.JUDGE, "caching")
    log.whole("caching")
    assert (decide(log.state).kind, decide(log.state).question) == (MoveKind.REVIEW, "http")
    silent = asked(mode=Mode.SCREEN).answer("x").close().whole("caching")
    assert (decide(silent.state).kind, decide(silent.state).question) == (MoveKind.ASK, "codes")


def test_time_out_ends_probes_and_follow_ups_but_drops_no_main_question() -> None:
    # 15 minutes, doubled for typing, shared by two questions: 900 seconds for the first.
    log = asked().answer("x", seconds=901.0)
    assert next_move(log).close is CloseReason.TIME
    log.close(CloseReason.TIME).review("http")
    move = decide(log.state)
    assert (move.kind, move.question) == (MoveKind.ASK, "codes")


def test_at_110_percent_of_the_total_it_closes_kindly() -> None:
    assert next_move(asked().answer("x", seconds=1979.0)).kind is not MoveKind.FAREWELL
    move = next_move(asked().answer("x", seconds=1980.0))
    assert (move.kind, move.end) == (MoveKind.FAREWELL, EndReason.TIME)


def test_untimed_has_no_limits() -> None:
    assert next_move(asked(time_factor=None).answer("x", seconds=1e6)).kind is MoveKind.PROBE


def test_a_section_without_questions_lends_its_minutes() -> None:
    sections = [
        {"id": "main", "title": "Main", "minutes": 10},
        {"id": "talk", "title": "T", "minutes": 20, "lends_to": "main"},
    ]
    one = scenario(question("q", point("m", MINIMUM)), sections=sections, decides=criteria([criterion("c", "q.m")]))
    log = Log(one).move(MoveKind.GREET, "Hello.").ask("q")
    assert next_move(log.answer("x", seconds=3599.0)).kind is MoveKind.PROBE
    late = Log(one).move(MoveKind.GREET, "Hello.").ask("q").answer("x", seconds=3600.0)
    assert next_move(late).close is CloseReason.TIME


def test_after_a_whole_interview_the_candidate_may_ask_and_then_it_ends() -> None:
    log = asked(mode=Mode.SCREEN).answer("x").close().whole("caching").whole("codes")
    assert decide(log.state).kind is MoveKind.INVITE_QUESTIONS
    log.move(MoveKind.INVITE_QUESTIONS, "Anything to ask?").reply("how big is the team?")
    assert next_move(log, Reading(intent=Intent.CLARIFY, fact=0)).fact == 0
    log.move(MoveKind.REPLY, "Two people. Anything else?", fact=0).reply("no, thanks")
    assert next_move(log).end is EndReason.COMPLETED
    log.move(MoveKind.FAREWELL, "Bye.")
    assert due(log.state) == (Task.END, None)


def test_one_question_alone_ends_without_inviting_questions() -> None:
    log = Log(questions=("codes",)).move(MoveKind.GREET, "Hello.").whole("codes").review("codes")
    assert decide(log.state).end is EndReason.COMPLETED
