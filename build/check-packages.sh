#!/usr/bin/env bash
# Uses what build/pack.sh made as a stranger would: outside the repository, from a local feed. Last line: "N passed, N failed".
# Packages of others are taken from the cache of packages that the build has filled; ours are unpacked anew.
set -uo pipefail
cd "$(dirname "$0")/.."
repository=$PWD feed=$PWD/artifacts/release
cache=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export NUGET_PACKAGES=$work/packages DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
passed=0 failed=0

check() { # name, command...
    local name=$1 begin=$SECONDS
    shift
    if "$@" >"$work/log" 2>&1; then
        echo "ok      $name ($((SECONDS - begin)) s)"
        passed=$((passed + 1))
    else
        echo "FAILED  $name"
        sed 's/^/        /' "$work/log"
        failed=$((failed + 1))
    fi
}

cat >"$work/nuget.config" <<XML
<configuration>
  <packageSources><clear /><add key="local" value="$feed" /></packageSources>
  <fallbackPackageFolders><clear /><add key="built" value="$cache" /></fallbackPackageFolders>
</configuration>
XML
# No Directory.Build.props of the repository reaches a folder of /tmp; the project is all there is.
mkdir "$work/app"
cat >"$work/app/app.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <NuGetAudit>false</NuGetAudit> <!-- the local feed knows no advisories -->
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="ConceptExpress" Version="*-*" />
    <PackageReference Include="libtorch-cpu-linux-x64" Version="2.10.0" Condition="'$(WithoutLibTorch)' == ''" />
  </ItemGroup>
</Project>
XML
cp samples/csharp/FirstSteps/Program.cs "$work/app"

refuses_without_libtorch() {
    ! dotnet build -v quiet "$work/app" -p:WithoutLibTorch=true >"$work/refusal" && grep -q CONCEPTEXPRESS001 "$work/refusal"
}
is_a_drawing() { [ "$(head -c 4 "$1" | tail -c 3)" = PNG ] && [ "$(stat -c %s "$1")" -gt 2000 ]; }
runs_the_sample() {
    (cd "$work/app" && dotnet bin/Release/net10.0/app.dll "$work/scene/000/img.png") &&
        is_a_drawing "$work/app/drawn.png" && [ -s "$work/app/out/embeddings/img-asset0.safetensors" ]
}
quick=(--steps 2 --merge-step 1 --previews 0 --set learning.start.kind=mean-word)
extracts() { # folder, program...
    local out=$1
    shift
    "$@" extract "$repository/samples/toybox-01.png" --output "$out" "${quick[@]}" &&
        "$@" generate --concepts "$out" --prompt "a photo of <asset0> on grass" --steps 2 --output "$out-drawn" &&
        is_a_drawing "$out-drawn/image-000.png"
}
mkdir "$work/empty"
extracts_without_sdk() { # an environment in which no dotnet is found, and no variable points to one
    ! env -i PATH="$work/empty" "$BASH" -c 'command -v dotnet' &&
        extracts "$work/folder" env -i HOME="$work" PATH="$work/empty" "$1/conceptexpress"
}

check "the tool is installed from the feed" \
    dotnet tool install ConceptExpress.Tool --tool-path "$work/tools" --prerelease --configfile "$work/nuget.config"
check "the tool extracts and draws" extracts "$work/tool" "$work/tools/conceptexpress"
check "the tool renders a scene of one toy" \
    "$work/tools/conceptexpress" toybox render --count 1 --toys 1 --seed 3 --output "$work/scene"
check "a program without libtorch is told so when it is built" refuses_without_libtorch
check "the sample compiles with the packages" dotnet build -c Release -v quiet "$work/app"
check "the sample runs and draws" runs_the_sample
for folder in artifacts/zip/*-linux-x64/*/; do
    check "the self-contained folder works without an SDK" extracts_without_sdk "$PWD/$folder"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
