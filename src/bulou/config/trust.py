"""The page in clear on which phones learn to trust the local root, as an ASGI application. Knows nothing else."""

from bulou.config.environment import read
from bulou.field import trust

app = trust.plain(
    trust.Local(
        read("BULOU_PUBLIC_URL").rstrip("/"),
        read("BULOU_TRUST_FINGERPRINT"),
        read("BULOU_TRUST_ROOT"),
        read("BULOU_LANGUAGE"),
    )
)
