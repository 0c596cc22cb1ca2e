package dev.headwater.idp.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A short name for the content of a domain: the same data, the same name. */
public final class Fingerprint {
  private static final int LENGTH = 16;

  private Fingerprint() {}

  /** Of items and events, in order. */
  public static String of(DomainData data) {
    MessageDigest digest = sha256();
    for (Item item : data.items()) {
      String line =
          "%s\t%s\t%s\t%s\n"
              .formatted(
                  item.id(), item.title(), item.brand(), String.join(", ", item.categories()));
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    for (Event event : data.events()) {
      String line = event.user() + "\t" + event.item() + "\t" + event.timestamp() + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, LENGTH);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
