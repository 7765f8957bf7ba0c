from tests.actors.epp.conftest import slow_system, system
from tests.runtime.fixtures import quiet_logs

__all__ = ["quiet_logs", "slow_system", "system"]
