"""The states of the random generators that a run draws from: the processor's, and those of its tensors' devices."""

import torch


class Generators:
    def __init__(self, tensors):
        # Other devices than CUDA's are left alone: PyTorch has no one way to ask them.
        self._devices = sorted({tensor.device.index for tensor in tensors if tensor.device.type == "cuda"})
        self._current = None

    @property
    def state(self):
        """Where all stand. As long as nothing is drawn it is one object, so that who keeps it for every step keeps one."""
        state = [torch.get_rng_state()] + [torch.cuda.get_rng_state(device) for device in self._devices]
        if self._current is None or not all(map(torch.equal, state, self._current)):
            self._current = state
        return self._current

    def set(self, state):
        """Puts all where they stood."""
        if state is self.state:
            return
        torch.set_rng_state(state[0])
        for device, one in zip(self._devices, state[1:]):
            torch.cuda.set_rng_state(one, device)
        self._current = state
