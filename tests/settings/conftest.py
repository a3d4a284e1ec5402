"""Property tests without a time limit: a busy machine is no failure."""

from hypothesis import settings

settings.register_profile("daicho", deadline=None)
settings.load_profile("daicho")
