package dev.headwater.access;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may call. Without keys, key file and tokens a server is open to everybody who reaches it.
 *
 * @param keys lines as {@link KeyLine} describes
 * @param keyFile more of them, one a line; read again when it changes
 * @param tokens whose JWTs are taken; null: nobody's
 * @param reloadInterval how often files are looked at
 */
public record AccessConfig(
    List<String> keys, @Nullable Path keyFile, @Nullable Tokens tokens, Duration reloadInterval) {
  /** Nothing is configured: open; there are no files to look at. */
  public static final AccessConfig OPEN = new AccessConfig(List.of(), null, null, Duration.ZERO);

  /** Copies the list. */
  public AccessConfig {
    keys = List.copyOf(keys);
  }

  /** Tells whether callers need no key. */
  public boolean isOpen() {
    return keys.isEmpty() && keyFile == null && tokens == null;
  }

  /**
   * JWTs signed with RS256 or ES256 by a key of a JWK set (RFC 7517, 7519). Issuer, audience,
   * expiry and subject must be there and right.
   *
   * @param jwksFile public keys; read again when it changes
   * @param issuer claim {@code iss}
   * @param audience one of claim {@code aud}
   * @param roleClaim a string or a list of strings; the widest role that it names counts
   * @param domainsClaim a list of domain names, or {@code ["*"]}; a token without it may name none
   * @param clockSkew how far clocks may disagree
   */
  public record Tokens(
      Path jwksFile,
      String issuer,
      String audience,
      String roleClaim,
      String domainsClaim,
      Duration clockSkew) {}
}
