"""Static files under hashed names, compressed once (decision 19); by their plain names where nothing was collected."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """The storage of static files. Tests and a bare `runserver` collect nothing, and get the files as they lie."""

    def stored_name(self, name: str) -> str:
        return str(super().stored_name(name)) if self.hashed_files else name

    def create_compressor(self, **options: Any) -> Compressor:
        return Compressor(**options, use_brotli=False)  # ten times the time for a tenth of the size
