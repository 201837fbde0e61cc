"""The trained network as the two files that the run time reads."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..tagging.features import IDS, Keys
from .network import Tagger

NAMES = ("attribution.onnx", "attribution.npz")
# Larger tables are stored as bytes with one scale a column, smaller ones as they are.
BYTES_FROM = 1_000


def write(net: Tagger, keys: Keys, pipeline: str, folder: Path) -> None:
    """Write `attribution.onnx` and `attribution.npz` into the folder."""
    net.eval()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAMES[0]).write_bytes(graph(net))
    with (folder / NAMES[1]).open("wb") as stream:
        np.savez_compressed(stream, **tables(net, keys, pipeline))  # type: ignore[arg-type]


def graph(net: Tagger) -> bytes:
    """The dense part of the network as an ONNX model with free batch size and length."""
    depth = net.enter[0].in_features
    example = (
        torch.zeros(2, 5, depth),
        torch.zeros(2, 5, 3, dtype=torch.long),
        torch.tensor([5, 4], dtype=torch.int32),
    )
    stream = io.BytesIO()
    torch.onnx.export(
        net,
        example,
        stream,
        input_names=["tokens", "links", "lengths"],
        output_names=["scores", "vectors"],
        dynamic_axes={
            "tokens": {0: "rows", 1: "longest"},
            "links": {0: "rows", 1: "longest"},
            "lengths": {0: "rows"},
        },
        opset_version=17,
        dynamo=False,
    )
    return stream.getvalue()


def tables(net: Tagger, keys: Keys, pipeline: str) -> dict[str, NDArray[Any]]:
    """Everything that is looked up instead of multiplied."""
    found: dict[str, NDArray[Any]] = {"pipeline": np.array(pipeline)}
    for name in Keys.__dataclass_fields__:
        found[f"keys_{name}"] = getattr(keys, name)
    for name in IDS:
        weight = net.words if name == "lower" else net.embeddings[name].weight
        found |= _packed(name, weight.detach().numpy())
    for name in ("between", "first", "last"):
        found[name] = getattr(net, name).detach().numpy()
    for name in ("content_relations", "source_relations"):
        found[name] = getattr(net, name).weight.detach().numpy()[:, 0]
    found["link_width"] = np.array(net.width)
    return found


def _packed(name: str, table: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    if len(table) < BYTES_FROM:
        return {f"embed_{name}": table}
    scale = np.abs(table).max(0) / 127
    return {f"embed_{name}": np.round(table / scale).astype(np.int8), f"scale_{name}": scale}
