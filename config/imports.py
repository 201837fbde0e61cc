"""Settings of bulk intake: where files lie, how large they may be, and who works how long."""

from datetime import timedelta
from pathlib import Path

from config.environment import VAR_DIR, env

# Uploads until they are imported; web and worker must both see it.
IMPORTS_DIR = Path(env.str("IMPORTS_DIR", "") or VAR_DIR / "imports")
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", 20_000_000_000)
# What a gzip'd or zipped file may unpack to in all; it is never unpacked to disk.
IMPORT_MAX_UNPACKED_BYTES = env.int("IMPORT_MAX_UNPACKED_BYTES", 200_000_000_000)
# A worker holds an import this long without writing; past it, the sweep takes it for dead.
IMPORT_LEASE = timedelta(seconds=env.float("IMPORT_LEASE_SECONDS", 60))
FILE_UPLOAD_HANDLERS = [
    "articles.api.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
