// Prints a song and its trend, with types that openapi-typescript makes of the resolved document.
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

const client = createClient<paths>({
  baseUrl: process.env.KEYAPI_BASE_URL ?? "https://api.keyapi.ai",
  headers: { Authorization: `Bearer ${process.env.KEYAPI_TOKEN}` },
});
const { data, error } = await client.GET("/v1/tiktok/trending/music/detail", {
  params: { query: { clip_id: "6703723351497508865", period: "7" } },
});
if (error) {
  throw new Error(`code ${error.code}: ${error.message}`);
}
const sound = data.data?.sound;
console.log(`${sound?.title}: ${sound?.trend?.map((point) => point.value?.toFixed(2)).join(" ")}`);
