"""The bill of materials of the program, in CycloneDX 1.6: what is in it, in which version, under
which licence.

    python -m tools.package.sbom FILE [COLLECTED]

Run it in the environment that the program is frozen from. COLLECTED is the collected.json of a
frozen program, which names what is really in it; without it, the bill is of what is installed.
Where cyclonedx-python-lib is installed, as in that environment, the file is checked against the
schema of CycloneDX.
"""

from __future__ import annotations

import json
import sys
import uuid
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from esd_desktop import __version__
from esd_desktop.licences import Component, components, from_json
from tools.trouble import Trouble

Json = dict[str, Any]


def main(arguments: list[str]) -> int:
    if len(arguments) not in (1, 2):
        print(__doc__)
        return 2
    text = bill(from_json(Path(arguments[1]).read_text("utf-8")) if arguments[1:] else components())
    try:
        check(text)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    Path(arguments[0]).write_text(text, encoding="utf-8")
    return 0


def bill(parts: list[Component]) -> str:
    """The bill of these parts."""
    own = {
        "type": "application",
        "bom-ref": "esd-desktop",
        "name": "ESD Desktop",
        "version": __version__,
    }
    refs = [_ref(part) for part in parts]
    return json.dumps(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "serialNumber": uuid.uuid4().urn,
            "version": 1,
            "metadata": {
                "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
                "component": own,
            },
            "components": [_entry(part) for part in parts],
            "dependencies": [
                {"ref": "esd-desktop", "dependsOn": refs},
                *({"ref": ref} for ref in refs),
            ],
        },
        indent=2,
    )


def check(text: str) -> None:
    """Raises Trouble for a bill that the schema does not allow. Without the library it is not
    checked, and that is said."""
    if find_spec("cyclonedx") is None:
        print("cyclonedx-python-lib is not here: the bill is not checked.", file=sys.stderr)
        return
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong is not None:
        raise Trouble(f"The bill of materials is none: {wrong}")


def _entry(part: Component) -> Json:
    entry: Json = {
        "type": "library",
        "bom-ref": _ref(part),
        "name": part.name,
        "version": part.version,
        "licenses": _licences(part.licence),
    }
    if part.on_pypi:
        entry["purl"] = _ref(part)
    return entry


def _licences(licence: str) -> list[Json]:
    """What reads as an expression of SPDX is one; anything else is the name that was given."""
    words = licence.replace("(", " ").replace(")", " ").split()
    is_expression = all(
        word in ("AND", "OR", "WITH") if place % 2 else "-" in word or word.isalnum()
        for place, word in enumerate(words)
    )
    return [{"expression": licence} if is_expression else {"license": {"name": licence}}]


def _ref(part: Component) -> str:
    name = part.name.lower().replace("_", "-").replace(" ", "-")
    return f"pkg:{'pypi' if part.on_pypi else 'generic'}/{name}@{part.version}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
