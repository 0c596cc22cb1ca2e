package dev.headwater.jobs.models;

import java.io.Serializable;
import java.util.Set;

/** Tells which bundle a domain works with now. Thread-safe; closed by whoever opened it. */
@FunctionalInterface
public interface ModelWatch extends AutoCloseable {
  /** Says of every domain that it keeps its configured bundle. */
  Opener FIXED = name -> (domain, otherwise) -> otherwise;

  /**
   * Returns the domain's present bundle.
   *
   * @param otherwise the configured one, which stands until something is announced
   */
  String model(String domain, String otherwise);

  /** Returns all bundles that were announced for a domain and not retired. */
  default Set<String> all(String domain) {
    return Set.of();
  }

  /**
   * Tells whether any bundle of a domain was retired: late rows of it may be an item's only ones.
   */
  default boolean hasRetired(String domain) {
    return false;
  }

  /** Tells whether a bundle of a domain was retired: it has no rows and is not announced again. */
  default boolean isRetired(String domain, String bundle) {
    return false;
  }

  /** Returns the domains for which anything was ever announced. */
  default Set<String> domains() {
    return Set.of();
  }

  /**
   * Does nothing while announcements are followed; a job that would go on with an old bundle for
   * ever fails by it, and is started again.
   *
   * @throws IllegalStateException when they are not any more
   */
  default void requireHealthy() {}

  @Override
  default void close() {}

  /** Opens watches; shipped to operators. */
  @FunctionalInterface
  interface Opener extends Serializable {
    /**
     * Opens one that knows the present state.
     *
     * @param name for threads and logs
     */
    ModelWatch open(String name) throws Exception;
  }
}
