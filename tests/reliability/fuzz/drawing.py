"""How much is drawn: every day a few cases, always the same ones; with ``dev.py fuzz`` many, and
new ones each time."""

from __future__ import annotations

import os
from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from esd_desktop.errors import EsdError

# Set by dev.py fuzz.
EXAMPLES = int(os.environ.get("ESD_FUZZ_EXAMPLES", "0"))
# No case may take longer: one that does has met a hang, not a busy machine.
_LONGEST = timedelta(seconds=20)


def fuzzed(every_day: int) -> settings:
    """So many cases on an ordinary day. Making a failing one smaller is left to ``dev.py fuzz``."""
    everyday = [Phase.explicit, Phase.generate]
    return settings(
        max_examples=EXAMPLES or every_day,
        derandomize=not EXAMPLES,
        database=None,
        deadline=_LONGEST,
        phases=[*everyday, Phase.target, Phase.shrink] if EXAMPLES else everyday,
        suppress_health_check=list(HealthCheck),
    )


@st.composite
def damaged(draw: st.DrawFn, sound: bytes) -> bytes:
    """Bytes that were sound, with some of them changed, doubled, left out or put in."""
    content = bytearray(sound)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 40))
        new = draw(
            st.binary(max_size=20)
            | st.just(bytes(content[at : at + length]) * 3)
            | st.sampled_from([b"\0", b"\r\n\r\n", b'"', b"\xff\xfe", b"<!--", b"&#0;", b"\x1a"])
        )
        content[at : at + length] = new
    return bytes(content)


def is_told(fault: EsdError, *never: str) -> bool:
    """Whether a fault is a sentence of sensible length, and has none of these texts in it."""
    whole = str(fault)
    ends = fault.sentence.endswith((".", "”", "!", "?"))
    return ends and len(fault.sentence) < 2_000 and not any(text in whole for text in never)
