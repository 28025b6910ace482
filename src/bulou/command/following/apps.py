"""The Django application of this room."""

from django.apps import AppConfig


class FollowingConfig(AppConfig):
    """Offers itself to the pages of zones."""

    name = "bulou.command.following"
    label = "following"

    def ready(self) -> None:
        """Register what follows."""
        from bulou.command.following.follower import Works
        from bulou.zones import follows

        follows.register(Works())
