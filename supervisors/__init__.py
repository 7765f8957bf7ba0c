"""Who restarts whom: the engine (OTP's supervisors), and one tree per room."""

from supervisors.dynamic import DynamicSupervisor
from supervisors.supervisor import ChildStartFailed, Strategy, Supervisor

__all__ = ["ChildStartFailed", "DynamicSupervisor", "Strategy", "Supervisor"]
