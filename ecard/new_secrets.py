"""Makes the secrets of a new installation, a file for each: `python -m ecard.new_secrets FOLDER`.

A file that is there already stays as it is: a lost key makes what it encrypted unreadable for ever.
"""

import secrets
import sys
from pathlib import Path

from ecard.keys import new_keys

DATABASE = "postgres"  # the database's name in compose.yaml


def new_secrets(folder: Path) -> list[str]:
    """Makes the files that are not there yet, and returns their names.

    Only the folder's owner can enter it; the files may be read by any account, since containers have accounts of their own.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    password_file = folder / "database_password"
    password = password_file.read_text() if password_file.exists() else secrets.token_urlsafe(32)
    texts = {
        "database_password": password,
        "database_url": f"postgresql://ecard:{password}@{DATABASE}/ecard",
        **new_keys(),
    }
    missing = [name for name in texts if not (folder / name).exists()]
    for name in missing:
        (folder / name).write_text(texts[name])
        (folder / name).chmod(0o444)
    return missing


if __name__ == "__main__":
    print(f"Made: {', '.join(new_secrets(Path(sys.argv[1]))) or 'nothing, all are there'}.")
