#!/bin/sh
# A Chromium for the browser tests: as root the system's package, else the line to run.
packages="chromium fonts-noto-cjk"
for name in "${KG_CHROMIUM:-chromium}" chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing $packages for the browser tests"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $packages >/dev/null
  exit
fi
echo "The browser tests need a Chromium and will fail without it. Install it with:" >&2
echo "  sudo apt-get install -y $packages" >&2
echo "(or set KG_CHROMIUM to the path of a Chromium or Chrome)" >&2
