"""A product and a site for each module: its tests tell their stories in zones of their own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.scenarios.scene import Scene


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """The running product with the module's `scenery()` (arguments of `Scene.open`) around it."""
    made = await Scene.open(tmp_path_factory.mktemp("scene"), **request.module.scenery())
    yield made
    await made.close()
