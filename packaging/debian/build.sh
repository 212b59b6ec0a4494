#!/bin/sh
# Makes a Debian package of built programs: packaging/debian/build.sh PROGRAMS OUT
#
# PROGRAMS is the directory that holds callbackd and callbackctl; the package goes into the directory
# OUT, and its path to standard output.
set -eu
umask 022
programs=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
sh ../install.sh "$programs" "$root"
install -d -m 755 "$root/DEBIAN"
install -m 755 postinst prerm postrm "$root/DEBIAN"
echo /etc/callbackd/callbackd.yaml > "$root/DEBIAN/conffiles"

# What the programs are linked with, in the versions that have what they use.
mkdir "$work/debian"
printf 'Source: callbackd\n\nPackage: callbackd\nArchitecture: any\n' > "$work/debian/control"
libraries=$(cd "$work" && dpkg-shlibdeps --ignore-missing-info -O \
  root/usr/bin/callbackd root/usr/bin/callbackctl | sed 's/^shlibs:Depends=//')

version=$("$programs/callbackd" --version)
architecture=$(dpkg --print-architecture)
cat > "$root/DEBIAN/control" <<CONTROL
Package: callbackd
Version: $version
Architecture: $architecture
Section: comm
Priority: optional
Maintainer: callbackd's maintainers <root@localhost>
Installed-Size: $(du -sk "$root" | cut -f1)
Depends: $libraries, init-system-helpers (>= 1.54)
Recommends: systemd
Suggests: postgresql
Description: callback service for call centers
 A caller who finds no agent free asks to be called back. As soon as an agent is
 available, the service offers the callback to that agent with an alert; the
 agent accepts, the call is placed, and the right card opens.
 .
 Other programs of the host call the daemon with gRPC over a Unix socket;
 callbackctl is its command line.
CONTROL

package=$out/callbackd_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$root" "$package" > /dev/null
echo "$package"
