"""Find web addresses; alone they are no personal data."""

from __future__ import annotations

import re

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser


class WebAddressRecogniser(PatternRecogniser):
    """Address of a web page.

    Format: http, https or www. and what a link can hold. No check digit; personal data inside the
    link is found as what it is. Reference: https://www.rfc-editor.org/rfc/rfc3986
    """

    entity = Entity.URL
    base = 0.5
    pattern = re.compile(
        r"(?<![A-Za-z0-9])(?:https?://|www\.)[A-Za-z0-9][A-Za-z0-9._~:/?#@!$&'*+,;=%\-]{2,}"
    )
