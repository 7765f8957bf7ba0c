"""Who restarts whom: the engine (OTP's supervisors), and one tree per room."""

from supervisors.application import Application, Permanence
from supervisors.controller import ApplicationController
from supervisors.dynamic import DynamicSupervisor
from supervisors.partition import PartitionSupervisor
from supervisors.pipeline import Batching, Pipeline, Processors, Producers, pipeline_child
from supervisors.strategy import Strategy
from supervisors.supervisor import ChildStartFailed, Supervisor
from supervisors.tasks import TaskSupervisor

__all__ = [
    "Application",
    "ApplicationController",
    "Batching",
    "ChildStartFailed",
    "DynamicSupervisor",
    "PartitionSupervisor",
    "Permanence",
    "Pipeline",
    "Processors",
    "Producers",
    "Strategy",
    "Supervisor",
    "TaskSupervisor",
    "pipeline_child",
]
