"""Text in HCL stays text, and the small reader of these tests refuses what is not HCL."""

import json
import os
import shutil
import subprocess

import pytest

from provisioning.terraform.hcl import Expression, block, document, text
from tests.provisioning.terraform import reader

HOSTILE = [
    "",
    "plain",
    'Acme"\n}\nresource "dbtcloud_job" "x" {',
    '${file("/etc/passwd")}',
    "%{ if true }x%{ endif }",
    "$${x} $$${x} %%{x} $ % $$ %% {} }",
    "a$",
    "back\\slash \\n \\",
    "tab\tand\r\nline",
    "<<EOT\nx\nEOT",
    "# no comment /* none */ // none",
    "Łódź 東京 🎉",
]

terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")


@pytest.mark.parametrize("value", HOSTILE)
def test_text_is_read_back_as_it_was(value):
    assert reader.string(text(value)) == value
    file = reader.read(block("output", "x", body={"value": value}) + "\n")
    assert [found.attributes for found in file.blocks] == [{"value": value}]


def test_control_characters_and_halves_of_characters_are_dropped():
    assert text("a\x00b\x1b[0m\ud83d\u2028c") == '"ab[0mc"'


def test_keys_of_objects_are_text_too():
    shown = block("x", body={"values": {"plain": "1", 'a" = 1\n${b}': "2"}})
    assert reader.read(shown + "\n").blocks[0].attributes == {"values": {"plain": "1", 'a" = 1\n${b}': "2"}}


@pytest.mark.parametrize("label", ["", "a b", 'a"', "1a", "${x}"])
def test_labels_are_names(label):
    with pytest.raises(ValueError, match="no names"):
        block("resource", "dbtcloud_project", label)


def test_what_has_no_form_is_refused():
    with pytest.raises(TypeError, match="float"):
        block("x", body={"a": 0.5})


@pytest.mark.parametrize(
    "wrong",
    [
        'a = "',
        "a = {\n",
        "a = {\n b = 1\n",
        "x {\n}\n}\n",
        'a = "${b}" c\n',
        "a = 1\na = 2\n",
        "a = [1)\n",
        "x 'y' {\n}\n",
    ],
)
def test_the_reader_says_no(wrong):
    with pytest.raises((ValueError, IndexError)):
        reader.read(wrong)


def test_the_reader_tells_templates_from_text():
    file = reader.read('a = "${var.x}"\nb = "$${var.x}"\nc = "$$${var.x}"\n')
    assert [isinstance(value, reader.Expression) for value in file.attributes.values()] == [
        True,
        False,
        False,
    ]


@terraform
@pytest.mark.parametrize("value", HOSTILE)
def test_terraform_reads_the_same(value, tmp_path):
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1"}
    asked = subprocess.run(
        ["terraform", "console"],
        input=f"jsonencode({text(value)})\n",
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    # `jsonencode` gives a string, which the console shows as another.
    assert json.loads(json.loads(asked.stdout)) == value


@terraform
def test_the_layout_is_that_of_terraform_fmt(tmp_path):
    values = {
        "a": 1,
        "longer": ["x", "y"],
        "object": {"b": True, "two words": "z", "inner": {"c": Expression("var.c")}, "after": 2},
        "last": False,
        "very_last": "${x}",
    }
    (tmp_path / "x.tf").write_text(document("# Words.", block("x", "y", body=values), block("empty")))
    subprocess.run(["terraform", "fmt", "-check", "-diff", "."], cwd=tmp_path, check=True, timeout=60)
