"""The app shows what the engagement holds, and says what to do when there is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engagement.engagement import Engagement

APP = str(Path(__file__).parent.parent / "app.py")


def texts(app: AppTest) -> str:
    return "\n".join(
        str(item.value) for kind in ("text", "markdown", "info", "warning", "caption") for item in app.get(kind)
    )


def test_without_engagements_the_next_step_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELDWORK_HOME", str(tmp_path))
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception and "fieldwork init acme" in texts(app)


def test_gaps_and_findings_of_an_engagement(
    engagement: Engagement, policy_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIELDWORK_HOME", str(engagement.settings.home))
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert "fieldwork assess acme" in texts(app)
    engagement.ingest([policy_folder])
    result = engagement.assess()
    app = app.run()
    assert not app.exception
    assert "not an audit opinion" in texts(app)
    assert result.gaps[0].title in "\n".join(item.label for item in app.expander)
    app.selectbox(key="requirement").set_value("AI-CHG-01-R2").run()
    assert not app.exception and "AI-CHG-01-R2" in "\n".join(item.value for item in app.subheader)
