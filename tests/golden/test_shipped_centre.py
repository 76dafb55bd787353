"""The shipped centre is what its own datasheet says makes it, byte for byte."""

import re
import shlex

from rolefit.simulate.centre import simulate
from rolefit.simulate.write import write_workspace


def contents(folder):
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_the_command_of_the_datasheet_makes_the_shipped_files_again(repository, tmp_path):
    shipped = repository / "data/synthetic"
    told = re.search(r"rolefit simulate DIR (.+)", (shipped / "README.md").read_text("utf-8"))
    words = shlex.split(told[1])
    assert words == ["--agents", "300", "--seed", "7", "--world", "sorted", "--stories"]
    write_workspace(simulate(300, 7, "sorted", stories=True), tmp_path)
    made = contents(tmp_path)
    assert made.keys() == contents(shipped).keys()
    differing = [name for name, data in contents(shipped).items() if made[name] != data]
    assert differing == []
