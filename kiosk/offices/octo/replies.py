"""How an OCTO office says no. Pure: from a status, headers and a body to a reply of the domain.

Documented are 200 and 400; live clients meet 401, 403, 404, 429, 5xx, web pages, and errors inside a 200. The texts are
translated by the office, so only its code words are matched on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.domain.reply import Declined, Done, Failed, Found, LookUpReply, RedeemReply
from kiosk.domain.verdict import Doubt
from kiosk.offices.fields import NotJson, an_object, objects, read_json, text
from kiosk.offices.http import Answer, NoAnswer
from kiosk.offices.octo.codec import LONGEST_NOTE, read_bookings
from kiosk.offices.octo.products import Products, shown
from kiosk.offices.unheard import doubt_of, retry_after

_NO_KEY = ("UNAUTHORIZED", "FORBIDDEN")
_OWN_FAULT = ("INTERNAL_SERVER_ERROR",)
_CODE_WORD = re.compile("[A-Z_]{3,60}")
_REFUSALS = (400, 404, 409, 422)


@dataclass(frozen=True, slots=True)
class Said:
    """The document of an answer that is no error."""

    document: object


@dataclass(frozen=True, slots=True)
class Refusal:
    """The office's own no: its status (200 is possible), code word and text, made fit to be shown."""

    status: int
    word: str = ""
    redemption_word: str = ""
    note: str = ""


def hear(answer: Answer | NoAnswer, now: datetime) -> Said | Refusal | Failed:
    """What an answer says. `may_have_applied` is meant for writes."""
    if isinstance(answer, NoAnswer):
        return Failed(doubt_of(answer), may_have_applied=answer.sent, detail=f"{answer.trouble}: {answer.detail}")
    status, succeeded = answer.status, 200 <= answer.status < 300
    document = _document(answer.body)
    error = an_object(document).get("error") if isinstance(document, dict) else None
    word = _word(error)
    failed = Failed(
        Doubt.OFFICE_ERROR,
        may_have_applied=True,
        retry_after_s=retry_after(answer.headers, document, now),
        detail=f"status {status} {word or ('not JSON' if document is _NO_DOCUMENT else '')}".strip(),
    )
    if status == 429:
        return replace(failed, doubt=Doubt.RATE_LIMITED, may_have_applied=False)
    if status in (401, 403) or word in _NO_KEY:
        return replace(failed, doubt=Doubt.NOT_AUTHORISED, may_have_applied=False)
    if status >= 500 or word in _OWN_FAULT:
        return failed
    if succeeded and not error:
        return failed if document is _NO_DOCUMENT else Said(document)
    if status in _REFUSALS or succeeded:
        # A web page is a proxy's, or a wrong address's: nothing that the office has said about this ticket.
        if document is _NO_DOCUMENT and answer.body.strip():
            return failed
        return _refusal(status, word, an_object(document))
    # RFC 9110: any other 4xx was not carried out; a 408 was perhaps. A redirect is not followed, and proves nothing.
    return replace(failed, may_have_applied=status < 400 or status == 408)


def to_look_up(answer: Answer | NoAnswer, now: datetime, supplier: str, products: Products) -> LookUpReply:
    """The reply to a look-up.

    What an unknown code gives is not documented: our rule takes `[]`, a 404 and two of the code words for it.
    """
    heard = hear(answer, now)
    match heard:
        case Failed():
            return replace(heard, may_have_applied=False)
        case Refusal(status=404) | Refusal(word="INVALID_BOOKING_UUID" | "BAD_REQUEST"):
            return Found((), supplier)
        case Refusal():
            return Failed(Doubt.OFFICE_ERROR, detail=f"status {heard.status} {heard.word}".strip())
    bookings = read_bookings(heard.document, supplier, products)
    if not bookings and heard.document != []:
        return Failed(Doubt.OFFICE_ERROR, detail="an answer without bookings")
    return Found(bookings, supplier)


def to_redeem(answer: Answer | NoAnswer, now: datetime, supplier: str, products: Products) -> RedeemReply:
    """The reply to a redemption or validation. Of an array, what was done; refused where nothing of it was."""
    heard = hear(answer, now)
    match heard:
        case Failed():
            return heard
        case Refusal():
            return Declined(heard.note, heard.redemption_word or heard.word)
    bookings = read_bookings(heard.document, supplier, products)
    if bookings:
        return Done(bookings)
    refused = [item for item in objects(heard.document) if item.get("error")]
    if refused:
        refusal = _refusal(200, _word(refused[0]["error"]), refused[0])
        return Declined(refusal.note, refusal.redemption_word or refusal.word)
    return Failed(Doubt.OFFICE_ERROR, may_have_applied=True, detail="an answer without a booking")


_NO_DOCUMENT = object()


def _document(body: bytes) -> object:
    try:
        return read_json(body)
    except NotJson:
        return _NO_DOCUMENT


def _refusal(status: int, word: str, document: Mapping[str, object]) -> Refusal:
    note = shown(document.get("errorMessage") or document.get("message"), LONGEST_NOTE)
    return Refusal(status, word, _word(document.get("redemptionErrorCode")), note)


def _word(error: object) -> str:
    """A code word. Anything else is no word: it could be a code or a name that the office repeats."""
    word = text(error if not isinstance(error, dict) else error.get("code")).strip().upper()
    return word if _CODE_WORD.fullmatch(word) else ""
