"""The product's source as the architecture tests read it: modules, and what each imports."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("demoforge", "scenarios", "provisioning")


@dataclass(frozen=True)
class Module:
    """One file of the product."""

    name: str  # dotted, a package without its __init__
    path: Path

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(), filename=str(self.path))


@dataclass(frozen=True)
class Import:
    """`target` is imported by `module` at this line; `inside` a function or not."""

    module: str
    target: str
    line: int
    inside: bool
    for_types: bool = False  # under `if TYPE_CHECKING:`

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the product, without migrations."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if {"migrations", "static_src", "base_project"} & set(parts):
                continue
            found.append(Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return tuple(found)


@cache
def imports() -> tuple[Import, ...]:
    """Every import of every module; `from a import b` is an import of a.b if that is a module, else of a."""
    names = {module.name for module in modules()}
    return tuple(found for module in modules() for found in _imports_of(module, names))


def _imports_of(module: Module, names: set[str]) -> list[Import]:
    found: list[Import] = []

    def visit(node: ast.AST, inside: bool, for_types: bool) -> None:
        for target in _targets(node, names):
            found.append(Import(module.name, target, getattr(node, "lineno", 0), inside, for_types))
        deeper = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        types = for_types or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
        for child in ast.iter_child_nodes(node):
            visit(child, deeper, types)

    visit(module.tree, False, False)
    return found


def _targets(node: ast.AST, names: set[str]) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert not node.level, "relative imports are not used in this product"
        base = node.module or ""
        return sorted({f"{base}.{a.name}" if f"{base}.{a.name}" in names else base for a in node.names})
    return []
