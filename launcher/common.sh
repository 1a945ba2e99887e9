# shellcheck shell=sh
# What the launchers share: finding a JDK and Maven, and building a module. The caller sets HOME_DIR,
# the project's root, before it reads this file.

NEEDED=25
LOCK=$HOME_DIR/target/building

say() { printf '%s\n' "$*" >&2; }
die() { say "millrace: $*"; exit 1; }

case $HOME_DIR in
  *:*) die "the folder $HOME_DIR has a ':' in its name, which no Java class path can hold" ;;
esac

# ---- the JDK ---------------------------------------------------------------------------------

# The release file answers without starting a JVM, which keeps a start without a build fast.
version_of() {
  if [ -r "$1/release" ]; then
    while IFS='=' read -r name value; do
      if [ "$name" = JAVA_VERSION ]; then
        value=${value#\"}
        printf '%s' "${value%%\"*}"
        return
      fi
    done <"$1/release"
  fi
  "$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1
}

# consider FOLDER ORIGIN: takes the folder as JDK, or notes why not.
consider() {
  [ -z "$JDK" ] || return 0
  if [ ! -x "$1/bin/java" ]; then
    [ "$2" != JAVA_HOME ] || rejected="$rejected
  $1 (JAVA_HOME): no bin/java there"
    return 0
  fi
  version=$(version_of "$1")
  major=${version%%[!0-9]*}
  if [ "${major:-0}" -lt "$NEEDED" ]; then
    why="Java ${version:-of unknown version}"
  elif [ ! -x "$1/bin/javac" ]; then
    why="Java $version, but without the compiler (bin/javac)"
  else
    JDK=$1
    return 0
  fi
  case $rejected in
    *"
  $1 ("*) ;;
    *) rejected="$rejected
  $1 ($2): $why" ;;
  esac
}

find_jdk() {
  JDK=
  rejected=
  if [ -n "${JAVA_HOME:-}" ]; then
    consider "${JAVA_HOME%/}" JAVA_HOME
  fi
  if [ -z "$JDK" ] && found=$(command -v java); then
    consider "$(dirname "$(folder_of "$found")")" PATH
  fi
  if [ -z "$JDK" ] && [ -n "${MILLRACE_JDK_FOLDERS+set}" ]; then
    rest=$MILLRACE_JDK_FOLDERS:
    while [ -n "$rest" ]; do
      folder=${rest%%:*}
      rest=${rest#*:}
      [ -z "$folder" ] || for one in "$folder"/*; do consider "$one" folder; done
    done
  elif [ -z "$JDK" ]; then
    for one in /usr/lib/jvm/* /opt/* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
      "${HOME:-/nonexistent}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
      "${HOME:-/nonexistent}"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
      consider "$one" folder
    done
  fi
  [ -n "$JDK" ] || no_jdk
  export JAVA_HOME="$JDK"
}

no_jdk() {
  say "millrace: no JDK $NEEDED or newer found (a JDK: with its compiler, not a runtime alone)."
  say "Install one of these, then run the same command again:
  Eclipse Temurin $NEEDED   https://adoptium.net (Debian package temurin-$NEEDED-jdk, Homebrew temurin@$NEEDED)
  Debian, Ubuntu       apt install openjdk-$NEEDED-jdk-headless
  SDKMAN               sdk install java $NEEDED-tem
Or set JAVA_HOME to the folder of one that is there already."
  if [ -n "$rejected" ]; then
    say "Found instead:$rejected"
  else
    say "Found instead: no Java at all (looked at JAVA_HOME, PATH and the usual folders)."
  fi
  exit 1
}

find_maven() {
  if ! MVN=$(command -v mvn); then
    die "Maven is needed to build and none is on PATH.
Install it, then run the same command again:
  Debian, Ubuntu   apt install maven
  SDKMAN           sdk install maven
  Homebrew         brew install maven
  elsewhere        https://maven.apache.org/download.cgi (3.8.7 or newer; put its bin on PATH)"
  fi
  # Maven 3's own libraries use what newer JDKs warn about; nothing a user could do.
  export MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}"
}

# ---- the build -------------------------------------------------------------------------------

# stale MODULE: true when something that the build reads is newer than the last good build. Folders
# count too: a deleted file is seen by its folder's time.
stale() {
  [ -f "$HOME_DIR/target/built-$1" ] && [ -f "$HOME_DIR/$1/target/lib/.complete" ] || return 0
  stamp=$HOME_DIR/target/built-$1
  set -- "$HOME_DIR/pom.xml"
  for pom in "$HOME_DIR"/*/pom.xml; do
    set -- "$@" "$pom"
    [ ! -d "${pom%/pom.xml}/src/main" ] || set -- "$@" "${pom%/pom.xml}/src/main"
  done
  [ -n "$(find "$@" -newer "$stamp" 2>&1 | head -n 1)" ]
}

# Two launchers at once must not write the same target folders.
lock() {
  mkdir -p "$HOME_DIR/target"
  told=
  until mkdir "$LOCK" 2>/dev/null; do
    holder=$(cat "$LOCK/pid" 2>/dev/null || true)
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
      rm -rf "$LOCK"
      continue
    fi
    [ -n "$told" ] || say "waiting for another build here (process ${holder:-unknown}; $LOCK)"
    told=yes
    sleep 1
  done
  echo $$ >"$LOCK/pid"
  trap 'rm -rf "$LOCK"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

unlock() {
  rm -rf "$LOCK"
  trap - EXIT INT TERM HUP
}

# Old jars must not stay on the class path, and a running node keeps the files that it has open.
# The stamp's time is that of the beginning: what is edited meanwhile counts as newer.
begin_build() {
  for module in "$@"; do
    rm -rf "$HOME_DIR/$module/target/lib" "$HOME_DIR/$module/target/millrace-$module"-*.jar
    : >"$HOME_DIR/target/built-$module.new"
  done
}

end_build() {
  for module in "$@"; do
    : >"$HOME_DIR/$module/target/lib/.complete"
    mv "$HOME_DIR/target/built-$module.new" "$HOME_DIR/target/built-$module"
  done
}

# What a launcher does after a build, under the same lock.
after_build() { :; }

# build MODULE: builds it and what it needs.
build() {
  find_maven
  lock
  if ! stale "$1"; then # somebody else has just built it
    unlock
    return 0
  fi
  say "building with Java $(version_of "$JDK") (the first time fetches libraries, which takes minutes)"
  begin_build "$1"
  log=$HOME_DIR/target/build.log
  {
    status=0
    "$MVN" -B -ntp -f "$HOME_DIR/pom.xml" -pl "$1" -am -Dmaven.test.skip=true \
      -Dspotless.check.skip=true -Dstyle.color=never package 2>&1 || status=$?
    echo "$status" >"$LOCK/status"
  } | tee "$log" |
    sed -n 's/^\[INFO\] Building \([^ ]*\) [^ ]* *\[\([0-9]*\)\/\([0-9]*\)\]$/  \2 of \3  \1/p' >&2
  if [ "$(cat "$LOCK/status")" != 0 ]; then
    grep '^\[ERROR\]' "$log" | head -n 20 >&2 || tail -n 20 "$log" >&2
    die "the build failed; all of it is in $log"
  fi
  end_build "$1"
  after_build
  unlock
}

# class_path MODULE: sets its class path in CLASS_PATH, always in the same order.
class_path() {
  CLASS_PATH=
  for jar in "$HOME_DIR/$1/target/millrace-$1"-*.jar "$HOME_DIR/$1"/target/lib/*.jar; do
    CLASS_PATH=$CLASS_PATH${CLASS_PATH:+:}$jar
  done
}
