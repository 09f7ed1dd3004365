"""The moves of a job.

ready -> leased -> done
  ^        |-> ready      (a failure that may pass, a stopping worker, a lease that ran out)
  |        |-> failed     (refused: a repeat won't mend it)
  |        |-> dead       (attempts used up)
  |        `-> cancelled
  `- failed, dead, cancelled   (repeated by hand)
"""

from cefn.kernel.states import StateMap
from cefn.platform.models import JobState

STATES = StateMap(
    JobState,
    {
        JobState.READY: [JobState.LEASED, JobState.CANCELLED],
        JobState.LEASED: [JobState.READY, JobState.DONE, JobState.FAILED, JobState.DEAD, JobState.CANCELLED],
        JobState.FAILED: [JobState.READY],
        JobState.DEAD: [JobState.READY],
        JobState.CANCELLED: [JobState.READY],
        JobState.DONE: [],
    },
    start=[JobState.READY],
)
