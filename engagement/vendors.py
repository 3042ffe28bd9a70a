"""Vendor assessments of an engagement, kept in order."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text, insert, select

from analyzers.vendors.types import VendorAssessment
from engagement.engagement import Engagement
from engagement.store import metadata, now

assessments = Table(
    "vendor_assessments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("vendor", String, nullable=False, index=True),
    Column("created_at", String, nullable=False),
    Column("body", Text, nullable=False),
)


def keep_assessment(engagement: Engagement, result: VendorAssessment) -> None:
    """Store an assessment and log it."""
    with engagement.writing(), engagement.store.begin() as connection:
        assessments.create(connection, checkfirst=True)
        connection.execute(
            insert(assessments).values(vendor=result.vendor, created_at=now(), body=result.model_dump_json())
        )
        engagement.store.log(connection, "vendor", {"vendor": result.vendor, "rating": result.rating})


def vendor_assessments(engagement: Engagement) -> list[VendorAssessment]:
    """The newest assessment of each vendor, by name."""
    with engagement.store.begin() as connection:
        assessments.create(connection, checkfirst=True)
        rows = connection.execute(select(assessments).order_by(assessments.c.id)).all()
    newest = {str(row.vendor): VendorAssessment.model_validate_json(row.body) for row in rows}
    return [newest[vendor] for vendor in sorted(newest)]
