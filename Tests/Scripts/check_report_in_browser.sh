#!/usr/bin/env bash
# Opens a report in headless Chromium: it must log nothing to the console and ask the network for nothing.
set -euo pipefail
assay=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$browser" ]; then
  apt-get -qq update >/dev/null
  apt-get -qq install -y chromium >/dev/null
  browser=$(command -v chromium)
fi

"$assay" report Fixtures/mobilenet_v2.onnx -o "$folder" --batch 1,2 --min-time 0.1 --quiet >/dev/null

# A page of the report may name no address: not in an attribute, not in a style.
if grep -nEi '(src|href|action|poster|data)=["'"'"']?[a-z]+:|url\(|@import|<link|<iframe|<object' "$folder/report.html" \
  | grep -vE 'href="#' | cut -c1-200; then
  echo "the report refers to something outside itself" >&2
  exit 1
fi

for width in 1280 400; do
  for scheme in light dark; do
    "$browser" --headless --no-sandbox --disable-gpu --enable-logging=stderr --v=0 \
      --blink-settings=preferredColorScheme=$([ $scheme = dark ] && echo 0 || echo 1) \
      --window-size=$width,2000 --virtual-time-budget=2000 --log-net-log="$folder/net.json" \
      --screenshot="$folder/$scheme-$width.png" "file://$folder/report.html" 2>"$folder/log" >/dev/null
    if grep -E 'CONSOLE' "$folder/log"; then
      echo "the console is not silent ($scheme, $width)" >&2
      exit 1
    fi
    test -s "$folder/$scheme-$width.png"
  done
done
echo "report opened at 1280 and 400 pixels, light and dark: console silent, no reference outside the page"
