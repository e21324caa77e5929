"""Issuing, put together from the settings: the office, and a job's record opened by one process at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager

from kiosk.config import Management, Settings, Vista, issuing_dir, state_dir
from kiosk.desks.issuing import IssuingDesk, OpenJob
from kiosk.device.clock import SystemClock
from kiosk.domain.errors import ConfigError, JournalLocked, KioskError, Problem
from kiosk.domain.issuing.faults import Faults, NotIssuable
from kiosk.domain.issuing.job import Job
from kiosk.domain.issuing.papers import Papers
from kiosk.journal.jobs import JobFolder, JobFolders
from kiosk.journal.sqlite import SqliteJournal
from kiosk.offices.vista.management.login import ClientLogin
from kiosk.offices.vista.management.office import ManagementOffice
from kiosk.ports import Clock


def job_folders() -> JobFolders:
    return JobFolders(issuing_dir())


def management_of(settings: Settings) -> tuple[Vista, Management]:
    """Raises ConfigError where there is none."""
    vista = settings.vista
    if vista is None or vista.management is None:
        raise ConfigError((Problem("vista.management", "there is no such section: it says where vouchers are issued"),))
    return vista, vista.management


@asynccontextmanager
async def open_management(settings: Settings, clock: Clock | None = None) -> AsyncIterator[ManagementOffice]:
    """Raises ConfigError for a secret that is missing."""
    _, management = management_of(settings)
    client_id, client_secret, api_key = management.secrets()
    office = ManagementOffice(
        management.base_url,
        management.identity_url,
        ClientLogin(client_id, client_secret, api_key, management.tenant),
        clock=clock or SystemClock(),
        cache_dir=state_dir() / "vista",
    )
    try:
        yield office
    finally:
        await asyncio.shield(office.aclose())


@asynccontextmanager
async def new_job(settings: Settings, papers: Papers, clock: Clock | None = None) -> AsyncIterator[OpenJob]:
    """A job begun: papers and first note are on disk. Raises NotIssuable, JournalError."""
    wanted = papers.read()
    if isinstance(wanted, Faults):
        raise NotIssuable(papers.kind.value, wanted.faults)
    clock = clock or SystemClock()
    folder = job_folders().new()
    async with AsyncExitStack() as stack:
        unbegun = stack.enter_context(ExitStack())
        unbegun.callback(folder.drop_papers)  # nobody's address stays behind for a job that was never begun
        digest = await asyncio.to_thread(folder.write_papers, papers)
        record = await SqliteJournal.open(folder.record, lane=settings.kiosk.lane, clock=clock)
        stack.push_async_callback(record.close)
        opened = await IssuingDesk(clock).begin(folder.id, record, wanted, papers.per_request, digest)
        unbegun.pop_all()
        yield opened


@asynccontextmanager
async def left_job(settings: Settings, folder: JobFolder, clock: Clock | None = None) -> AsyncIterator[OpenJob]:
    """A job that was begun before. Raises KioskError where somebody works on it, JournalError."""
    clock = clock or SystemClock()
    if not folder.record.is_file():
        raise KioskError(f"job {folder.id} was never begun: nothing was sent")
    try:
        record = await SqliteJournal.open(folder.record, lane=settings.kiosk.lane, clock=clock)
    except JournalLocked:
        raise KioskError(f"job {folder.id} is being worked on: wait until it is done, or stop it") from None
    try:
        notes = await record.notes()
        about = Job(notes).about
        if about is None:
            raise KioskError(f"job {folder.id} was never begun: nothing was sent")
        papers = await asyncio.to_thread(folder.read_papers, about.digest)
        yield await IssuingDesk(clock).take_up(notes, record, papers)
    finally:
        await record.close()
