"""One message to a real server: taken, not taken, or nobody knows; and what is refused before anything is sent."""

from datetime import timedelta
from pathlib import Path

import pytest

from flows.correspondence.email.delivery import (
    Accepted,
    Delivery,
    NotNow,
    Outcome,
    Rejected,
    Unsure,
    retry_after,
    server_from,
)
from models.errors import Refused
from tests.flows.correspondence.email_server import Postman, mail_server

MESSAGE = (
    b"From: a@practice.example\r\nTo: ada@example.org\r\nSubject: x\r\n\r\nHello\r\n.a line with a dot\r\n..two\r\n"
)


def give(url: str, times: int = 1, seconds: float = 5) -> tuple[list[Outcome], list[str]]:
    commits: list[str] = []
    with Delivery(server_from(url), seconds) as delivery:
        outcomes = [
            delivery.deliver(MESSAGE, "a@practice.example", "ada@example.org", lambda: commits.append("now"))
            for _ in range(times)
        ]
    return outcomes, commits


def test_a_message_arrives_as_it_was_sent_dots_and_all(tmp_path: Path) -> None:
    postman = Postman()
    with mail_server(postman, tmp_path, login=("clinic", "p@ss:word")) as _:
        pass
    with mail_server(postman, tmp_path) as url:
        outcomes, commits = give(url, 2)
    assert [type(one) for one in outcomes] == [Accepted, Accepted]
    assert commits == ["now", "now"]
    assert [envelope.content for envelope in postman.taken] == [MESSAGE, MESSAGE]
    assert postman.taken[0].rcpt_tos == ["ada@example.org"]


def test_we_log_in_where_the_server_asks_for_it(tmp_path: Path) -> None:
    postman = Postman()
    with mail_server(postman, tmp_path, login=("clinic", "secret")) as url:
        assert isinstance(give(url)[0][0], Accepted)
        with pytest.raises(Refused, match="rejected the login") as told:
            give(url.replace("secret", "wrong-secret"))
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("plan", "kind", "committed"),
    [
        ("refuse the recipient", Rejected, False),
        ("refuse the message", Rejected, True),
        ("not now", NotNow, False),
        ("hang up before the body", NotNow, False),
        ("hang up after the dot", Unsure, True),
        ("take it and hang up", Unsure, True),
    ],
)
def test_what_the_server_did_is_told_apart(tmp_path: Path, plan: str, kind: type, committed: bool) -> None:
    with mail_server(Postman([plan]), tmp_path) as url:
        (outcome,), commits = give(url)
    assert isinstance(outcome, kind)
    assert bool(commits) == committed
    if isinstance(outcome, Rejected):
        assert outcome.of_recipient == (plan == "refuse the recipient")


def test_a_server_that_says_nothing_after_the_last_dot_leaves_us_unsure(tmp_path: Path) -> None:
    with mail_server(Postman(["say nothing"]), tmp_path) as url:
        (outcome,), commits = give(url, seconds=1)
    assert isinstance(outcome, Unsure)
    assert commits == ["now"]


def test_after_a_lost_connection_the_next_message_goes_over_a_new_one(tmp_path: Path) -> None:
    postman = Postman(["hang up before the body", "accept", "not now", "accept"])
    with mail_server(postman, tmp_path) as url:
        outcomes, _ = give(url, 4)
    assert [type(one) for one in outcomes] == [NotNow, Accepted, NotNow, Accepted]
    assert len(postman.taken) == 2


def test_nobody_there_is_surely_not_sent() -> None:
    (outcome,), commits = give("smtp://localhost:1?tls=none")
    assert isinstance(outcome, NotNow)
    assert commits == []


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    postman = Postman()
    with (
        mail_server(postman, tmp_path, trusted=False) as url,
        pytest.raises(Refused, match="certificate is not valid"),
    ):
        give(url)
    assert postman.taken == []


def test_a_server_without_starttls_gets_no_letter(tmp_path: Path) -> None:
    postman = Postman()
    with mail_server(postman, tmp_path, tls=False) as url:
        assert isinstance(give(url)[0][0], Accepted), "on this machine it may be"
        with pytest.raises(Refused, match="does not offer STARTTLS"):
            give(url.replace("tls=none", "tls=starttls"))
    assert len(postman.taken) == 1


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://mail.example", "write smtp://"),
        ("smtp://", "write smtp://"),
        ("smtp://user:hush@mail.example?tls=none", "only for this machine"),
        ("smtp://user:hush@mail.example?tls=ssl", "starttls, implicit or none"),
        ("smtp://user:hush@mail.example:99999", "the port"),
    ],
)
def test_a_server_that_cannot_be_used_is_refused_without_telling_the_password(url: str, told: str) -> None:
    with pytest.raises(Refused, match=told) as refused:
        server_from(url)
    assert "hush" not in str(refused.value)
    assert "hush" not in repr(server_from("smtp://user:hush@mail.example"))


def test_tries_are_further_and_further_apart_and_end() -> None:
    pauses = [retry_after(attempt) for attempt in range(1, 8)]
    assert pauses[0] == timedelta(minutes=5)
    known = [pause for pause in pauses if pause is not None]
    assert known == sorted(known)
    assert pauses[-1] is None
