package dev.headwater.store.admin;

import dev.headwater.http.ApiException;
import dev.headwater.http.ApiRequest;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import org.jspecify.annotations.Nullable;

/** Finds the versions that requests name. */
final class Versions {
  private Versions() {}

  /** Reads the number of a version from the query. */
  static long number(ApiRequest request, String name) {
    Long version = request.optionalInteger64(name);
    if (version == null) {
      throw ApiException.badRequest("bad_" + name, name + " must be the number of a version");
    }
    return version;
  }

  /**
   * Finds a version; one of another domain than the one named is refused as one that is not there.
   *
   * @throws StoreException with code {@code UNKNOWN_VERSION}
   */
  static SealedVersion of(StoreEngine engine, long version, @Nullable String domain) {
    SealedVersion found = engine.require(version);
    if (domain != null && !found.domain().equals(domain)) {
      throw new StoreException(
          StoreException.Code.UNKNOWN_VERSION, "domain " + domain + " has no version " + version);
    }
    return found;
  }
}
