"""`kiosk issue`: create, order, distribute; what is refused whole; what is left, and how it goes on."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import stat
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.journal.checking import verify
from kiosk.sandbox import IssuingRules
from tests.cli.issuing import BoxOffice, open_box_office, told

CLIENT = ("client", "create", "--code", "ACME", "--name", "Acme Ltd", "--email", "ann@acme.example")
ORDER = ("order", "create", "--client", "HARBOUR", "--reference", "PO-1", "--voucher", "GIFT10:500:9.50:10.00")


@pytest.fixture(autouse=True)
def _no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log, and the signals of the main thread, are a process's own: a test must not set them for all others."""
    monkeypatch.setattr("kiosk.cli.logs.log_to", lambda *_, **__: None)
    monkeypatch.setattr("kiosk.cli.issue_work.set_on_signals", lambda *_: None)
    monkeypatch.setattr("kiosk.desks.issuing.resolving.FIRST_WAIT_S", 0.05)
    monkeypatch.setattr("kiosk.desks.issuing.sending.BACK_OFF_S", (0.05, 0.05))


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[BoxOffice]:
    async with open_box_office(tmp_path) as opened:
        yield opened


# ── clients and orders ──────────────────────────────────────────────────────────────────────────────


async def test_a_client_from_options(office: BoxOffice) -> None:
    result = await office.issue(*CLIENT, "--voucher-type", "A", "--json")
    assert result.exit_code == 0, result.output
    assert told(result)["counted"] == {"done": 1}
    assert len(told(result)["entity_ids"]) == 1
    assert office.sandbox.books.count("client_created") == 1


async def test_a_client_from_a_file_and_options_over_it(office: BoxOffice, tmp_path: Path) -> None:
    file = tmp_path / "client.toml"
    file.write_text('code = "ACME"\nname = "Old"\n[contact]\nname = "Ann"\nemail = "old@acme.example"\n')
    result = await office.issue("client", "create", "--file", str(file), "--name", "New", "--email", "new@acme.example",
                                "--dry-run")  # fmt: skip
    body = json.loads(result.stdout)["body"]
    assert (body["name"], body["contact"]["name"], body["contact"]["email"]) == ("New", "Ann", "new@acme.example")
    assert (await office.issue("client", "create", "--file", str(file))).exit_code == 0


@pytest.mark.parametrize("suffix", ["toml", "json"])
async def test_an_order_from_a_file_keeps_its_prices_exact(office: BoxOffice, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"order.{suffix}"
    line = {"product_code": "GIFT10", "quantity": 5, "sale_price": 0.29, "redeem_price": 12.34}
    as_toml = "[[vouchers]]\n" + "\n".join(f"{name} = {json.dumps(value)}" for name, value in line.items())
    head = 'client_code = "HARBOUR"\nreference = "PO-1"\n[delivery_address]\nstreet = "1 Pier Road"\n'
    as_json = json.dumps({"client_code": "HARBOUR", "reference": "PO-1", "vouchers": [line]})
    file.write_text(head + as_toml if suffix == "toml" else as_json)
    result = await office.issue("order", "create", "--file", str(file))
    assert result.exit_code == 0, result.output
    (entry,) = office.sandbox.books.of("PO-1")
    assert entry.notes == {"salePrice": "0.29", "redeemPrice": "12.34"}


async def test_a_dry_run_sends_nothing_masks_secrets_and_reads_none(office: BoxOffice) -> None:
    for name in ("ISSUER_ID", "ISSUER_SECRET", "ISSUER_KEY"):
        del office.files.env[name]
    result = await office.issue(*office.words(3, "--dry-run"))
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["body"]["recipients"] for line in lines] == [[{"email": f"guest{n}@x.example"}] for n in range(3)]
    assert {line["headers"]["Vista-Api-Key"] for line in lines} == {"****"}
    assert all(line["body"]["externallyDistributed"] is True for line in lines)
    assert office.jobs == ()
    assert office.sandbox.books.requests.total() == 0


async def test_what_fails_at_the_office_is_told_in_its_word(office: BoxOffice) -> None:
    result = await office.issue("order", "create", "--client", "NOBODY", "--reference", "PO-1",
                                "--voucher", "GIFT10:5:1:1")  # fmt: skip
    assert result.exit_code == 1
    assert "1 failed" in result.stdout
    assert "the office says: Failed" in result.stdout


@pytest.mark.parametrize(
    ("words", "complaints"),
    [
        (("client", "create", "--code", "A"), ["client: name: is needed"]),
        (("order", "create", "--client", "A", "--voucher", "G:0:1.005:x"), [
            "order: reference: is needed", "order: vouchers[1].quantity: must be a whole number from 1 on",
            "order: vouchers[1].sale_price: has more decimals than GBP has",
            "order: vouchers[1].redeem_price: must be an amount from 0 to 1000000, such as 12.34"]),
    ],
)  # fmt: skip
async def test_every_mistake_is_told_and_nothing_sent(
    office: BoxOffice, words: list[str], complaints: list[str]
) -> None:
    result = await office.issue(*words)
    assert (result.exit_code, result.stderr.splitlines()) == (2, [*complaints, "Nothing was sent."])
    assert office.sandbox.books.requests.total() == 0


async def test_a_missing_secret_is_named_and_no_job_begun(office: BoxOffice) -> None:
    del office.files.env["ISSUER_SECRET"]
    result = await office.issue(*CLIENT)
    assert result.exit_code == 2
    assert "vista.management: client_secret_env" in result.stderr
    assert office.jobs == ()


# ── distributions ───────────────────────────────────────────────────────────────────────────────────


async def test_a_distribution_ends_with_its_report_and_without_its_papers(office: BoxOffice) -> None:
    result = await office.issue(*office.words(30, "--json"))
    assert result.exit_code == 0, result.output
    assert told(result)["counted"] == {"done": 30}
    rows = office.rows()
    assert list(rows[0])[:4] == ["recipient", "token", "state", "entity_id"]
    assert Counter(row["recipient"] for row in rows) == Counter(f"guest{number}@x.example" for number in range(30))
    assert all(row["token"] and row["entity_id"] and row["state"] == "done" for row in rows)
    assert office.sandbox.integration.distributed == Counter(row["recipient"] for row in rows)
    assert stat.S_IMODE(office.report.stat().st_mode) == 0o600
    (job,) = office.jobs
    assert not job.has_papers
    assert not any(b"guest1@" in file.read_bytes() for file in job.path.iterdir())
    assert verify(job.record).is_good


async def test_every_bad_row_is_listed_and_nothing_is_sent(office: BoxOffice, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("email\nann@x.example\nnobody\n\x1b[31m@x.example\nann@x.example\n")
    words = office.words(1)
    words[words.index("--recipients") + 1] = str(bad)
    words[words.index("--reference") + 1] = ""
    result = await office.issue(*words)
    lines = result.stderr.splitlines()
    assert result.exit_code == 2
    assert [line.split(": ")[1] for line in lines[:3]] == ["line 3", "line 4", "line 5"]
    assert "reference: is needed" in result.stderr
    assert "\x1b" not in result.stderr
    assert office.sandbox.books.requests.total() == 0
    assert office.jobs == ()


async def test_a_list_that_is_not_utf8_or_not_there(office: BoxOffice, tmp_path: Path) -> None:
    words = office.words(1)
    where = words.index("--recipients") + 1
    latin = tmp_path / "latin.csv"
    latin.write_bytes("email\nann@x.example\nmüller@x.example\n".encode("latin-1"))
    words[where] = str(latin)
    assert "line 3: is not UTF-8" in (await office.issue(*words)).stderr
    words[where] = str(tmp_path / "none.csv")
    result = await office.issue(*words)
    assert result.exit_code == 1
    assert "cannot be read (No such file or directory)" in result.stderr


async def test_the_same_reference_is_not_distributed_twice_unless_it_is_said(office: BoxOffice) -> None:
    assert (await office.issue(*office.words(2))).exit_code == 0
    office.report.unlink()
    second = await office.issue(*office.words(2))
    assert second.exit_code == 1
    assert "has this reference already (2 done): nothing was sent" in second.stderr
    assert set(office.sandbox.integration.distributed.values()) == {1}
    assert (await office.issue(*office.words(2, "--again"))).exit_code == 0


async def test_a_report_is_never_written_over(office: BoxOffice) -> None:
    office.report.write_text("mine")
    result = await office.issue(*office.words(2))
    assert result.exit_code == 1
    assert "is there already" in result.stderr
    assert office.report.read_text() == "mine"
    (job,) = office.jobs
    other = office.files.folder / "other.csv"
    assert (await office.issue("status", job.id, "--resume", "--report", str(other))).exit_code == 0
    assert [row["state"] for row in office.rows(other)] == ["done", "done"]


async def test_a_lost_answer_is_unknown_until_somebody_has_looked(office: BoxOffice) -> None:
    office.sandbox.faults.plan("lost", "email-distribution")
    first = await office.issue(*office.words(3))
    assert first.exit_code == 1
    assert "UNKNOWN, check before repeating" in first.stderr
    assert "request 1: look for the reference SPRING-0001" in first.stderr
    assert [row["state"] for row in office.rows()] == ["unknown", "done", "done"]
    assert first.stdout.splitlines()[2].split() == ["1", "SPRING-0001", "2", "60511", "unknown", "no_answer"]
    assert "guest0@" not in first.output
    (job,) = office.jobs
    assert job.has_papers
    assert (await office.issue("status", job.id, "--again")).exit_code == 2  # nobody signs for it
    resumed = await office.issue("status", job.id, "--resume", "--report", str(office.files.folder / "second.csv"))
    assert resumed.exit_code == 1
    found = await office.issue(
        "status", job.id, "--resume", "--found", "1", "--by", "Ada", "--report", str(office.files.folder / "third.csv")
    )
    assert found.exit_code == 0, found.output
    assert "2 done · 1 found" in found.stdout
    assert set(office.sandbox.integration.distributed.values()) == {1}
    assert not job.has_papers


async def test_a_request_that_is_not_there_is_sent_again_when_a_person_says_so(office: BoxOffice) -> None:
    office.sandbox.faults.plan("drop_before", "email-distribution")
    await office.issue(*office.words(2))
    (job,) = office.jobs
    office.report.unlink()
    again = await office.issue(
        "status", job.id[:4], "--resume", "--again", "--by", "Ada", "--report", str(office.report)
    )
    assert again.exit_code == 0, again.output
    assert office.sandbox.integration.distributed == {"guest0@x.example": 1, "guest1@x.example": 1}


async def test_a_job_whose_tokens_vanish_can_be_given_up_and_keeps_nobody(office: BoxOffice) -> None:
    office.sandbox.faults.plan("token_vanishes")
    first = await office.issue(*office.words(2, "--wait", "0"))
    assert first.exit_code == 1
    (job,) = office.jobs
    assert job.has_papers
    assert (await office.issue("status", job.id, "--give-up")).exit_code == 2  # nobody signs for it
    last = office.files.folder / "last.csv"
    given_up = await office.issue("status", job.id, "--give-up", "--by", "Ada", "--report", str(last))
    assert given_up.exit_code == 1
    assert sorted(row["state"] for row in office.rows(last)) == ["done", "pending"]
    assert not job.has_papers
    assert b"guest0@" not in b"".join(file.read_bytes() for file in job.path.iterdir())
    (listed,) = [json.loads(line) for line in (await office.issue("status", "--json")).stdout.splitlines()]
    assert (listed["state"], listed["counted"]) == ("ended", {"done": 1, "pending": 1})
    (job.path / "papers.json").write_text("left by a worker that was cut off")
    await office.issue("status", job.id)
    assert not job.has_papers
    assert verify(job.record).is_good


async def test_without_a_network_it_waits_for_better_days(office: BoxOffice) -> None:
    words = office.words(2)
    config = office.files.config
    config.write_text(config.read_text().replace(office.sandbox.integration.base_url, "http://127.0.0.1:9/none"))
    office.files.env["KIOSK_VISTA__TIMEOUT_S"] = "1.0"
    result = await asyncio.wait_for(office.issue(*words, "--wait", "0"), 120)
    assert result.exit_code == 3
    assert "the office is not reached" in result.stderr
    assert {row["state"] for row in office.rows()} == {"not_sent"}


async def test_status_lists_jobs_for_people_and_programs(office: BoxOffice) -> None:
    assert (await office.issue("status")).stdout == "No jobs.\n"
    await office.issue(*CLIENT)
    await office.issue(*office.words(2))
    table = (await office.issue("status")).stdout
    assert "distribution by e-mail  SPRING" in table
    assert table.count("ended") == 2
    lines = [json.loads(line) for line in (await office.issue("status", "--json")).stdout.splitlines()]
    assert {(line["kind"], line["state"]) for line in lines} == {("email", "ended"), ("client", "ended")}
    assert (await office.issue("status", "--resume")).stderr == "Nothing was left.\n"


@pytest.mark.parametrize("name", ["../../etc", "zz", "deadbeef", "-", "'; --"])
async def test_a_job_that_is_not_there(office: BoxOffice, name: str) -> None:
    assert (await office.issue("status", "--", name)).exit_code == 1


# ── cut off ─────────────────────────────────────────────────────────────────────────────────────────


async def wait_for(what: str, number: int, office: BoxOffice) -> None:
    async with asyncio.timeout(60):
        while office.sandbox.books.count(what) < number:  # noqa: ASYNC110 (another process is watched)
            await asyncio.sleep(0.01)


async def test_killed_half_way_and_resumed_each_recipient_is_issued_once(tmp_path: Path) -> None:
    async with open_box_office(tmp_path, IssuingRules(0.0, 0.2)) as office:
        people = 40
        for kill in range(3):
            words = office.words(people) if kill == 0 else ["status", office.jobs[0].id, "--resume"]
            process = await office.files.run("issue", *words)
            await wait_for("distributed", (kill + 1) * 10, office)
            process.kill()
            await process.communicate()
            assert process.returncode == -signal.SIGKILL
            assert not office.report.exists()
        (job,) = office.jobs
        assert verify(job.record).is_good
        asked = office.sandbox.integration.references
        looked_at = await office.issue("status", job.id, "--json")
        for number in told(looked_at)["in_doubt"]:  # a person looks for the reference
            answer = "--found" if asked[f"SPRING-{number:04d}"] else "--again"
            await office.issue("status", job.id, answer, str(number), "--by", "Ada")
        done = await office.issue("status", job.id, "--resume", "--report", str(office.report))
        assert done.exit_code == 0, done.output
        everybody = Counter(f"guest{number}@x.example" for number in range(people))
        assert office.sandbox.integration.distributed == everybody
        assert Counter(row["recipient"] for row in office.rows()) == everybody
        assert {row["state"] for row in office.rows()} <= {"done", "found"}
        assert verify(job.record).is_good


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
async def test_stopped_it_says_how_to_go_on_and_goes_on(tmp_path: Path, stop: signal.Signals) -> None:
    async with open_box_office(tmp_path) as office:
        process = await office.files.run("issue", *office.words(60))
        await wait_for("distributed", 5, office)
        process.send_signal(stop)
        _, said = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 130
        (job,) = office.jobs
        assert f"go on with: kiosk issue status {job.id} --resume" in said.decode()
        assert office.sandbox.books.count("distributed") < 60
        done = await office.issue("status", "--resume", "--report", str(office.report))
        assert done.exit_code == 0, done.output
        assert office.sandbox.integration.distributed == Counter(row["recipient"] for row in office.rows())
        assert set(office.sandbox.integration.distributed.values()) == {1}


async def test_a_job_that_is_worked_on_is_not_taken_up_by_another(tmp_path: Path) -> None:
    async with open_box_office(tmp_path, IssuingRules(0.0, 3600.0)) as office:
        process = await office.files.run("issue", *office.words(2))
        await wait_for("distributed", 2, office)
        (job,) = office.jobs
        running = await office.issue("status", job.id, "--json")
        assert json.loads(running.stdout)["state"] == "running"
        taken = await office.issue("status", job.id, "--resume")
        assert taken.exit_code == 1
        assert f"job {job.id} is being worked on" in taken.stderr
        process.send_signal(signal.SIGINT)
        await process.communicate()


async def test_on_a_terminal_a_bar_shows_states_and_the_offices_word(tmp_path: Path) -> None:
    async with open_box_office(tmp_path, IssuingRules(0.0, 1.0)) as office:
        master, slave = os.openpty()
        command = [sys.executable, "-m", "kiosk", "issue", *office.words(3)]
        process = await asyncio.create_subprocess_exec(
            *command, stdin=slave, stdout=slave, stderr=slave, env=office.files.env | {"COLUMNS": "100"}
        )
        os.close(slave)
        shown = await asyncio.wait_for(asyncio.to_thread(_read_all, master), 120)
        await process.wait()
        assert "3 pending" in shown
        assert "office: Processing" in shown
        assert "██  3 of 3  3 done" in shown
        assert all(len(part) < 100 for part in shown.replace("\x1b[K", "").split("\r"))


def _read_all(master: int) -> str:
    shown = bytearray()
    with contextlib.suppress(OSError):  # EIO: the other side is gone
        while part := os.read(master, 1 << 16):
            shown += part
    os.close(master)
    return shown.decode("utf-8", "replace")
