//! Mock server for KeyAPI's TikTok API that answers from the OpenAPI document.
