package dev.headwater.access;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who a caller is, from an API key or a token. Files of keys are read again when they change:
 * a key that is taken out is refused within the interval. Thread-safe.
 */
public final class Gate implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
  private static final String BEARER = "bearer ";

  private final boolean open;
  private final List<FileWatch> watches = new ArrayList<>();
  private volatile ApiKeys keys;
  private volatile @Nullable TokenCheck tokens;

  /**
   * Reads keys and the JWK set.
   *
   * @param server named in the warning that it is open
   * @throws AccessSetupException when a line or a file is wrong; the message holds no secret
   */
  public Gate(String server, AccessConfig config) {
    open = config.isOpen();
    AccessConfig.Tokens wanted = config.tokens();
    Path keyFile = config.keyFile();
    if (keyFile != null) {
      watch(keyFile, config, () -> keys = ApiKeys.of(config.keys(), keyFile));
    }
    if (wanted != null) {
      watch(wanted.jwksFile(), config, () -> tokens = new TokenCheck(wanted, Clock.systemUTC()));
    }
    keys = ApiKeys.of(config.keys(), keyFile);
    tokens = wanted == null ? null : new TokenCheck(wanted, Clock.systemUTC());
    watches.forEach(FileWatch::start);
    if (open) {
      LOG.warn(
          "{} asks nobody for a key: whoever reaches its port may do everything (set access.keys,"
              + " access.key-file or access.jwt)",
          server);
    } else {
      LOG.info("{} knows {} API keys{}", server, keys.size(), wanted == null ? "" : " and tokens");
    }
  }

  private void watch(Path file, AccessConfig config, Runnable reload) {
    watches.add(new FileWatch(List.of(file), config.reloadInterval(), reload));
  }

  /** Tells whether callers need no key. */
  public boolean isOpen() {
    return open;
  }

  /**
   * Tells who calls.
   *
   * @param authorization header {@code Authorization}: {@code Bearer} and an API key or a token
   * @param apiKey header {@code X-API-Key}; not looked at when there is the other
   * @throws UnauthenticatedException when neither is there, or it is not good
   */
  public Principal admit(@Nullable String authorization, @Nullable String apiKey)
      throws UnauthenticatedException {
    if (open) {
      return Principal.ANYONE;
    }
    if (authorization == null) {
      if (apiKey == null) {
        throw new UnauthenticatedException(
            false, "send a key or a token: Authorization: Bearer …, or X-API-Key: …");
      }
      return key(apiKey);
    }
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw new UnauthenticatedException(true, "the scheme of Authorization must be Bearer");
    }
    String credentials = authorization.substring(BEARER.length()).strip();
    TokenCheck check = tokens;
    boolean token = check != null && credentials.indexOf('.') >= 0;
    return token && check != null ? check.check(credentials) : key(credentials);
  }

  private Principal key(String presented) throws UnauthenticatedException {
    Principal found = keys.find(presented.strip());
    if (found == null) {
      throw new UnauthenticatedException(true, "this key is not known");
    }
    return found;
  }

  @Override
  public void close() {
    watches.forEach(FileWatch::close);
  }
}
