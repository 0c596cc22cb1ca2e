package dev.headwater.mapping;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code ingest.registry}: where schemas are.
 *
 * @param url of an API that is Confluent's, null: none is asked
 * @param user for basic authentication, empty for none
 * @param password of that user
 */
public record RegistrySetting(@Nullable URI url, String user, String password) {
  /** No registry. */
  public static final RegistrySetting NONE = new RegistrySetting(null, "", "");

  /** Shows no password. */
  @Override
  public String toString() {
    return "RegistrySetting[url=%s, user=%s, password=%s]"
        .formatted(url, user, password.isEmpty() ? "" : "***");
  }
}
