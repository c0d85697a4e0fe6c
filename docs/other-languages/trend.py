"""Prints a song and its trend, with the client that openapi-python-client makes of the resolved document."""

import os

from keyapi_tiktok_client import AuthenticatedClient
from keyapi_tiktok_client.api.tik_tok_intelligence import trending_music_detail
from keyapi_tiktok_client.models import ApiError, TrendingMusicDetailPeriod

client = AuthenticatedClient(
    base_url=os.environ.get("KEYAPI_BASE_URL", "https://api.keyapi.ai"),
    token=os.environ["KEYAPI_TOKEN"],
)
found = trending_music_detail.sync(
    client=client, clip_id="6703723351497508865", period=TrendingMusicDetailPeriod.DAYS_7
)
if found is None or isinstance(found, ApiError):
    raise SystemExit(f"no song: {found}")
sound = found.data.sound
print(f"{sound.title}: {' '.join(f'{point.value:.2f}' for point in sound.trend)}")
