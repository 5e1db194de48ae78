"""What a judge says is turned into evidence, intent and assessments here."""

import os

# The matrices are small: threads that share one would only wait for each other. Read once, when numpy is imported;
# whoever sets it otherwise has a reason.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # noqa: TID251 - set for the library, not read
