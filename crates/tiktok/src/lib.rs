//! Typed client for KeyAPI's TikTok API.
