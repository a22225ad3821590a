import nbformat
import pytest

DECLARATION = (
    'week: str = ""  # ISO week such as 2026-W40\n'
    "days: int = 7  # length in days\n"
    "share: float = 0.5  # between 0 and 1\n"
    "offline: bool = False  # ask no source"
)


@pytest.fixture
def notebook(tmp_path):
    """Writes a notebook: a parameters cell, then the given cells."""

    def write(*sources, declaration=DECLARATION, name="weekly"):
        tagged = nbformat.v4.new_code_cell(
            declaration, id="parameters", metadata={"tags": ["parameters"]}
        )
        cells = [
            nbformat.v4.new_code_cell(source, id=f"c{number}")
            for number, source in enumerate(sources)
        ]
        kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
        document = nbformat.v4.new_notebook(cells=[tagged, *cells], metadata={"kernelspec": kernel})
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(document, path)
        return path

    return write
