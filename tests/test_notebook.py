"""The notebook in sample_logs/: run anew by a real kernel, it shows what it shows."""

import os
from pathlib import Path

import nbformat
import pytest

NOTEBOOK = Path(__file__).parents[1] / "sample_logs" / "notebook.ipynb"


def shown(notebook):
    """What each cell of code shows, figures by their kind alone."""
    return [
        [output.get("text") or sorted(output["data"].items()) for output in map(plain, cell["outputs"])]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def plain(output):
    data = {kind: kind if kind.startswith("image/") else text for kind, text in output.get("data", {}).items()}
    return {**output, "data": data}


# What nbclient and its kernel's client say of themselves, not of us.
@pytest.mark.filterwarnings("ignore")
def test_the_notebook_shows_what_it_gives(monkeypatch, request):
    from nbclient import NotebookClient

    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(NOTEBOOK.parents[1]), os.environ.get("PYTHONPATH", "")]))
    written = nbformat.read(NOTEBOOK, as_version=4)
    run = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(run, timeout=120, kernel_name="python3", resources={"metadata": {"path": NOTEBOOK.parent}}).execute()
    if request.config.getoption("--update-golden"):
        for cell in run.cells:
            cell.metadata.pop("execution", None)  # when it ran
        nbformat.write(run, NOTEBOOK)
        return
    assert shown(run) == shown(written)
    kinds = [kind for cell in written.cells for output in cell.get("outputs", []) for kind in output.get("data", {})]
    assert kinds.count("image/png") == 2
