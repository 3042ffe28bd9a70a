"""Labelled packs of documents of fictional AI vendors, and the score of the assessment on them."""
