package dev.headwater.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCheckTest {
  private static final Duration SOON = Duration.ofMillis(20);
  private static final RSAKey RSA;
  private static final ECKey EC;

  static {
    try {
      RSA = new RSAKeyGenerator(2048).keyID("r").generate();
      EC = new ECKeyGenerator(Curve.P_256).keyID("e").generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  @TempDir Path folder;
  private Path jwks;
  private Gate gate;

  @BeforeEach
  void start() throws IOException {
    jwks = folder.resolve("jwks.json");
    write(RSA.toPublicJWK(), EC.toPublicJWK());
    gate = new Gate("test", config());
  }

  @AfterEach
  void stop() {
    gate.close();
  }

  private AccessConfig config() {
    return new AccessConfig(
        List.of(GateTest.line("k", "read", "plain-key")),
        null,
        new AccessConfig.Tokens(
            jwks, "https://issuer", "headwater", "role", "domains", Duration.ofSeconds(5)),
        SOON);
  }

  private void write(JWK... keys) throws IOException {
    Files.writeString(jwks, new JWKSet(List.of(keys)).toString(false));
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .subject("ann")
        .issuer("https://issuer")
        .audience(List.of("headwater", "other"))
        .expirationTime(in(60))
        .claim("role", "merchant")
        .claim("domains", List.of("shop"));
  }

  private static Date in(int seconds) {
    return Date.from(Instant.now().plusSeconds(seconds));
  }

  private static String signed(JWTClaimsSet.Builder claims) throws JOSEException {
    return signed(JWSAlgorithm.ES256, "e", new ECDSASigner(EC), claims);
  }

  private static String signed(
      JWSAlgorithm algorithm, String key, JWSSigner signer, JWTClaimsSet.Builder claims)
      throws JOSEException {
    SignedJWT token =
        new SignedJWT(new JWSHeader.Builder(algorithm).keyID(key).build(), claims.build());
    token.sign(signer);
    return token.serialize();
  }

  private Principal admit(String token) throws UnauthenticatedException {
    return gate.admit("Bearer " + token, null);
  }

  private void refuses(String what, String token) {
    assertThatThrownBy(() -> admit(token))
        .as(what)
        .isInstanceOf(UnauthenticatedException.class)
        .hasMessageNotContaining(token);
  }

  @Test
  void takesTokensOfBothAlgorithmsAndKeysBesideThem() throws Exception {
    Principal ann = admit(signed(claims()));
    assertThat(ann).isEqualTo(new Principal("ann", Role.MERCHANT, Set.of("shop"), null, false));
    String rsa = signed(JWSAlgorithm.RS256, "r", new RSASSASigner(RSA), claims().subject("bob"));
    assertThat(admit(rsa).name()).isEqualTo("bob");
    assertThat(admit(rsa).name()).as("a second time, remembered").isEqualTo("bob");
    assertThat(admit("plain-key").name()).isEqualTo("k");
  }

  @Test
  void theWidestOfSeveralRolesCountsAndNoDomainsMeansNone() throws Exception {
    Principal caller =
        admit(
            signed(
                claims().claim("role", List.of("read", "x", "operator")).claim("domains", null)));
    assertThat(caller.role()).isEqualTo(Role.OPERATOR);
    assertThat(caller.mayName("shop")).isFalse();
    assertThat(admit(signed(claims().claim("domains", List.of("*")))).everyDomain()).isTrue();
  }

  @Test
  void refusesTokensThatAreNotForUs() throws Exception {
    refuses("issuer", signed(claims().issuer("https://other")));
    refuses("audience", signed(claims().audience("other")));
    refuses("no audience", signed(claims().audience((String) null)));
    refuses("expired", signed(claims().expirationTime(in(-60))));
    refuses("no expiry", signed(claims().expirationTime(null)));
    refuses("not yet", signed(claims().notBeforeTime(in(60))));
    refuses("no subject", signed(claims().subject(null)));
    refuses("a subject that breaks lines", signed(claims().subject("ann\nroot")));
    refuses("no role", signed(claims().claim("role", null)));
    refuses("unknown role", signed(claims().claim("role", "admin")));
    refuses("a role that is no text", signed(claims().claim("role", 3)));
  }

  @Test
  void refusesOtherAlgorithmsAndOtherPeoplesKeys() throws Exception {
    byte[] publicKey = RSA.toPublicKey().getEncoded();
    refuses(
        "HS256 with the public key as the secret",
        signed(JWSAlgorithm.HS256, "r", new MACSigner(publicKey), claims()));
    refuses("RS512", signed(JWSAlgorithm.RS512, "r", new RSASSASigner(RSA), claims()));
    refuses("none", new PlainJWT(claims().build()).serialize());
    ECKey other = new ECKeyGenerator(Curve.P_256).keyID("e").generate();
    refuses("another key", signed(JWSAlgorithm.ES256, "e", new ECDSASigner(other), claims()));
    String good = signed(claims());
    refuses("a changed byte", good.substring(0, good.length() - 4) + "AAAA");
    refuses("half a token", good.substring(0, good.lastIndexOf('.') + 1));
    refuses("no token", "a.b.c");
    refuses("dots", "..");
    refuses("long", "x.".repeat(20_000));
  }

  @Test
  void aChangedSetIsReadAgainAndForgetsWhatItHadTaken() throws Exception {
    String token = signed(claims());
    assertThat(admit(token).name()).isEqualTo("ann");
    write(RSA.toPublicJWK());
    await().untilAsserted(() -> refuses("its key was taken out", token));
    Files.writeString(jwks, "{");
    write(EC.toPublicJWK());
    await().untilAsserted(() -> assertThat(admit(token).name()).isEqualTo("ann"));
  }

  @Test
  void aSetWithPrivateOrShortOrNoKeysRefusesToStart() throws Exception {
    for (JWKSet bad :
        List.of(
            new JWKSet(EC),
            new JWKSet(),
            new JWKSet(new RSAKeyGenerator(1024, true).generate().toPublicJWK()))) {
      Files.writeString(jwks, bad.toString(false));
      assertThatThrownBy(() -> new Gate("test", config()))
          .isInstanceOf(AccessSetupException.class)
          .hasMessageContaining("jwks.json");
    }
  }
}
