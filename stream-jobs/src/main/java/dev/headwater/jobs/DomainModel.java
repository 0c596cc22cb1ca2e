package dev.headwater.jobs;

import dev.headwater.events.Keys;
import dev.headwater.events.json.Identifiers;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * A domain and the source bundle it works with.
 *
 * @param domain the domain
 * @param bundles directory that holds bundles under their ids, as text because it travels to
 *     operators
 * @param bundleId the bundle; also the model in the keys of rows
 */
public record DomainModel(String domain, String bundles, String bundleId) implements Serializable {

  /** Refuses names that cannot stand in a key. */
  public DomainModel {
    if (!Identifiers.isName(domain) || !Identifiers.isName(bundleId)) {
      throw new IllegalArgumentException("not a domain and bundle id: " + domain + ", " + bundleId);
    }
  }

  /** Returns where the bundle lies. */
  public Path bundle() {
    return Path.of(bundles).resolve(bundleId);
  }

  /** Returns the same domain with another bundle of the same directory. */
  public DomainModel withBundle(String otherId) {
    return new DomainModel(domain, bundles, otherId);
  }

  /** Returns the key of an item's row. */
  public String rowKey(String item) {
    return Keys.of(domain, bundleId, item);
  }
}
