"""LineNet: a reader of printed lines, small enough for one slow core.

Its trunk is TrueOCR's line model (Apache-2.0): a linear stem over patches 4 pixels wide, a glance at the lines above
and below, ten one-dimensional blocks, CTC. What is ours is ``Fine``: two-dimensional convolutions over the line at
twice that resolution, where tone marks still have a shape, added to the stem. It starts from zero, so training begins
exactly where TrueOCR stands. Torch is needed here and nowhere in the product, which runs the exported ONNX file.
"""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

CHANNELS = 128
HEIGHT_PX = 192
STEP_PX = 8
# Letters that certificates print and TrueOCR's model lacks.
MORE_LETTERS = '²³=?![]"–|°…×'
# Ink comes as whole numbers; the first convolutions of an export bring it to 0-1.
_WHITE = 255.0
# A new letter starts as unlikely as the rarest of the old ones.
_UNLIKELY = -14.0


class Context(nn.Module):
    """What stands above and below the line, weighed by rows in four groups of channels."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = nn.Conv2d(1, 32, 4, 4)
        self.dw = nn.Conv2d(32, 32, 3, 1, 1, groups=32, bias=False)
        self.pw = nn.Conv2d(32, 64, 1)
        self.score = nn.Conv2d(64, 4, 1)
        self.row_prior = nn.Parameter(torch.zeros(1, 4, 24, 1))
        self.proj = nn.Conv1d(64, CHANNELS, 1)

    def forward(self, ink: Tensor) -> Tensor:
        seen = functional.hardswish(self.pw(self.dw(functional.hardswish(self.patch(ink)))))
        weights = (self.score(seen) + self.row_prior).softmax(2)
        batch, _, rows, steps = seen.shape
        grouped = (seen.view(batch, 4, 16, rows, steps) * weights.unsqueeze(2)).sum(3)
        return self.proj(grouped.reshape(batch, 64, steps))


class Squeeze(nn.Module):
    """Channels weighed by their mean over the line's own steps."""

    def __init__(self, channels: int = 256, inner: int = 64) -> None:
        super().__init__()
        self.fc1 = nn.Conv1d(channels, inner, 1)
        self.fc2 = nn.Conv1d(inner, channels, 1)

    def forward(self, values: Tensor, mask: Tensor, count: Tensor) -> Tensor:
        mean = (values * mask).sum(2, keepdim=True) / count
        return values * torch.sigmoid(self.fc2(functional.relu(self.fc1(mean))))


class Block(nn.Module):
    """Nine steps of neighbourhood, widened, weighed, and added back."""

    def __init__(self) -> None:
        super().__init__()
        self.dw = nn.Conv1d(CHANNELS, CHANNELS, 9, 1, 4, groups=CHANNELS)
        self.expand = nn.Conv1d(CHANNELS, 256, 1)
        self.se = Squeeze()
        self.project = nn.Conv1d(256, CHANNELS, 1)

    def forward(self, values: Tensor, mask: Tensor, count: Tensor) -> Tensor:
        wide = functional.hardswish(self.expand(self.dw(values)))
        return (values + self.project(self.se(wide, mask, count))) * mask


def _separable(given: int, made: int, stride: int | tuple[int, int]) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(given, given, 3, stride, 1, groups=given, bias=False),
        nn.Conv2d(given, made, 1, bias=False),
        nn.BatchNorm2d(made),
        nn.Hardswish(),
    )


class Residual(nn.Module):
    """One separable convolution added to what came in."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.dw = nn.Conv2d(channels, channels, 3, 1, 1, groups=channels, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.pw = nn.Conv2d(channels, channels, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, values: Tensor) -> Tensor:
        inner = functional.hardswish(self.bn1(self.dw(values)))
        return functional.hardswish(values + self.bn2(self.pw(inner)))


class Fine(nn.Module):
    """The line's middle 96 rows at double resolution, brought down to one column of channels per step."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.Hardswish(),
            _separable(16, 40, 2), Residual(40),
            _separable(40, 80, 2), Residual(80), Residual(80),
            _separable(80, 112, (2, 1)), Residual(112),
            _separable(112, CHANNELS, (2, 1)),
        )  # fmt: skip
        self.proj = nn.Conv1d(3 * CHANNELS, CHANNELS, 1)
        nn.init.zeros_(self.proj.weight)
        nn.init.zeros_(self.proj.bias)

    def forward(self, ink: Tensor) -> Tensor:
        seen = self.body(ink)
        batch, channels, rows, steps = seen.shape
        return self.proj(seen.reshape(batch, channels * rows, steps))


class LineNet(nn.Module):
    """From ink maps ``[batch, 1, 192, width]`` (0-1) and used widths to logits ``[batch, width / 8, classes]``."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, CHANNELS, (32, 4), (32, 4))
        self.context = Context()
        self.fine = Fine()
        self.stem_bn = nn.BatchNorm1d(CHANNELS)
        self.blocks = nn.ModuleList([Block() for _ in range(10)])
        self.head = nn.Conv1d(CHANNELS, classes, 1)

    def forward(self, ink: Tensor, widths: Tensor) -> tuple[Tensor, Tensor]:
        coarse = functional.avg_pool2d(ink, 2)
        values = self.stem(coarse[:, :, 32:64]).squeeze(2) + self.context(coarse) + self.fine(ink[:, :, 48:144])
        steps = values.shape[2]
        lengths = ((widths + STEP_PX - 1) // STEP_PX).clamp(max=steps)
        used = torch.arange(steps, device=ink.device)[None] < lengths[:, None]
        mask = used.unsqueeze(1).to(values.dtype)
        count = mask.sum(2, keepdim=True).clamp(min=1)
        values = functional.hardswish(self.stem_bn(values)) * mask
        for block in self.blocks:
            values = block(values, mask, count)
        return self.head(values).transpose(1, 2), lengths


def from_trueocr(models: Path) -> tuple[LineNet, str]:
    """A network that reads just as TrueOCR does, and its letters: where training starts.

    ``models`` is the folder of TrueOCR's ONNX files.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(models / "rec.onnx")).graph
    given = {item.name: torch.tensor(numpy_helper.to_array(item)) for item in graph.initializer}
    letters = "".join(json.loads((models / "meta.json").read_text(encoding="utf-8"))["charset"])
    network = LineNet(1 + len(letters) + len(MORE_LETTERS))
    state = network.state_dict()
    for name, values in given.items():
        if name.startswith("rec.") and not name.startswith("rec.head"):
            state[name.removeprefix("rec.")] = values
    # Convolutions whose normalisation was folded into them lost their names in the export, not their order.
    folded = {"context.patch": 504, "context.pw": 507, **{f"blocks.{i}.dw": 510 + 3 * i for i in range(10)}}
    for name, number in folded.items():
        state[f"{name}.weight"] = given[f"onnx::Conv_{number}"]
        state[f"{name}.bias"] = given[f"onnx::Conv_{number + 1}"]
    known = 1 + len(letters)
    state["head.weight"][:known] = given["rec.head.weight"]
    state["head.bias"][:known] = given["rec.head.bias"]
    state["head.weight"][known:] *= 0.1
    state["head.bias"][known:] = _UNLIKELY
    network.load_state_dict(state)
    return network, letters + MORE_LETTERS


def load(path: Path) -> tuple[LineNet, str]:
    """A trained network and its letters."""
    kept = torch.load(path, weights_only=True)
    letters = "".join(kept["chars"])
    network = LineNet(1 + len(letters))
    network.load_state_dict(kept["net"])
    return network.eval(), letters


def from_export(path: Path) -> tuple[LineNet, str]:
    """The network of an exported ``linenet.onnx``, to train on from what the product ships.

    Normalisation was folded into the convolutions of ``Fine``, so there it stays as it is: keep ``Fine`` in evaluation.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    letters = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["letters"]
    given = {item.name: torch.tensor(numpy_helper.to_array(item)) for item in graph.initializer}
    network = LineNet(1 + len(letters))
    state = network.state_dict()
    for name, values in given.items():
        if name.startswith("network."):
            own = name.removeprefix("network.")
            state[own] = values.reshape(state[own].shape)
    network.load_state_dict(state)
    convolutions = [module for module in network.fine.body.modules() if isinstance(module, nn.Conv2d)]
    nodes = [node for node in graph.node if node.op_type == "Conv" and "/fine/body/" in node.output[0]]
    with torch.no_grad():
        for convolution, node in zip(convolutions, nodes, strict=True):
            convolution.weight.copy_(given[node.input[1]])
            if len(node.input) > 2:
                follows = _normalisation_of(network.fine, convolution)
                follows.weight.fill_(math.sqrt(1 + follows.eps))
                follows.bias.copy_(given[node.input[2]])
        for first in (network.stem, network.context.patch, network.fine.body[0]):
            first.weight.mul_(_WHITE)
    return network.eval(), letters


def _normalisation_of(fine: Fine, convolution: nn.Conv2d) -> nn.BatchNorm2d:
    """The normalisation that stands behind a convolution of ``Fine``."""
    for module in fine.body.modules():
        if isinstance(module, Residual) and convolution in (module.dw, module.pw):
            return module.bn1 if convolution is module.dw else module.bn2
        if isinstance(module, nn.Sequential) and convolution in list(module.children()):
            inside = list(module.children())
            follows = inside[inside.index(convolution) + 1]
            if isinstance(follows, nn.BatchNorm2d):
                return follows
    raise LookupError("no normalisation behind this convolution")


def _flat(convolution: nn.Conv1d) -> nn.Conv2d:
    """The same convolution over pictures one pixel high: ONNX Runtime computes those in wide blocks of channels."""
    made = nn.Conv2d(
        convolution.in_channels,
        convolution.out_channels,
        (1, *convolution.kernel_size),
        padding=(0, int(convolution.padding[0])),
        groups=convolution.groups,
    )
    made.load_state_dict(
        {name: own.reshape(made.state_dict()[name].shape) for name, own in convolution.state_dict().items()}
    )
    return made


class OneLine(nn.Module):
    """The network as the product runs it: one line at a time, so that nothing is padded and nothing need be masked.

    From grey ink (0-255, uint8) ``[1, 1, 192, width]`` to log probabilities ``[1, width / 8, classes]``.
    """

    def __init__(self, network: LineNet) -> None:
        super().__init__()
        self.network = copy.deepcopy(network).eval()
        with torch.no_grad():
            for first in (self.network.stem, self.network.context.patch, self.network.fine.body[0]):
                first.weight.div_(_WHITE)
        mean = nn.BatchNorm2d(CHANNELS)
        mean.load_state_dict(network.stem_bn.state_dict())
        for holder, name in (
            *((block, name) for block in self.network.blocks for name in ("dw", "expand", "project")),
            *((block.se, name) for block in self.network.blocks for name in ("fc1", "fc2")),
            (self.network, "head"),
        ):
            setattr(holder, name, _flat(getattr(holder, name)))
        self.network.stem_bn = mean.eval()

    def forward(self, ink: Tensor) -> Tensor:
        network = self.network
        grey = ink.float()
        coarse = functional.avg_pool2d(grey, 2)
        seen = (network.context(coarse) + network.fine(grey[:, :, 48:144])).unsqueeze(2)
        values = functional.hardswish(network.stem_bn(network.stem(coarse[:, :, 32:64]) + seen))
        for block in network.blocks:
            wide = functional.hardswish(block.expand(block.dw(values)))
            inner = functional.relu(block.se.fc1(functional.adaptive_avg_pool2d(wide, 1)))
            values = values + block.project(wide * torch.sigmoid(block.se.fc2(inner)))
        return network.head(values).squeeze(2).transpose(1, 2).log_softmax(2)


def export(network: LineNet, letters: str, path: Path) -> None:
    """Write an ONNX file and its letters beside it (.json): one line's grey ink (uint8) in, log probabilities out."""
    torch.onnx.export(
        OneLine(network).eval(),
        (torch.zeros(1, 1, HEIGHT_PX, 320, dtype=torch.uint8),),
        str(path),
        input_names=["ink"],
        output_names=["log_probabilities"],
        dynamic_axes={"ink": {3: "width"}, "log_probabilities": {1: "step"}},
        opset_version=17,
        dynamo=False,
    )
    told = json.dumps({"letters": letters}, ensure_ascii=False) + "\n"
    path.with_suffix(".json").write_text(told, encoding="utf-8")
