"""How Vista says no. Pure: from a status, headers and a body to a document or a reply of the domain.

Errors look like `{status, title, detail}`. A 400 is a conflict with a business rule too: every refusal of a voucher is
one. Codes for single reasons are not documented, so the texts are shown and, but for one, never matched on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from kiosk.domain.cinema import Gone, Refused
from kiosk.domain.code import show_hostile
from kiosk.domain.reply import Failed
from kiosk.domain.verdict import Doubt
from kiosk.offices.fields import NotJson, a_list, amount, an_object, read_json, text
from kiosk.offices.http import Answer, NoAnswer
from kiosk.offices.unheard import clock_ahead, doubt_of, retry_after

LONGEST_TITLE = 120
LONGEST_DETAIL = 300
"""Characters."""

CLOCKS_AGREE = timedelta(seconds=5)
"""Less than this between the office's clock and ours is the network, and the Date header's whole seconds."""

_SEATS_UNAVAILABLE = "seatsunavailable"


@dataclass(frozen=True, slots=True)
class Said:
    """The document of an answer that is no error; None where it had none. `office_ahead`: its clock minus ours."""

    document: object
    office_ahead: timedelta = timedelta()


Heard = Said | Refused | Gone | Failed


@dataclass(frozen=True, slots=True)
class File:
    """The body of an answer that is no error, as it came: it need not be JSON."""

    body: bytes = field(repr=False)
    status: int = 200


HeardFile = File | Refused | Gone | Failed


def hear(answer: Answer | NoAnswer, now: datetime) -> Heard:
    """What an answer says. `may_have_applied` is meant for writes."""
    if isinstance(answer, NoAnswer):
        return Failed(doubt_of(answer), may_have_applied=answer.sent, detail=f"{answer.trouble}: {answer.detail}")
    document = read_document(answer.body)
    error = an_object(document)
    status = _status_within(error) or answer.status if 200 <= answer.status < 300 else answer.status
    is_web_page = document is NO_DOCUMENT
    failed = Failed(
        Doubt.OFFICE_ERROR,
        may_have_applied=True,
        retry_after_s=retry_after(answer.headers, document, now),
        detail=f"status {status} {'not JSON' if is_web_page else _for_the_log(error)}".strip(),
    )
    if status == 429:
        return replace(failed, doubt=Doubt.RATE_LIMITED, may_have_applied=False)
    if status in (401, 403):
        return replace(failed, doubt=Doubt.NOT_AUTHORISED, may_have_applied=False)
    if 200 <= status < 300:
        return failed if is_web_page else Said(document, _ahead(answer, now))
    if 400 <= status < 500 and status != 408:
        # A web page is a proxy's, or a wrong address's: nothing that the office has said about this order.
        return replace(failed, may_have_applied=False) if is_web_page else _no(status, error)
    # RFC 9110: a 408 was perhaps carried out. A redirect is not followed, and proves nothing.
    return failed


def hear_file(answer: Answer | NoAnswer, now: datetime) -> HeardFile:
    """What an answer says, where a success is a file. An error told inside a success is one all the same."""
    if isinstance(answer, Answer) and 200 <= answer.status < 300 and not _tells_error(answer.body):
        return File(answer.body, answer.status)
    heard = hear(answer, now)
    return Failed(Doubt.OFFICE_ERROR, detail="an error that is none") if isinstance(heard, Said) else heard


def _tells_error(body: bytes) -> bool:
    """Large files are not read for it: an object begins with a brace."""
    return body.lstrip()[:1] == b"{" and bool(_status_within(an_object(read_document(body))))


NO_DOCUMENT = object()


def read_document(body: bytes) -> object:
    """The document, amounts exact; None where there is no body, `NO_DOCUMENT` where it is not JSON."""
    if not body.strip():
        return None
    try:
        return read_json(body, parse_float=amount)
    except NotJson:
        return NO_DOCUMENT


def _for_the_log(error: Mapping[str, object]) -> str:
    """The office's title, which tells of a licence that is missing; without digits, which could be a barcode's."""
    return re.sub(r"\d", "#", _title(error))


def _title(error: Mapping[str, object]) -> str:
    return show_hostile(text(error.get("title") or error.get("error")).strip(), LONGEST_TITLE)


def _status_within(error: Mapping[str, object]) -> int:
    """The status of an error that came inside a success; 0 where it is none."""
    status = error.get("status")
    if isinstance(status, int) and 400 <= status < 600 and (error.get("title") or error.get("detail")):
        return status
    return 0


def _no(status: int, error: Mapping[str, object]) -> Refused | Gone:
    title = _title(error)
    detail = show_hostile(_detail(error), LONGEST_DETAIL)
    if status in (404, 410):
        return Gone(title, detail)
    return Refused(title, detail, status, seats_unavailable=_is_about_seats(error))


def _detail(error: Mapping[str, object]) -> str:
    """The longer text; of a validation error, the first complaint of each field."""
    told = text(error.get("detail") or error.get("message") or error.get("error_description")).strip()
    if told:
        return told
    complaints = (text(next(iter(a_list(texts)), "")) for texts in an_object(error.get("errors")).values())
    return " ".join(complaint.strip() for complaint in complaints if complaint.strip())


def _is_about_seats(error: Mapping[str, object]) -> bool:
    """Whether the word `SeatsUnavailable` stands in it. In which field it comes is not documented."""
    words = (text(value).replace(" ", "").casefold() for value in error.values())
    return any(_SEATS_UNAVAILABLE in word for word in words)


def _ahead(answer: Answer, now: datetime) -> timedelta:
    ahead = clock_ahead(answer, now)
    return ahead if abs(ahead) > CLOCKS_AGREE else timedelta()
