"""What is stored about demos."""

from scenarios.models.demo import Demo
from scenarios.models.proof import Proof, ProofStatus
from scenarios.models.revision import BUSY, Origin, PlanRevision, ProjectFile, RevisionStatus

__all__ = ["BUSY", "Demo", "Origin", "PlanRevision", "ProjectFile", "Proof", "ProofStatus", "RevisionStatus"]
