"""What Windows says of the programs in their files' properties. For PyInstaller on Windows."""

from __future__ import annotations

from PyInstaller.utils.win32.versioninfo import (  # type: ignore[import-untyped]
    FixedFileInfo,
    StringFileInfo,
    StringStruct,
    StringTable,
    VarFileInfo,
    VarStruct,
    VSVersionInfo,
)

_ENGLISH, _UNICODE = 0x0409, 1200


def version_information(name: str, version: str, file: str, description: str) -> VSVersionInfo:
    """The resource of the program ``file`` of the product ``name``; ``version`` as 1.2.3."""
    number = (*map(int, version.split(".")), 0)
    said = {
        "ProductName": name,
        "ProductVersion": version,
        "FileDescription": description,
        "FileVersion": version,
        "OriginalFilename": file,
        "CompanyName": name,
        "LegalCopyright": name,
    }
    strings = [StringStruct(what, value) for what, value in said.items()]
    table = StringTable(f"{_ENGLISH:04X}{_UNICODE:04X}", strings)
    return VSVersionInfo(
        ffi=FixedFileInfo(filevers=number, prodvers=number),
        kids=[
            StringFileInfo([table]),
            VarFileInfo([VarStruct("Translation", [_ENGLISH, _UNICODE])]),
        ],
    )
