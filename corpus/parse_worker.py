"""The child side of `corpus.parsing`: reads JSON lines (path, name, target), answers one JSON line each, under hard limits."""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

from corpus.errors import UnreadableDocument
from corpus.readers import read_document


def main() -> None:
    """Serve parse requests until standard input closes; `argv`: memory limit in bytes, output limit in bytes."""
    memory, output_limit = int(sys.argv[1]), int(sys.argv[2])
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints goes to stderr, never among the replies
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for request in sys.stdin:
        path, name, target = json.loads(request)
        reply: dict[str, str] = {}
        try:
            document = read_document(Path(path), name)
            data = document.model_dump_json().encode()
            if len(data) > output_limit:
                raise UnreadableDocument(
                    name, "too_large", "its text is more than Fieldwork reads at once. Split the file."
                )
            Path(target).write_bytes(data)
            reply = {"status": "ok"}
        except UnreadableDocument as error:
            reply = {"status": "failed", "reason": error.reason, "message": error.message}
        except MemoryError:
            reply = {
                "status": "failed",
                "reason": "memory",
                "message": "reading it needs too much memory. Split the file.",
            }
        except RecursionError:
            reply = {
                "status": "failed",
                "reason": "damaged",
                "message": "it is nested too deeply. Save it again, then ingest.",
            }
        except Exception as error:  # the last line of defence: one bad file must not end the others
            reply = {
                "status": "failed",
                "reason": "damaged",
                "message": f"it cannot be read ({type(error).__name__}). Save it again, then ingest it.",
            }
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
