from collections.abc import Callable

from thespian.actors import Actor

def actualActorClass(
    actorClass: type[Actor] | str,
    sourceHashLoader: Callable[[str, str], type[Actor]] | None = None,
) -> type[Actor]: ...

class withPossibleInitArgs:
    def __init__(self, **kw: object) -> None: ...
    def create(self, klass: type[Actor]) -> Actor: ...
