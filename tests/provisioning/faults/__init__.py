"""The fault matrix: every call of a full build, and every step, and whatever can go wrong there.

`python -m tests.provisioning.faults` (that is `make faults`) runs all of it; `test_sample.py` a fixed sample.
"""
