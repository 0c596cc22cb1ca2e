package dev.headwater.platform.config;

import dev.headwater.access.AccessConfig;
import dev.headwater.access.KeyLine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code access}: who may call serving and the store.
 *
 * @param keys lines with API keys
 * @param keyFile a file with more of them
 * @param reloadInterval how often files are looked at
 * @param jwt tokens
 */
record AccessSection(List<String> keys, @Nullable Path keyFile, Duration reloadInterval, Jwt jwt) {
  /** Refuses a line that is none. */
  AccessSection {
    keys.forEach(KeyLine::parse);
  }

  AccessConfig config() {
    return new AccessConfig(keys, keyFile, jwt.tokens(), reloadInterval);
  }

  /**
   * Section {@code access.jwt}.
   *
   * @param jwksFile public keys; null: no tokens are taken
   */
  record Jwt(
      @Nullable Path jwksFile,
      String issuer,
      String audience,
      String roleClaim,
      String domainsClaim,
      Duration clockSkew) {
    /** A token that anybody may have issued, for anybody, is worth nothing. */
    Jwt {
      if (jwksFile != null && (issuer.isBlank() || audience.isBlank())) {
        throw new IllegalArgumentException(
            "issuer and audience must be set where there is a jwks-file");
      }
    }

    private AccessConfig.@Nullable Tokens tokens() {
      return jwksFile == null
          ? null
          : new AccessConfig.Tokens(jwksFile, issuer, audience, roleClaim, domainsClaim, clockSkew);
    }
  }
}
