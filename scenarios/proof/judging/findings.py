"""What findings are made of: places, parts and the nodes to blame. Pure."""

import re
from pathlib import PurePosixPath

from scenarios.proof.evidence import ManifestNode, Parsed
from scenarios.proof.report import Finding, PartHint

LAYERS: dict[str, PartHint] = {
    "seeds": "seeds",
    "staging": "staging",
    "intermediate": "intermediate",
    "marts": "marts",
    "tests": "tests",
}


def finding_at(sentence: str, node: ManifestNode | None, place: str = "") -> Finding:
    """A finding about a node; its place is the node's file unless one is given."""
    path = node.path if node else ""
    return Finding(
        sentence=sentence, place=place or path, node=node.unique_id if node else "", part=part_of(path)
    )


def named(parsed: Parsed, name: str) -> ManifestNode | None:
    """The node of this name, or None."""
    return next((node for node in parsed.nodes if node.name == name), None)


def part_of(path: str) -> PartHint:
    """Which part of a demo a file belongs to, by its folders."""
    folders = PurePosixPath(path).parts
    return next((LAYERS[folder] for folder in folders if folder in LAYERS), "project")


def layer_of(path: str) -> str:
    """The first folder below models/, seeds/ or tests/, or that top folder itself."""
    folders = PurePosixPath(path).parts[:-1]
    return folders[1] if len(folders) > 1 else "".join(folders)


def file_in(message: str) -> str:
    """The project file that a message of dbt's speaks of, if any."""
    found = re.search(
        r"\b(?:models|seeds|tests|macros|analyses|snapshots)/[\w./-]+\.\w+|dbt_project\.yml", message
    )
    return found.group(0) if found else ""
