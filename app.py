"""The app: choose an engagement, read its gaps, and see every verdict beside the sentence it was judged from."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from corpus.errors import FieldworkError
from engagement.cli import quiet_libraries
from engagement.engagement import Engagement, list_engagements
from engagement.settings import load_settings
from exports.context import DISCLAIMER, LETTERS, WORDS, source_of, summary_sentence

quiet_libraries()
st.set_page_config(page_title="Fieldwork", layout="wide")


def main() -> None:
    """One page: summary, coverage, gaps, findings."""
    settings = load_settings()
    st.title("Fieldwork")
    names = list_engagements(settings)
    if not names:
        st.info("No engagement yet. Start one with `fieldwork init acme`, then `fieldwork ingest acme path/to/docs`.")
        return
    name = st.selectbox("Engagement", names, key="engagement", bind="query-params")
    try:
        show(Engagement.open(str(name), settings))
    except FieldworkError as error:
        st.warning(str(error))


def show(engagement: Engagement) -> None:
    """The last assessment of one engagement."""
    result = engagement.assessment()
    st.caption(DISCLAIMER)
    st.write(result.notice or summary_sentence(result))
    gaps, criteria, findings = st.tabs(["Gaps", "Criteria", "Findings"])
    with gaps:
        for gap in result.gaps[:10]:
            with st.expander(f"{gap.rank}. {gap.title} (severity {gap.severity} of 5, {WORDS[gap.verdict].lower()})"):
                st.text(f"Criteria: {', '.join(gap.criteria)}\nOwner: {gap.typical_owner} ({gap.owner_function})")
                st.text(gap.why)
                for citation in gap.citations:
                    st.text(f"“{citation.quote}”\n{source_of(citation)}")
                for near in gap.closest:
                    st.text(f"Closest: “{near.quote}”\n{near.document}, {near.locator}: {near.why_not}")
                st.text(f"Do: {gap.remediation}")
        st.caption(f"{min(10, len(result.gaps))} of {len(result.gaps)} gaps shown; the XLSX report holds all.")
    with criteria:
        rows = [
            [
                item.criterion,
                item.title,
                f"{LETTERS[item.verdict]} {WORDS[item.verdict]}",
                f"{item.met} of {item.applicable}",
            ]
            for item in result.criteria
        ]
        st.dataframe(pd.DataFrame(rows, columns=["Criterion", "Title", "Status", "Met"]), hide_index=True)
    with findings:
        chosen = st.selectbox("Requirement", [item.requirement for item in result.findings], key="requirement")
        finding = result.finding(str(chosen))
        if finding is not None:
            texts = {item.id: item.text for item in engagement.catalogue.requirements()}
            st.subheader(f"{finding.requirement}: {WORDS[finding.verdict]}")
            st.text(texts[finding.requirement])
            st.text(finding.why)
            for citation in finding.citations:
                st.text(f"“{citation.quote}”\n{source_of(citation)}; states {', '.join(citation.states)}")
            for near in finding.closest:
                st.text(f"Closest: “{near.quote}”\n{near.document}, {near.locator}: {near.why_not}")


main()
