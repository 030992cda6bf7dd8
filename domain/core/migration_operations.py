"""Many tables in one migration operation, with their constraints.

Tortoise 1.1 leaves out `Meta.constraints` of a table it creates, so they are added here. It also rebuilds its picture of
every related model twice for each operation, so that creating eighty tables one by one takes ten seconds; created
together they take one, by the same SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from tortoise.migrations.operations import CreateModel, Operation, TortoiseOperation
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.models import Model


class CreateModels(TortoiseOperation):
    """Creates several models, in the order given (a table before those that refer to it)."""

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = list(models)

    def describe(self) -> str:
        return f"Create {len(self.models)} models"

    def state_forward(self, app_label: str, state: State) -> None:
        made = {
            (app_label, each.name): ModelState.make_from_model(app_label, each.model) for each in self.models
        }
        state.models.update(made)
        state.reload_models(set(made))

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        for each in self.models:
            await each.database_forward(app_label, old_state, new_state, state_editor)
        for each in self.models if state_editor else ():
            model = new_state.apps.get_model(f"{app_label}.{each.name}")
            await add_constraints(model, cast(BaseSchemaEditor, state_editor))

    async def database_backward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        for each in reversed(self.models):
            await each.database_backward(app_label, old_state, new_state, state_editor)


async def add_constraints(model: type[Model], editor: BaseSchemaEditor) -> None:
    """Adds what `Meta.constraints` of a freshly created table says."""
    for constraint in model._meta.constraints or ():
        await editor.add_constraint(model, constraint)


def together(operations: Sequence[Operation]) -> list[Operation]:
    """The same operations, with each run of created models made one."""
    merged: list[Operation] = []
    run: list[CreateModel] = []
    for operation in operations:
        if isinstance(operation, CreateModel):
            run.append(operation)
            continue
        merged += [CreateModels(run)] if run else []
        run = []
        merged.append(operation)
    return merged + ([CreateModels(run)] if run else [])
