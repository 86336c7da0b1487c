#!/usr/bin/env bash
# Makes what deploy/Dockerfile builds on from Debian packages, under the real name, for an engine that has no registry.
# It is like distroless/cc: the C library, the run-time libraries of C and C++, certificates, time zones, a user who is
# not root; no shell. Only for trying: it is not the image that is shipped.
#
# usage: scripts/image-base.sh FOLDER      an empty folder to work in
set -euo pipefail
cd "$(dirname "$0")/.."
root=$1/root
packages=$1/packages
mkdir -p "$root" "$packages"

apt-get update -qq
(cd "$packages" && apt-get download -qq -o APT::Sandbox::User=root \
    base-files ca-certificates gcc-12-base libc6 libgcc-s1 libgomp1 libssl3 libstdc++6 netbase tzdata)
for package in "$packages"/*.deb; do
    dpkg --extract "$package" "$root"
done
rm -rf "$root"/usr/share/{doc,locale,man,info,lintian,bash-completion} "$root"/usr/sbin "${root:?}"/{bin,sbin}
cat "$root"/usr/share/ca-certificates/mozilla/*.crt >"$root/etc/ssl/certs/ca-certificates.crt"
mkdir -p "$root"/{tmp,proc,sys,dev,root,home/nonroot}
chmod 1777 "$root/tmp"
chmod 700 "$root/root" "$root/home/nonroot"
chown 65532:65532 "$root/home/nonroot"
printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' >"$root/etc/group"

name=$(sed -n 's/^FROM \(gcr.io[^$ ]*\).*/\1/p' deploy/Dockerfile)
tar --create --directory "$root" . | docker import --change 'USER 65532' --change 'WORKDIR /home/nonroot' \
    --change 'ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt' - "$name" >/dev/null
echo "$name was made from Debian packages"
