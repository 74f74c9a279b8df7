"""The time box, against its definition: which line gets how many minutes, and which falls outside the session."""

from __future__ import annotations

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from actions.rules import Flag
from updates.agenda import Agenda, Item, Kind, Section, build_agenda

boxes = st.sampled_from([15, 30, 45, 60, 90])
hand = st.none() | st.integers(min_value=1, max_value=20)
no_flag, no_minutes = st.just(0), st.none()


@st.composite
def agendas(draw) -> tuple[int, dict[str, list[Item]]]:
    """A box and the items of each section, as the plan would give them."""
    ids = iter(range(1, 10_000))

    def items(kind: Kind, at_most: int, flags=no_flag, minutes=no_minutes) -> list[Item]:
        return [Item(kind, next(ids), int(draw(flags)), draw(minutes)) for _ in range(draw(st.integers(0, at_most)))]

    flag = st.sampled_from([*Flag, Flag.RED | Flag.LATE, Flag.AMBER | Flag.NO_UPDATE])
    sections = {
        "carried": [
            *items(Kind.HELP, 5),
            *items(Kind.AGREEMENT, 6),
            *items(Kind.POINT, 3, minutes=hand),
        ],
        "off_plan": items(Kind.ACTION, 40, flag),
        "indicators": items(Kind.INDICATOR, 8),
        "finished": items(Kind.ACTION, 3),
        "on_plan": items(Kind.ACTION, 5),
    }
    return draw(boxes), sections


def build(asked: tuple[int, dict[str, list[Item]]]) -> Agenda:
    box, sections = asked
    return build_agenda(box, **sections)


def free_minutes(box: int, sections: dict[str, list[Item]]) -> int:
    """A of the definition: what is left for the lines without minutes of their own."""
    own = sum(item.hand_minutes or 0 for item in sections["carried"])
    return box - 6 - (2 if sections["finished"] else 0) - own


def keys(items) -> list[str]:
    return [item.key for item in items]


def discussed(agenda: Agenda) -> list:
    return [line for line in agenda.lines if line.section in (Section.CARRIED, Section.OFF_PLAN, Section.INDICATORS)]


@given(agendas())
def test_every_item_is_on_the_agenda_exactly_once(asked):
    agenda = build(asked)
    assert sorted(line.item.key for line in agenda.lines) == sorted(keys(chain(*asked[1].values())))


@given(agendas())
def test_each_section_keeps_the_order_it_was_given(asked):
    agenda = build(asked)
    for section, name in [
        (Section.CARRIED, "carried"),
        (Section.OFF_PLAN, "off_plan"),
        (Section.INDICATORS, "indicators"),
        (Section.FINISHED, "finished"),
        (Section.ON_PLAN, "on_plan"),
    ]:
        shown = [line.item.key for line in agenda.of(section)]
        assert shown == [key for key in keys(asked[1][name]) if key in shown]


@given(agendas())
def test_the_minutes_add_up_to_the_box_unless_our_own_points_alone_exceed_it(asked):
    agenda = build(asked)
    if agenda.used > agenda.box:
        assert all(line.item.kind == Kind.POINT for line in discussed(agenda))
    else:
        assert agenda.used + agenda.spare == agenda.box


@given(agendas())
def test_a_point_of_our_own_never_leaves_and_keeps_its_minutes(asked):
    agenda = build(asked)
    points = [item for item in asked[1]["carried"] if item.kind == Kind.POINT]
    shown = {line.item.key: line for line in agenda.of(Section.CARRIED)}
    for point in points:
        assert point.key in shown
        if point.hand_minutes:
            assert shown[point.key].minutes == point.hand_minutes


@given(agendas())
def test_lines_leave_from_the_bottom_in_the_right_order(asked):
    """Indicators, then off-plan actions, then agreements, then help: each from the bottom, and none too many."""
    agenda = build(asked)
    outside = {line.item.key for line in agenda.of(Section.OUTSIDE)}
    leaving = [
        *reversed(asked[1]["indicators"]),
        *reversed(asked[1]["off_plan"]),
        *reversed([item for item in asked[1]["carried"] if item.kind == Kind.AGREEMENT]),
        *reversed([item for item in asked[1]["carried"] if item.kind == Kind.HELP]),
    ]
    assert outside == set(keys(leaving[: len(outside)]))
    free = [line for line in discussed(agenda) if line.item.hand_minutes is None]
    room = free_minutes(*asked)
    if outside:
        assert 2 * (len(free) + 1) > room
    if len(outside) < len(leaving):
        assert 2 * len(free) <= room


@given(agendas())
def test_red_and_late_lines_get_up_to_five_minutes_before_the_others_get_a_third(asked):
    agenda = build(asked)
    free = [line for line in discussed(agenda) if line.item.hand_minutes is None]
    urgent = [line.minutes for line in free if line.item.flags & (Flag.RED | Flag.LATE)]
    others = [line.minutes for line in free if not line.item.flags & (Flag.RED | Flag.LATE)]
    assert all(2 <= minutes <= 5 for minutes in urgent)
    assert all(2 <= minutes <= 3 for minutes in others)
    for minutes in (urgent, others):
        assert minutes == sorted(minutes, reverse=True), "rounds start at the top"
        assert not minutes or max(minutes) - min(minutes) <= 1
    if any(minutes > 2 for minutes in others):
        assert all(minutes == 5 for minutes in urgent)
    if agenda.spare:
        assert all(minutes == 5 for minutes in urgent)
        assert all(minutes == 3 for minutes in others)


@given(agendas())
def test_what_is_not_discussed_takes_no_minutes(asked):
    agenda = build(asked)
    for section in (Section.FINISHED, Section.OUTSIDE, Section.ON_PLAN):
        assert all(line.minutes == 0 for line in agenda.of(section))
    assert all(isinstance(line.minutes, int) for line in agenda.lines)


def action(number: int, flags: int = Flag.AMBER) -> Item:
    return Item(Kind.ACTION, number, int(flags))


def test_three_reds_and_three_ambers_share_thirty_minutes():
    agenda = build_agenda(30, off_plan=[*(action(n, Flag.RED) for n in range(3)), *(action(n) for n in range(3, 6))])
    assert [line.minutes for line in agenda.lines] == [5, 5, 5, 3, 3, 3]
    assert (agenda.opening, agenda.closing, agenda.finished, agenda.spare) == (3, 3, 0, 0)


def test_finished_actions_take_two_minutes_together():
    agenda = build_agenda(30, off_plan=[action(1)], finished=[action(2, 0), action(3, 0)])
    assert agenda.finished == 2
    assert agenda.used == 3 + 3 + 2 + 3
    assert agenda.spare == 19


def test_twenty_off_plan_actions_in_thirty_minutes_leave_eight_outside():
    agenda = build_agenda(30, off_plan=[action(n) for n in range(1, 21)])
    assert [line.item.id for line in agenda.of(Section.OUTSIDE)] == list(range(13, 21))


def test_an_indicator_gives_way_to_an_action():
    agenda = build_agenda(15, off_plan=[action(n) for n in range(4)], indicators=[Item(Kind.INDICATOR, 9)])
    assert [line.item.key for line in agenda.of(Section.OUTSIDE)] == ["indicator-9"]


def test_points_with_minutes_beyond_the_box_push_everything_else_outside():
    agenda = build_agenda(15, carried=[Item(Kind.POINT, 1, 0, 30)], off_plan=[action(2)])
    assert [line.item.key for line in agenda.of(Section.OUTSIDE)] == ["action-2"]
    assert agenda.used == 36
    assert agenda.spare == 0


def test_an_empty_plan_has_an_empty_agenda():
    agenda = build_agenda(45)
    assert agenda.lines == ()
    assert agenda.spare == 39
