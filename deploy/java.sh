# Which Java runs Headwater and what it is asked for: read by deploy/headwater and by the launcher of image and distribution.
#   choose_java DIR     DIR holds jvm.options and the others; sets java_bin and java_options, or says what is missing and ends with 1
# JAVA_HOME decides; without it the `java` of PATH. A collector that HEADWATER_JAVA_OPTS names takes the place of ours: the JVM refuses to start with two.
choose_java() {
  local version remedy='install a JRE 17 or newer (Debian: openjdk-21-jre-headless), or set JAVA_HOME to one'
  java_bin="${JAVA_HOME:+$JAVA_HOME/bin/}java"
  if ! command -v "$java_bin" >/dev/null; then
    echo "headwater: no Java found${JAVA_HOME:+ at $java_bin, where JAVA_HOME says}; $remedy" >&2
    exit 1
  fi
  # 'openjdk version "21.0.5" 2024-10-15'; 8 and older call themselves 1.8.
  version=$("$java_bin" -version 2>&1 | sed -n 's/.* version "\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' | head -1) || true
  if [ -z "$version" ]; then
    echo "headwater: $(command -v "$java_bin") does not say which Java it is ('$java_bin -version'); $remedy" >&2
    exit 1
  fi
  if [ "$version" -lt 17 ]; then
    echo "headwater: $(command -v "$java_bin") is Java $version, which is too old; $remedy" >&2
    exit 1
  fi
  java_options=("@$1/jvm.options")
  [ "$version" -lt 24 ] || java_options+=("@$1/jvm-24.options")
  [[ ! ${HEADWATER_JAVA_OPTS:-} =~ -XX:\+Use[A-Za-z0-9]+GC ]] || java_options+=(-XX:-UseG1GC)
}
