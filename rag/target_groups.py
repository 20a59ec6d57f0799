"""Keeps to the target group that a question names: what another group is offered is no answer, though it sounds like one."""

from collections.abc import Callable, Sequence

from index.snapshot import Snapshot
from rag.evidence import Evidence


class SameGroup:
    """Tells, by the words of `doelgroepen.csv`, which evidence of one snapshot is about another group than a question."""

    def __init__(self, snapshot: Snapshot, groups_in: Callable[[str], frozenset[str]]) -> None:
        self._snapshot, self._groups_in = snapshot, groups_in

    def keep(self, question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
        """The evidence, in its order, without what names other groups and nowhere the one that the question names.

        All of it for a question that names none, and where the best piece does not tell of the group that it names: "nieuwkomers" may be
        meant otherwise.
        """
        asked = self._groups_in(question)
        if not asked or not evidence or not asked & self._told(evidence[0]):
            return list(evidence)
        return [one for one in evidence if not self._groups_in(one.core.text) or asked & self._told(one)]

    def _told(self, evidence: Evidence) -> frozenset[str]:
        """The groups that this evidence is about: by its words, its headings, the titles of its stories or its other words."""
        titles = (self._snapshot.stories[story].title for story in evidence.core.stories)
        return self._groups_in("\n".join((evidence.text, *evidence.passage.section, *titles, *evidence.core.asked)))
