"""Keys of the environment: refused when anybody could guess or look them up."""

from __future__ import annotations

import base64
import hashlib
import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache

from include.governance.errors import ConfigurationError

MINIMUM_BYTES = 32
#: A random key has far more; these are bits by the frequency of its bytes.
MINIMUM_BITS = 88
#: Steps of one up or down, as in an alphabet, or none; eight by chance are one key in a million.
LONGEST_RUN = 7
#: SHA-256 of random-looking keys that were printed: test vectors of AES, hashes of nothing, and
#: what this project's own files have held. Words, sequences and repetitions need no list.
PRINTED = frozenset(
    {
        "48b5cfa0e7fd2354ec22c08d78a0b3e1db37829c8badc8c4365ccc4f1bcb03b4",
        "2ef2503d964e9668092e6878d3c390ca7909bbbffabd781857115e3be4bb3e5a",
        "c12ce25303a023aa1317614428c0ac8ef707c5a370d7c766353c66df5d2cb46f",
        "837e8e636d452b6133d5a5c56de1eb57c08a94bbe632804fa621a49014c5c034",
        "f215faf9d88b7f0a881632ee22459ee452a296c808d261b6cc993d3a1fd0600e",
        "07e23ede2756aa3f5f7cc9759117c4910875e032c27b8556a1e20626224f10ec",
        "cd372fb85148700fa88095e3492d3f9f5beb43e555e5ff26d95f5a6adc36f8e6",
        "4ed993c7c28d18538eb6e42e6727f637e0021108f8901e616511a87671400468",
        "08284a572cc0a281ff23ac016bf5006c16f025b868d401c4dcac7a099dd9f625",
        "1616ef2d98a2da9bd67e6c6aec7cab67af20cc0a8ca5fe5afb5fbf9fc8949b9b",
    }
)
#: What people hash to make a key.
USUAL = (
    *("", "0", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890"),
    *("111111", "000000", "123123", "654321", "abc", "abcd", "admin", "administrator", "airflow"),
    *("asdf", "changeme", "daicho", "daicho_key", "default", "demo", "dragon", "foo", "foobar"),
    *("governance", "hello", "hello world", "iloveyou", "key", "letmein", "master", "monkey"),
    *("mykey", "mypassword", "mysecret", "pass", "passw0rd", "password", "privacy", "prod"),
    *("production", "qwerty", "root", "salt", "secret", "test", "testing", "token", "welcome"),
)
_ALTERNATIVE = b"-_"
#: White space anywhere, or letters of one case with hardly anything between them.
_ONLY_WORDS = re.compile(rb"\s|^[a-z_\W]+$|^[A-Z_\W]+$")
_WORDS = re.compile(
    rb"change|secret|passwor|example|default|daicho|please|replace|insecure|sample|testing|random"
    rb"|governance|airflow|generate|qwerty|asdfgh|production|placeholder|not[-_]for|dummy",
    re.IGNORECASE,
)


def key_from(env: Mapping[str, str], name: str = "DAICHO_KEY") -> bytes:
    """A key as bytes; raises ConfigurationError when it is missing, short or known."""
    key = env.get(name, "").strip().encode("utf-8", "surrogateescape")
    if not key:
        raise ConfigurationError("key_missing", name=name, bytes=MINIMUM_BYTES)
    if len(key) < MINIMUM_BYTES:
        raise ConfigurationError("key_short", name=name, found=len(key), bytes=MINIMUM_BYTES)
    if is_known(key):
        raise ConfigurationError("key_known", name=name)
    return key


def is_known(key: bytes) -> bool:
    """Whether a key is printed somewhere, or made of words, sequences or repetitions."""
    return (
        hashlib.sha256(key.lower()).hexdigest() in PRINTED
        or _is_worded(key)
        or _bits(key) < MINIMUM_BITS
        or any(map(_is_simple, (key, *_decoded(key))))
        or any(raw in _digests() or (_is_text(raw) and _is_worded(raw)) for raw in _decoded(key))
    )


def _decoded(key: bytes) -> Iterator[bytes]:
    """What a key in hexadecimal or base64 stands for: ``000102…`` counts up only there."""
    with suppress(ValueError):
        yield bytes.fromhex(key.decode("ascii"))
    with suppress(ValueError):
        yield base64.b64decode(key + b"=" * (-len(key) % 4), altchars=_ALTERNATIVE, validate=True)


@cache
def _digests() -> frozenset[bytes]:
    """The usual hashes of the usual passwords."""
    hashes = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
    forms = {form for word in USUAL for form in (word, word.title(), word.upper())}
    ends = ("", "1", "12", "123", "!")
    words = {form + end + line for form in forms for end in ends for line in ("", "\n")}
    return frozenset(
        hashlib.new(name, word.encode(), usedforsecurity=False).digest()
        for name in hashes
        for word in words
    )


def _is_text(raw: bytes) -> bool:
    """Bytes that are random are hardly ever text."""
    try:
        return raw.decode("utf-8").replace("\n", "").isprintable()
    except UnicodeDecodeError:
        return False


def _is_worded(text: bytes) -> bool:
    return _WORDS.search(text) is not None or _ONLY_WORDS.search(text) is not None


def _is_simple(text: bytes) -> bool:
    return _repeats(text) or _longest_run(text) > LONGEST_RUN


def _repeats(text: bytes) -> bool:
    """Whether most bytes come again at one and the same distance."""
    return any(
        sum(a == b for a, b in zip(text, text[step:], strict=False)) * 4 > 3 * (len(text) - step)
        for step in range(1, len(text) // 2 + 1)
    )


def _longest_run(text: bytes) -> int:
    """The most neighbours that each differ by one, by minus one or not at all from the last."""
    longest = run = 0
    way: int | None = None
    for before, after in itertools.pairwise(text):
        step = after - before
        run = (run + 1 if step == way else 1) if step in (1, 0, -1) else 0
        way = step
        longest = max(longest, run)
    return longest


def _bits(key: bytes) -> float:
    counts = Counter(key).values()
    return -sum(count * math.log2(count / len(key)) for count in counts)
