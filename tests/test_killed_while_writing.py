"""The web server is killed a hundred times in the middle of writes, on the database the tests run on."""

from __future__ import annotations

import random
import threading
from collections import Counter

import pytest

from tests.programs import GONE, Server, manage, serving
from tests.smtp_server import mail_server
from tests.writers import Facilitator, Site, Writer, site

ROUNDS = 100
WRITERS = 3
LOOK_EVERY = 20  # rounds

pytestmark = pytest.mark.slow


def until_it_dies(actor: Writer | Facilitator, server: Server, answered: threading.Semaphore) -> None:
    """Acts until nobody answers, a thousand times at most."""
    for _turn in range(1000):
        try:
            actor.act(server)
        except GONE:
            return
        answered.release()


def one_round(server: Server, actors: list[Writer | Facilitator], chance: random.Random) -> None:
    """All of them write; after some answers and a moment the power goes."""
    answered = threading.Semaphore(0)
    threads = [threading.Thread(target=until_it_dies, args=(one, server, answered)) for one in actors]
    for thread in threads:
        thread.start()
    for _answer in range(chance.randint(1, 12)):
        assert answered.acquire(timeout=60), "nobody is answered any more"
    threading.Event().wait(chance.uniform(0, 0.05))
    server.kill()
    for thread in threads:
        thread.join(timeout=90)
    assert not any(thread.is_alive() for thread in threads)


def minutes_mailed(place: Site) -> Counter[str]:
    """Session → how many mails with its minutes are in the outbox."""
    rows = place.rows("SELECT occasion, COUNT(*) FROM updates_outgoingmail GROUP BY occasion")
    return Counter({occasion: number for occasion, number in rows if occasion.endswith("-minutes")})


def test_a_hundred_kills_lose_nothing_that_was_answered_and_leave_nothing_half_done(tmp_path):
    chance = random.Random(20261127)  # noqa: S311  (the moments of the kills)
    with mail_server() as post, site(tmp_path, cards=20, sessions=250, EMAIL_URL=post.url) as place:
        writers = [Writer(place, card) for card in place.cards[:WRITERS]]
        facilitator = Facilitator(place)
        actors: list[Writer | Facilitator] = [*writers, facilitator]
        with serving(tmp_path, place.env) as [server]:
            for number in range(1, ROUNDS + 1):
                one_round(server, actors, chance)
                assert [lost for actor in actors for lost in actor.kept.lost(place)] == [], f"round {number}"
                if number % LOOK_EVERY == 0:
                    assert place.findings() == "", f"round {number}"
                server.start()
        closed = {f"session-{pk}-minutes" for [pk] in place.rows("SELECT id FROM updates_session WHERE state='closed'")}
        mailed = minutes_mailed(place)
        assert mailed.keys() == closed, "minutes go out with the closing, or neither"
        assert set(mailed.values()) == {len(place.people)}
        assert {f"session-{pk}-minutes" for pk in facilitator.closed} <= closed
        assert [refused for writer in writers for refused in writer.refused] == []
        assert min(writer.kept.total for writer in writers) > ROUNDS // 2, "all of them got through"
        assert len(facilitator.closed) > ROUNDS // 10
        manage("run_due", env=place.env)
        ids = Counter(str(message["Message-ID"]) for _to, message in post.got)
        assert set(ids.values()) == {1}
        assert len(ids) == sum(mailed.values()) + len(place.rows(
            "SELECT id FROM updates_outgoingmail WHERE sent_at IS NOT NULL AND occasion NOT LIKE '%-minutes'"
        ))  # fmt: skip
        assert place.findings() == ""
