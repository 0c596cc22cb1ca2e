package dev.headwater.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Makes keys, and hashes them. A key has 256 random bits: a fast hash without salt is enough. */
public final class Secrets {
  /** Keys begin so, so that scanners for leaked secrets can find them. */
  public static final String PREFIX = "hw_";

  private static final int BYTES = 32;

  private Secrets() {}

  /** Returns a new key: {@value #PREFIX} and 256 random bits in base64url. */
  public static String newKey(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Returns the SHA-256 of a key. */
  public static byte[] sha256(String key) {
    return sha256(key.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the SHA-256 of bytes. */
  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static String hex(byte[] hash) {
    return HexFormat.of().formatHex(hash);
  }
}
