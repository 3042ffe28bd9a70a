"""Labelled service auditor's reports of fictional companies, and the score of the reader on them."""
