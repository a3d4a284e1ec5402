"""Keep roots that share a row in one chunk: the other would miss what went with the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from include.governance.erasure.graph import Place
from include.governance.erasure.keys import Key
from include.governance.erasure.sums import can_sum, sharing
from include.governance.erasure.walk import Scene, Walk

Root = tuple[Key, Mapping[str, object]]
_BATCH = 2_000


def together(scene: Scene, roots: Mapping[Key, Mapping[str, object]]) -> list[list[Root]]:
    """The roots in groups of those that share a row."""
    above: dict[Key, Key] = {key: key for key in roots}

    def first(key: Key) -> Key:
        while above[key] != key:
            above[key] = above[above[key]]
            key = above[key]
        return key

    items = list(roots.items())
    pairs = sharing(scene, list(roots)) if can_sum(scene) else _met(scene, items)
    for one, other in pairs:
        if other in roots:
            above[first(other)] = first(one)
    groups: dict[Key, list[Root]] = {}
    for key, values in items:
        groups.setdefault(first(key), []).append((key, values))
    return list(groups.values())


def _met(scene: Scene, items: Sequence[Root]) -> Iterator[tuple[Key, Key]]:
    """A root and the one that reached one of its rows before."""
    root = scene.closure.graph.root
    owner: dict[tuple[Place, Key], Key] = {(root, key): key for key, _ in items}
    for at in range(0, len(items), _BATCH):
        batch = items[at : at + _BATCH]
        walk = Walk(scene, counts=False)
        walk.start(batch)
        for key, _ in batch:
            for node in _reached(walk, root, key):
                yield key, owner.setdefault(node, key)


def _reached(walk: Walk, root: Place, key: Key) -> set[tuple[Place, Key]]:
    """Every row that is known one by one below a root; a shared one always is."""
    seen, waiting = {(root, key)}, [(root, key)]
    while waiting:
        place, at = waiting.pop()
        for _, child, child_key in walk.rows[place][at].below:
            node = (child, child_key)
            if node not in seen:
                seen.add(node)
                if child_key in walk.rows[child]:
                    waiting.append(node)
    return seen


def packed(groups: Iterable[list[Root]], size: int) -> Iterator[list[list[Root]]]:
    """Groups put together to about ``size`` roots; none is parted."""
    batch: list[list[Root]] = []
    roots = 0
    for group in groups:
        if batch and roots + len(group) > size:
            yield batch
            batch, roots = [], 0
        batch.append(group)
        roots += len(group)
    if batch:
        yield batch
