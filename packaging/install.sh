#!/bin/sh
# Installs built programs: packaging/install.sh PROGRAMS [ROOT]
#
# PROGRAMS is the directory that holds callbackd and callbackctl. ROOT is put before every path, for
# making a package; without it the files go into this system.
set -eu
umask 022
programs=$1 root=${2-}
here=$(dirname "$0")

for program in callbackd callbackctl; do
  [ -x "$programs/$program" ] || {
    echo "There is no $program in $programs: make release builds it." >&2
    exit 1
  }
done

put() { install -D -m "$1" "$2" "$root$3"; }

for program in callbackd callbackctl; do
  put 755 "$programs/$program" "/usr/bin/$program"
  strip --strip-debug "$root/usr/bin/$program"
done

for unit in callbackd.service callbackd.socket; do
  put 644 "$here/systemd/$unit" "/lib/systemd/system/$unit"
done
put 644 "$here/systemd/callbackd.sysusers" /usr/lib/sysusers.d/callbackd.conf

# What an operator has changed stays.
if [ ! -e "$root/etc/callbackd/callbackd.yaml" ]; then
  install -d -m 755 "$root/etc/callbackd"
  {
    echo "# What callbackd would do without this file. Uncomment what is to be different."
    "$programs/callbackd" --data /var/lib/callbackd --socket /run/callbackd/callbackd.sock \
      --print-config | sed 's/^[^#]/#&/'
  } > "$root/etc/callbackd/callbackd.yaml"
fi

completions() {
  install -d "$root$(dirname "$2")"
  "$programs/callbackctl" --generate-completion-script "$1" > "$root$2"
}
completions bash /usr/share/bash-completion/completions/callbackctl
completions zsh /usr/share/zsh/vendor-completions/_callbackctl
completions fish /usr/share/fish/vendor_completions.d/callbackctl.fish

# The contract, for those who write clients.
(cd "$here/.." && find Protos -name '*.proto') | while read -r file; do
  put 644 "$here/../$file" "/usr/share/callbackd/$file"
done
put 644 "$here/../README.md" /usr/share/doc/callbackd/README.md
for file in "$here"/../docs/*.md "$here"/../docs/examples/*; do
  put 644 "$file" "/usr/share/doc/callbackd/${file#"$here/../"}"
done
