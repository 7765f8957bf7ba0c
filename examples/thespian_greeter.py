"""A Thespian actor, written as for any of Thespian's own bases, on our runtime.

python examples/thespian_greeter.py
"""

from thespian.actors import ActorAddress, ActorExitRequest, ActorSystem, ActorTypeDispatcher

from actors.thespian import install


class Greeter(ActorTypeDispatcher):
    """Says hello, and counts whom it has greeted."""

    def __init__(self) -> None:
        self._greeted = 0

    def receiveMsg_str(self, name: str, sender: ActorAddress) -> None:
        """Greet somebody."""
        self._greeted += 1
        self.send(sender, f"Hello, {name}. You are number {self._greeted}.")


def main() -> None:
    """Greet two people."""
    install()
    system = ActorSystem("asyncioSystemBase")
    try:
        greeter = system.createActor(Greeter)
        print(system.ask(greeter, "Agner", timeout=5))
        print(system.ask(greeter, "Tore", timeout=5))
        system.tell(greeter, ActorExitRequest())
    finally:
        system.shutdown()


if __name__ == "__main__":
    main()
