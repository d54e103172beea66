#!/usr/bin/env bash
# Makes everything that is released, in artifacts/release: the packages, the tool for each platform, and self-contained zips (whose folders
# stay in artifacts/zip).
# Usage: build/pack.sh [PLATFORM...]   (default: linux-x64 win-x64 osx-arm64)
set -euo pipefail
cd "$(dirname "$0")/.."
platforms=("${@:-linux-x64}")
[ $# -gt 0 ] || platforms=(linux-x64 win-x64 osx-arm64)
out=artifacts/release
rm -rf "$out" artifacts/zip
mkdir -p "$out"

for project in src/*/; do
    [ "$project" = src/ConceptExpress.Cli/ ] || dotnet pack -c Release -v quiet "$project" -o "$out"
done
joined=$(IFS=';'; echo "${platforms[*]}")
dotnet pack -c Release -v quiet src/ConceptExpress.Cli -o "$out" "-p:ToolPackageRuntimeIdentifiers=\"$joined\""

version=$(basename "$out"/ConceptExpress.Tool.[0-9]*.nupkg .nupkg)
version=${version#ConceptExpress.Tool.}
for platform in "${platforms[@]}"; do
    name=conceptexpress-$version-$platform
    dotnet publish -c Release -v quiet src/ConceptExpress.Cli -r "$platform" --self-contained -o "artifacts/zip/$name/$name"
    cp LICENSE NOTICE README.md "artifacts/zip/$name/$name"
    dotnet msbuild build/Zip.proj -nologo -v:quiet "-p:Folder=$PWD/artifacts/zip/$name" "-p:Zip=$PWD/$out/$name.zip"
done
ls -l "$out"
