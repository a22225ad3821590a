"""What pydantic found wrong with a table, said by key and in our words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ValidationError

from codexreport.keys import in_words, nearest

KeyPath = tuple[str | int, ...]


def explained(
    error: ValidationError, model: type[BaseModel], prefix: KeyPath = ()
) -> Iterator[tuple[KeyPath, str]]:
    """Each mistake: the path of its key, and what is wrong there as a sentence's predicate.

    Args:
        error: What validating a table raised.
        model: What it was validated against.
        prefix: Where the table stands in its file.
    """
    for detail in error.errors(include_url=False):
        path = (*prefix, *(part for part in detail["loc"] if part != "[key]"))
        if detail["type"] == "extra_forbidden":
            hint = did_you_mean(str(path[-1]), _keys_at(model, detail["loc"][:-1]))
            yield path, f"is not a key here{hint}"
        else:
            yield path, in_words(detail)


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """A hint at the nearest of the known names, or at all of them."""
    everything = f"; known: {', '.join(sorted(known))}" if known else ""
    return nearest(name, known) or everything


def dotted(path: KeyPath) -> str:
    """A key's path as people write it: `criteria[2].weight`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def _keys_at(model: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys a model knows at `path`, as far as its annotations tell."""
    for part in path:
        field = model.model_fields.get(str(part))
        if field is None:
            continue
        inner = [field.annotation, *getattr(field.annotation, "__args__", ())]
        models = [one for one in inner if isinstance(one, type) and issubclass(one, BaseModel)]
        if not models:
            return []
        model = models[0]
    return [field.alias or name for name, field in model.model_fields.items()]
