"""From evidence to findings: what is wrong with a project, in sentences. Pure: no dbt, no processes.

`judge.py` is the door; each of the other modules knows one topic, and `findings.py` what findings are made of.
"""

from scenarios.proof.judging.judge import judge_build, judge_proof

__all__ = ["judge_build", "judge_proof"]
