package dev.headwater.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import java.io.IOException;
import java.text.ParseException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks JWTs against one JWK set and remembers the good ones until they expire, because a
 * signature costs more than an answer. Thread-safe.
 */
final class TokenCheck {
  private static final int REMEMBERED_MAX = 10_000;
  private static final int TOKEN_CHARS_MAX = 16_384;
  private static final int SUBJECT_CHARS_MAX = 256;
  private static final int RSA_BITS_MIN = 2_048;

  private final AccessConfig.Tokens config;
  private final Clock clock;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
  private final Map<String, Remembered> remembered =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  private record Remembered(Principal principal, long expiresMs) {}

  /**
   * Reads the JWK set.
   *
   * @throws AccessSetupException when it cannot be read, or holds a private, short or unfit key
   */
  TokenCheck(AccessConfig.Tokens config, Clock clock) {
    this.config = config;
    this.clock = clock;
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256), new ImmutableJWKSet<>(keys())));
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new DefaultJWTClaimsVerifier<>(
            config.audience(),
            new JWTClaimsSet.Builder().issuer(config.issuer()).build(),
            Set.of("sub", "exp"));
    claims.setMaxClockSkew((int) config.clockSkew().toSeconds());
    processor.setJWTClaimsSetVerifier(claims);
  }

  private JWKSet keys() {
    try {
      JWKSet keys = JWKSet.load(config.jwksFile().toFile());
      if (keys.isEmpty()) {
        throw new AccessSetupException(config.jwksFile() + " holds no key");
      }
      keys.getKeys().forEach(this::check);
      return keys;
    } catch (IOException | ParseException e) {
      throw new AccessSetupException(
          "the JWK set " + config.jwksFile() + " cannot be read: " + e.getClass().getSimpleName());
    }
  }

  private void check(JWK key) {
    boolean rsa = key.getKeyType().equals(KeyType.RSA);
    if (key.isPrivate() || (!rsa && !key.getKeyType().equals(KeyType.EC))) {
      throw new AccessSetupException(config.jwksFile() + " must hold public RSA and EC keys only");
    }
    if (rsa && key.size() < RSA_BITS_MIN) {
      throw new AccessSetupException(
          config.jwksFile() + " holds an RSA key of less than " + RSA_BITS_MIN + " bits");
    }
  }

  Principal check(String token) throws UnauthenticatedException {
    if (token.length() > TOKEN_CHARS_MAX) {
      throw new UnauthenticatedException(true, "the token is too long");
    }
    String hash = Secrets.hex(Secrets.sha256(token));
    Remembered before = remembered(hash);
    if (before != null && clock.millis() < before.expiresMs()) {
      return before.principal();
    }
    try {
      JWTClaimsSet claims = processor.process(token, null);
      Principal principal = principal(claims);
      remember(
          hash, new Remembered(principal, claims.getExpirationTime().toInstant().toEpochMilli()));
      return principal;
    } catch (ExpiredJWTException e) {
      throw new UnauthenticatedException(true, "the token has expired");
    } catch (ParseException | BadJOSEException | JOSEException e) {
      throw new UnauthenticatedException(
          true, "the token is not good: its signature, issuer, audience or claims do not fit");
    }
  }

  private @Nullable Remembered remembered(String hash) {
    synchronized (remembered) {
      return remembered.get(hash);
    }
  }

  private void remember(String hash, Remembered good) {
    synchronized (remembered) {
      remembered.put(hash, good);
    }
  }

  private Principal principal(JWTClaimsSet claims) throws UnauthenticatedException {
    String subject = claims.getSubject();
    if (subject.isBlank()
        || subject.length() > SUBJECT_CHARS_MAX
        || subject.chars().anyMatch(Character::isISOControl)) {
      throw new UnauthenticatedException(true, "the token's subject is not a name");
    }
    Role widest = null;
    for (Role role : Role.values()) {
      if (texts(claims, config.roleClaim()).contains(role.text())) {
        widest = role;
      }
    }
    if (widest == null) {
      throw new UnauthenticatedException(true, "the token names no role");
    }
    return new Principal(subject, widest, texts(claims, config.domainsClaim()), null, false);
  }

  private static Set<String> texts(JWTClaimsSet claims, String name) {
    Set<String> texts = new LinkedHashSet<>();
    Object claim = claims.getClaim(name);
    for (Object each : claim instanceof List<?> list ? list : List.of(claim == null ? "" : claim)) {
      if (each instanceof String text && !text.isEmpty()) {
        texts.add(text);
      }
    }
    return texts;
  }
}
