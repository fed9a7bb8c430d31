from collections.abc import Callable

class Signal:
    def connect(self, receiver: Callable[..., object], *, weak: bool = True) -> object: ...

worker_process_init: Signal
beat_embedded_init: Signal
setup_logging: Signal
worker_ready: Signal
worker_shutting_down: Signal
