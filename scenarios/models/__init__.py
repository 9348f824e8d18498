"""What is stored about demos."""

from scenarios.models.call import ModelCall
from scenarios.models.demo import Demo
from scenarios.models.guidance import LONGEST_GUIDANCE, Guidance
from scenarios.models.model_choice import ModelChoice
from scenarios.models.proof import Proof, ProofStatus
from scenarios.models.revision import BUSY, Origin, PlanRevision, ProjectFile, RevisionStatus

__all__ = [
    "BUSY",
    "LONGEST_GUIDANCE",
    "Demo",
    "Guidance",
    "ModelCall",
    "ModelChoice",
    "Origin",
    "PlanRevision",
    "ProjectFile",
    "Proof",
    "ProofStatus",
    "RevisionStatus",
]
