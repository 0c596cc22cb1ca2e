package dev.headwater.store.admin;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The other store of a pair, of which one announces and one stands by.
 *
 * @param peer the other one's operator address; null: this store is alone
 * @param takeOverAfter so long the primary may be silent
 * @param authorities PEM certificates to trust; null: those of the JDK
 */
public record StandbyConfig(
    @Nullable URI peer, Duration takeOverAfter, @Nullable Path authorities) {
  private static final Duration SHORTEST = Duration.ofSeconds(2);

  /** Refuses a time in which a healthy primary may well be silent. */
  public StandbyConfig {
    if (takeOverAfter.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException("standby.take-over-after is 2 s or more");
    }
  }

  /** Returns the same with another peer. */
  public StandbyConfig withPeer(URI other) {
    return new StandbyConfig(other, takeOverAfter, authorities);
  }
}
