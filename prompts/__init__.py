"""Prompt files for language models. The local judge uses none; the room is kept for judges and drafters that do."""
