"""Issuing jobs on disk: a folder for each, with its record (a journal of its own) and its papers.

A job has a journal of its own so that issuing neither waits for the gate's engine nor stops it, so that its lock is
the job's lock (nobody resumes a job twice), and so that a job's personal data can go without breaking a chain.
"""

from kiosk.journal.jobs.folder import JobFolder, JobFolders
from kiosk.journal.jobs.listing import JobSummary, summaries

__all__ = ["JobFolder", "JobFolders", "JobSummary", "summaries"]
