"""The device that gradients are computed on."""

import torch

from gamemeta.errors import ConfigError

CPU, CUDA = "cpu", "cuda"
DEVICES = (CPU, CUDA)


def device_of(name: str) -> torch.device | None:
    """The device of gradients, for `run.device`; None is the processor, by compiled kernels.

    Raises:
        ConfigError: there is no such device here.
    """
    if name == CPU:
        return None
    if torch.version.cuda is None:
        raise ConfigError(
            f"run.device = {name!r}: PyTorch {torch.__version__} is a build without CUDA. Give 'cpu', or "
            "`pip uninstall torch` and install one with CUDA: pytorch.org/get-started has the command."
        )
    if not torch.cuda.is_available():
        raise ConfigError(
            f"run.device = {name!r}: PyTorch {torch.__version__} finds no NVIDIA GPU. Give 'cpu', or see "
            f"whether `nvidia-smi` shows one, with a driver that is new enough for CUDA {torch.version.cuda}."
        )
    return torch.device(name)
