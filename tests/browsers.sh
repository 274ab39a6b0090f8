#!/bin/sh
# A Chromium and a Firefox for the browser tests: as root the system's packages, else the line to run.
first() {
  for name in "$@"; do command -v "$name" >/dev/null 2>&1 && return 0; done
  return 1
}
packages=""
first "${KG_CHROMIUM:-chromium}" chromium-browser google-chrome || packages="chromium fonts-noto-cjk"
first "${KG_FIREFOX:-firefox-esr}" firefox || packages="$packages firefox-esr"
[ -z "$packages" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing $packages for the browser tests"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $packages >/dev/null
  exit
fi
echo "The browser tests need a Chromium and a Firefox and will fail without them. Install them with:" >&2
echo "  sudo apt-get install -y $packages" >&2
echo "(or set KG_CHROMIUM and KG_FIREFOX to the paths of a Chromium or Chrome and of a Firefox)" >&2
