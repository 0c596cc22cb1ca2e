package dev.headwater.access;

import dev.headwater.broker.Certificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/**
 * Certificates that all tests here look at and none changes, named as they are: making one takes
 * its time.
 */
final class SharedCertificates {
  static final Certificate RSA = make("rsa", "RSA");
  static final Certificate EC = make("ec", "EC");
  static final Certificate OTHER_EC = make("other", "EC");

  private SharedCertificates() {}

  private static Certificate make(String name, String algorithm) {
    try {
      return Certificate.create(Files.createTempDirectory("headwater-" + name), name, algorithm);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
