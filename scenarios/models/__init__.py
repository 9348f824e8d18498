"""What is stored about demos."""

from scenarios.models.call import ModelCall
from scenarios.models.demo import Demo, Outcome, Visibility, approved
from scenarios.models.guidance import LONGEST_GUIDANCE, Guidance
from scenarios.models.model_choice import ModelChoice
from scenarios.models.night import Night, NightStatus
from scenarios.models.proof import Proof, ProofStatus
from scenarios.models.provenance import Provenance
from scenarios.models.review import LONGEST_REMARK, Comment, Policy, Review, ReviewStatus, TemplateCheck
from scenarios.models.revision import BUSY, Origin, PlanRevision, ProjectFile, RevisionStatus
from scenarios.models.sharing import Favourite, LibraryWord

__all__ = [
    "BUSY",
    "LONGEST_GUIDANCE",
    "LONGEST_REMARK",
    "Comment",
    "Demo",
    "Favourite",
    "Guidance",
    "LibraryWord",
    "ModelCall",
    "ModelChoice",
    "Night",
    "NightStatus",
    "Origin",
    "Outcome",
    "PlanRevision",
    "Policy",
    "ProjectFile",
    "Proof",
    "ProofStatus",
    "Provenance",
    "Review",
    "ReviewStatus",
    "RevisionStatus",
    "TemplateCheck",
    "Visibility",
    "approved",
]
