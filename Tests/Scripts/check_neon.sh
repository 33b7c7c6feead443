#!/usr/bin/env bash
# Compiles the microkernels for aarch64 and runs checks of them in an emulator, on a machine that has none.
# Convolutions have no form of their own there: they run the portable one.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v qemu-aarch64 >/dev/null && command -v aarch64-linux-gnu-gcc >/dev/null || {
  apt-get -qq update >/dev/null
  apt-get -qq install -y libc6-dev-arm64-cross gcc-aarch64-linux-gnu qemu-user >/dev/null
}
support=$(dirname "$(aarch64-linux-gnu-gcc -print-libgcc-file-name)")
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
clang --target=aarch64-linux-gnu -isystem /usr/aarch64-linux-gnu/include -O2 -Wall -Werror -static \
  -ISources/CMicrokernels/include Sources/CMicrokernels/*.c Tests/Scripts/neon_check.c \
  -B"$support" -L"$support" -L/usr/aarch64-linux-gnu/lib \
  --ld-path="$(command -v aarch64-linux-gnu-ld)" -lm -o "$built/check"
qemu-aarch64 "$built/check"
