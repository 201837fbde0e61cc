import pytest

from claims.extraction import Extractor


@pytest.fixture(scope="package")
def extractor():
    return Extractor()


@pytest.fixture
def extract(extractor):
    return extractor.extract
