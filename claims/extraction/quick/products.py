"""Matrix products by numpy's library, which takes half the time of the one that spaCy brings."""

from typing import Any

import numpy as np
from spacy.language import Language
from thinc.api import Model, NumpyOps


class Ops(NumpyOps):
    """thinc's operations, but for the products."""

    def gemm(
        self, x: Any, y: Any, out: Any = None, trans1: bool = False, trans2: bool = False
    ) -> Any:
        return np.dot(x.T if trans1 else x, y.T if trans2 else y, out=out)

    def affine(self, X: Any, W: Any, b: Any) -> Any:  # noqa: N803
        product = np.dot(X, W.T)
        product += b
        return product


def multiply_with_numpy(nlp: Language) -> None:
    ops = Ops()
    for _name, component in nlp.pipeline:
        if isinstance(model := getattr(component, "model", None), Model):
            for layer in model.walk():
                # An operation that runs elsewhere, as on a graphics card, stays there.
                if type(layer.ops) is NumpyOps:
                    layer.ops = ops
