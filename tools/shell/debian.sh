# Sourced after steps.sh. What the scripts read from the machine's Debian or Ubuntu.

# release_name: prints the name of the machine's release for people: Debian GNU/Linux 12 (bookworm).
release_name() { (. /etc/os-release && echo "${PRETTY_NAME-}"); }

# boost_version: prints the part of the names of Boost's packages that has a version: 1.81. Prints nothing if the
# release's default Boost is new enough. Debian 12's default is 1.74.
boost_version() { (. /etc/os-release && case ${ID-}:${VERSION_ID-} in debian:12) echo 1.81 ;; esac); }

# debian_mirror: prints the address of Debian's packages in apt's sources, or nothing.
debian_mirror() {
  apt-get indextargets --format '$(REPO_URI) $(LABEL)' 'Created-By: Packages' | awk '$2=="Debian" {print $1; exit}'
}
